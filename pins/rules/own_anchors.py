"""Certificates of the app in the place of the system's trust anchors: nothing is compared, everything is a path.

Which files a client reads, and what it checks besides, is decided in `clients`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decision import Match, Outcome
from pins.distinguished import read_name
from pins.encounter import Encounter
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.pinset import Pin
from pins.rules.answer import Answer, Path
from pins.rules.ordinary import CUT_SHORT, MAY_BE_FETCHED, may_fetch_issuer, uncovered
from pins.rules.reasons import (
    anchored,
    none_bundled,
    not_anchored,
    pinned_path_invalid,
    renewed_subject_unknown,
)
from pins.trust import TrustStore

# What `pins.diagnosis` says where no anchor is reached at all; other problems are about a path that is there.
_NOT_REACHED = frozenset(
    {"bad_signature", "missing_intermediate", "no_usable_path", "self_signed", "untrusted_root", "weak_signature"}
)


@dataclass(frozen=True, slots=True)
class OwnAnchors:
    """The bundled certificates, ready as a trust store for the path builder of one platform."""

    pins: tuple[Pin, ...]
    passed_over: tuple[Pin, ...]
    store: TrustStore
    order: PathOrder

    def answer(self, encounter: Encounter) -> Answer:
        """Chain, then host name, as the platform checks them; its own anchors are never asked."""
        if not self.pins:
            return Answer(Outcome.BLOCKED_BY_PIN, none_bundled(encounter.host), path=encounter.served)
        found = self._paths(encounter)
        if not found.paths:
            return self._without_path(encounter, found)
        path = found.paths[0]
        return uncovered(encounter, path, self.order) or self._connecting(encounter.host, path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return (*self.pins, *self.passed_over)

    def _connecting(self, host: str, path: Path) -> Answer:
        certificate = next(one for one in path if one in self.store)
        pin = next(pin for pin in self.pins if pin.certificate == certificate)
        return Answer(Outcome.CONNECTS, anchored(certificate, host), Match(pin, certificate), path)

    def _paths(self, encounter: Encounter) -> ValidatedPaths:
        found = ValidatedPaths(self.store.name, ())
        extra = encounter.device.cached_intermediates
        for chain in self._ways(encounter.served):
            found = validated_paths(chain, self.store, encounter.instant, self.order, extra=extra)
            if found.paths or not found.is_exhausted:
                break
        return found

    def _ways(self, served: Path) -> Iterator[Path]:
        """A leaf that is known may itself be bundled, or its issuer, whatever stands behind it is a placeholder."""
        if not served:
            yield served
        chain = self._recognised(served)
        known = tuple(takewhile(lambda one: isinstance(one, Certificate), chain))
        if known and known != chain:
            yield known
        if chain:
            yield chain

    def _without_path(self, encounter: Encounter, found: ValidatedPaths) -> Answer:
        """Where the system's own anchors would do, the server is in order and it is the pins that stop the app."""
        path, host = encounter.served, encounter.host
        if not found.is_exhausted:
            return Answer(Outcome.INDETERMINATE, CUT_SHORT, path=path)
        if may_fetch_issuer(encounter, found.problem, self.order):
            return Answer(Outcome.INDETERMINATE, MAY_BE_FETCHED, path=path)
        if self._may_be_renewed(path):
            return Answer(Outcome.INDETERMINATE, renewed_subject_unknown(host), path=path)
        if found.problem is None or found.problem.code in _NOT_REACHED:
            return Answer(Outcome.BLOCKED_BY_PIN, not_anchored(len(self.pins), host), path=path)
        if not path or not encounter.paths[self.order].paths:
            return Answer(Outcome.BLOCKED_BY_CHAIN, found.problem)
        return Answer(Outcome.BLOCKED_BY_PIN, pinned_path_invalid(found.problem, host), path=path)

    def _recognised(self, chain: Path) -> Path:
        """Placeholders of which enough is known become the pinned certificate; unknown ends lead to no anchor."""
        known: list[ChainCertificate] = [self._pinned(one, at) or one for at, one in enumerate(chain)]
        while known and isinstance(known[-1], UnknownCertificate):
            last = known.pop()
            if not known and last.issuer is not None:
                issuers = self.store.named(read_name(last.issuer))
                return (last, issuers[0]) if issuers else ()
        return tuple(known)

    def _pinned(self, one: ChainCertificate, position: int) -> Certificate | None:
        """The anchor that is this very certificate, or stands for it by its name and key.

        Every builder takes an anchor for the issuer whose name and key it has; only Conscrypt does so for the leaf.
        """
        if isinstance(one, Certificate):
            return None
        for anchor in self.store.anchors:
            if (one.sha256 or one.sha1) in (anchor.sha256, anchor.sha1):
                return anchor
            if (position > 0 or self.order is PathOrder.CONSCRYPT) and _is_twin(one, anchor):
                return anchor
        return None

    def _may_be_renewed(self, chain: Path) -> bool:
        """A leaf with a pinned key and an unknown subject: Conscrypt takes it if the subject stays."""
        if self.order is not PathOrder.CONSCRYPT or not chain or isinstance(chain[0], Certificate):
            return False
        leaf = chain[0]
        return leaf.subject is None and any(_has_key_of(leaf, anchor) for anchor in self.store.anchors)


def own_anchors(pins: Iterable[Pin], order: PathOrder, *, passed_over: tuple[Pin, ...] = ()) -> OwnAnchors:
    """From pins with certificates; of equal certificates the first pin answers."""
    kept = tuple(pins)
    anchors = tuple(dict.fromkeys(_certificates(kept)))
    return OwnAnchors(kept, passed_over, TrustStore("of the app", anchors, is_public=False), order)


def _certificates(pins: Iterable[Pin]) -> Iterator[Certificate]:
    return (pin.certificate for pin in pins if pin.certificate is not None)


def _is_twin(one: UnknownCertificate, anchor: Certificate) -> bool:
    if one.subject is None or not _has_key_of(one, anchor):
        return False
    return read_name(one.subject).comparable == read_name(anchor.subject).comparable


def _has_key_of(one: UnknownCertificate, anchor: Certificate) -> bool:
    return (one.spki_sha256 or one.spki_sha1) in (anchor.spki_sha256, anchor.spki_sha1)
