"""The corrected pins of one host: which to keep, which to drop as dead, and which to add for what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass

from pins.backup import certificates_of, unknown_key_pins
from pins.case import Case
from pins.certificate import Certificate, ChainCertificate
from pins.conclusion import Verdict
from pins.decide import pins_for
from pins.decision import Client
from pins.paths import PathOrder
from pins.pin_story import DEAD_PINS, label
from pins.pinset import Pin, PinSet
from pins.scenarios import Likelihood


@dataclass(frozen=True, slots=True)
class Addition:
    """A key to pin and whose it is; write it with `pins.formats.pin_text`.

    With a `certificate` that certificate is to be pinned as a whole: bundled, or written as its fingerprint.
    """

    spki_sha256: bytes
    label: str
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """`keep` and `drop` are pins of the file. What is kept and added together connects now and under what is known."""

    keep: tuple[Pin, ...]
    drop: tuple[Pin, ...]
    add: tuple[Addition, ...]


def correct(pin_set: PinSet, client: Client, case: Case, verdict: Verdict) -> Correction:
    """Adds the keys of known successors; where none is known, the roots that every plausible one leads to.

    Where whole certificates are pinned, those in the place of their keys. A client that compares the leaf alone is
    helped by no root. A pin that is in use, or that may be a backup key, is never dropped.
    """
    pins = pins_for(client, pin_set, case.host, case.device)
    keys, certificates = set(_keys_in_use(case)) - {None}, set(_certificates_in_use(case)) - {None}
    spare = {*unknown_key_pins(pins, case), *_matching(verdict)}
    keep = tuple(
        pin
        for pin in pins
        if pin.problem not in DEAD_PINS
        and (pin.digest in (certificates if pin.kind.is_of_certificate else keys) or pin in spare)
    )
    pinned = {pin.digest for pin in keep}
    drop = tuple(pin for pin in pins if pin not in keep)
    if any(pin.certificate or pin.kind.is_of_certificate for pin in pins):
        whole = dict.fromkeys(_wanted_certificates(case, client))
        add = tuple(_whole(one) for one in whole if pinned.isdisjoint((one.sha256, one.sha1, one.spki_sha256)))
    else:
        wanted = dict.fromkeys(_wanted(case, verdict))
        add = tuple(addition for addition in wanted if addition.spki_sha256 not in pinned)
    return Correction(keep, drop, add)


def _matching(verdict: Verdict) -> Iterator[Pin]:
    """A bundled authority may stand neither in a store nor in what is served, and still be what saves the app."""
    for judged in verdict.decisions:
        if judged.decision.match:
            yield judged.decision.match.pin


def _keys_in_use(case: Case) -> Iterator[bytes | None]:
    for one in certificates_of(case):
        yield from (one.spki_sha256, one.spki_sha1)
    for entry in case.successors:
        yield entry.chain[0].spki_sha256
    for store in case.stores:
        yield from case.cache.anchor_keys(store)


def _certificates_in_use(case: Case) -> Iterator[bytes | None]:
    for one in certificates_of(case):
        yield from (one.sha256, one.sha1)
    for entry in case.successors:
        yield entry.chain[0].sha256
    for store in case.stores:
        yield from (anchor.sha256 for anchor in store.anchors)


def _wanted(case: Case, verdict: Verdict) -> Iterator[Addition]:
    expected = [entry.chain[0] for entry in case.successors if entry.likelihood is Likelihood.EXPECTED]
    known = [leaf for leaf in expected if leaf.spki_sha256 is not None]
    served = [entry.chain[0] for entry in case.served]
    if known:
        yield from (_addition(leaf) for leaf in (*served, *known))
        return
    for judged in verdict.decisions:
        path = judged.decision.path
        if judged.when == "now" and path and isinstance(path[-1], Certificate):
            yield _addition(path[0 if judged.decision.client.compares_leaf_only else -1])


def _wanted_certificates(case: Case, client: Client) -> Iterator[Certificate]:
    """A known key is not enough here: without a whole successor it is the top of what is served now.

    A client that compares the leaf alone is helped by no authority.
    """
    expected = [entry.chain[0] for entry in case.successors if entry.likelihood is Likelihood.EXPECTED]
    known = [leaf for leaf in expected if isinstance(leaf, Certificate)]
    if known:
        yield from (entry.chain[0] for entry in case.served)
        yield from known
        return
    order = PathOrder.APPLE if client.platform == "ios" else PathOrder.CONSCRYPT
    for served in case.served:
        for store in case.stores:
            paths = case.cache.paths(served.chain, store, case.now, order).paths
            path = paths[0] if paths else served.chain
            wanted = path[0 if client.compares_leaf_only else -1]
            if isinstance(wanted, Certificate):
                yield wanted


def _addition(certificate: ChainCertificate) -> Addition:
    return Addition(certificate.spki_sha256 or b"", label(certificate))


def _whole(certificate: Certificate) -> Addition:
    return Addition(certificate.spki_sha256, label(certificate), certificate)
