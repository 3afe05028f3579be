"""Validated paths: which chains from leaf to trust anchor a device can build, in its own order of preference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from pins import validity
from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decision import Reason
from pins.diagnosis import NO_CERTIFICATE, missing_anchor
from pins.growing import apple_trails, conscrypt_trails, openssl_trails
from pins.issuing import Search, Trail, is_self_signed
from pins.trust import TrustStore
from pins.validity import Strictness, fault_of

MAXIMUM_PATHS = 64


class PathOrder(StrEnum):
    """Whose path builder: each prefers other issuers when several fit."""

    CONSCRYPT = "conscrypt"
    APPLE = "apple"
    OPENSSL = "openssl"


@dataclass(frozen=True, slots=True)
class ValidatedPaths:
    """The paths of one served chain on one trust store at one instant, best first.

    Without a path `problem` says why: `expired`, `not_yet_valid`, `missing_intermediate`, `untrusted_root`,
    `self_signed`, and so on.
    `is_exhausted` False: the budget of signature checks or paths ran out, so a further path may exist.
    """

    trust_store: str
    paths: tuple[tuple[ChainCertificate, ...], ...]
    problem: Reason | None = None
    is_exhausted: bool = True


BUILDERS: dict[PathOrder, tuple[Callable[[Search], Iterator[Trail]], Strictness]] = {
    PathOrder.CONSCRYPT: (conscrypt_trails, validity.CONSCRYPT),
    PathOrder.APPLE: (apple_trails, validity.APPLE),
    PathOrder.OPENSSL: (openssl_trails, validity.OPENSSL),
}


def validated_paths(
    chain: tuple[ChainCertificate, ...],
    store: TrustStore,
    instant: datetime,
    order: PathOrder,
    *,
    extra: tuple[Certificate, ...] = (),
) -> ValidatedPaths:
    """`chain` as served, leaf first; `extra` are intermediates that the device can get elsewhere (cache, AIA).

    Placeholders may stand at the head: each is issued by the certificate behind it. A chain that ends in one counts
    as trusted on every store, as far as what is known of it is valid.
    """
    if not chain:
        return ValidatedPaths(store.name, (), NO_CERTIFICATE)
    strictness = BUILDERS[order][1]
    if isinstance(chain[-1], UnknownCertificate):
        fault = fault_of(Trail(chain), store, instant, strictness)
        return ValidatedPaths(store.name, (), fault) if fault else ValidatedPaths(store.name, (chain,))
    found = _find(_search(chain, store, instant, extra, may_use=_pruning(instant, order)), order)
    if found.paths:
        return found
    problem = _problem(chain, store, instant, order, extra)
    return ValidatedPaths(store.name, (), problem, found.is_exhausted)


def _search(
    chain: tuple[ChainCertificate, ...],
    store: TrustStore,
    instant: datetime,
    extra: tuple[Certificate, ...],
    *,
    may_use: Callable[[Certificate], bool],
) -> Search:
    """The start is the leaf or, for a planned chain, everything up to the last placeholder."""
    unknown = [at for at, one in enumerate(chain) if isinstance(one, UnknownCertificate)]
    head = unknown[-1] + 1 if unknown else 1
    served = dict.fromkeys(one for one in chain[head:] if isinstance(one, Certificate))
    return Search(chain[:head], tuple(served), extra, store, instant, may_use)


def _pruning(instant: datetime, order: PathOrder) -> Callable[[Certificate], bool]:
    """What can stand in no valid path is passed over, except where OpenSSL takes it and fails."""
    if order is PathOrder.OPENSSL:
        return lambda _: True
    return lambda one: one.not_before <= instant <= one.not_after and one.is_ca and one.can_sign_certificates


def _find(search: Search, order: PathOrder) -> ValidatedPaths:
    build, strictness = BUILDERS[order]
    valid = (one for one in build(search) if fault_of(one, search.store, search.instant, strictness) is None)
    paths = list(islice(_distinct(valid), MAXIMUM_PATHS + 1))
    is_exhausted = len(paths) <= MAXIMUM_PATHS and not search.is_out_of_budget
    del paths[MAXIMUM_PATHS:]
    if order is PathOrder.APPLE:
        paths.sort(key=_apple_rank)
    return ValidatedPaths(search.store.name, tuple(paths), is_exhausted=is_exhausted)


def _distinct(trails: Iterator[Trail]) -> Iterator[tuple[ChainCertificate, ...]]:
    """An anchor that is served as well is met twice, and that is one path."""
    seen: set[tuple[ChainCertificate, ...]] = set()
    for trail in trails:
        if trail.certificates not in seen:
            seen.add(trail.certificates)
            yield trail.certificates


def _apple_rank(path: tuple[ChainCertificate, ...]) -> tuple[bool, int]:
    """Apple SecCertificatePathVCScore: self-signed ends first, the shorter the better, otherwise the longer."""
    is_complete = is_self_signed(path[-1])
    return not is_complete, len(path) if is_complete else -len(path)


def _problem(
    chain: tuple[ChainCertificate, ...],
    store: TrustStore,
    instant: datetime,
    order: PathOrder,
    extra: tuple[Certificate, ...],
) -> Reason:
    """The fault of the best path that would exist without its faults; without one, where the chain stops."""
    build, strictness = BUILDERS[order]

    def search() -> Search:
        return _search(chain, store, instant, extra, may_use=lambda _: True)

    faults = (fault_of(one, store, instant, strictness) for one in build(search()))
    fault = next((one for one in faults if one), None)
    return fault or missing_anchor(search())
