"""The corrected pins of one host: which to keep, which to drop as dead, and which to add for what comes next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pins.backup import certificates_of, unknown_key_pins
from pins.case import Case
from pins.certificate import Certificate, ChainCertificate
from pins.conclusion import Verdict
from pins.decide import pins_for
from pins.decision import Client
from pins.errors import Place
from pins.paths import PathOrder
from pins.pin_story import DEAD_PINS, label
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position
from pins.scenarios import Likelihood


@dataclass(frozen=True, slots=True)
class Addition:
    """A key to pin and whose it is; write it with `pins.formats.pin_text`.

    With a `certificate` that certificate is to be pinned as a whole: bundled, or written as its fingerprint; of one
    that is only announced, `fingerprint` is all that is known. `position` says into which list of a domain it belongs.
    `raw_key` is there where the file holds keys themselves and no hashes.
    """

    spki_sha256: bytes
    label: str
    certificate: Certificate | None = None
    position: Position = Position.ANY
    fingerprint: bytes = b""
    raw_key: bytes = b""

    def digest(self, kind: PinKind) -> bytes:
        """What a pin of this kind holds; empty where that is not known."""
        if kind is PinKind.RAW_KEY:
            return self.raw_key
        if not kind.is_of_certificate:
            return self.spki_sha256
        if kind is PinKind.CERTIFICATE_SHA1:
            return self.certificate.sha1 if self.certificate else b""
        return self.certificate.sha256 if self.certificate else self.fingerprint


@dataclass(frozen=True, slots=True)
class Correction:
    """`keep` and `drop` are pins of the file. What is kept and added together connects now and under what is known."""

    keep: tuple[Pin, ...]
    drop: tuple[Pin, ...]
    add: tuple[Addition, ...]


def correct(pin_set: PinSet, client: Client, case: Case, verdict: Verdict) -> Correction:
    """Adds the keys of known successors; where none is known, the roots that every plausible one leads to.

    Where whole certificates are pinned, those in the place of their keys. A client that compares the leaf alone, and a
    list that is compared with it alone, are helped by no root; a list for authorities by nothing else. A pin that is in
    use, or that may be a backup key, is never dropped.
    """
    pins = pins_for(client, pin_set, case.host, case.device)
    rules = [pin_set.rules[at] for at in rules_with(pin_set, pins)]
    spare = {*unknown_key_pins(pins, case), *_matching(verdict)}
    misplaced = {place_of(pin) for rule in rules for pin in _misplaced(rule, case)}
    in_use = _InUse(case)
    keep = tuple(
        pin
        for pin in pins
        if pin.problem not in DEAD_PINS and place_of(pin) not in misplaced and (pin in spare or in_use.has(pin))
    )
    kept = {place_of(pin) for pin in keep}
    drop = tuple(pin for pin in pins if place_of(pin) not in kept)
    add: dict[Addition, None] = {}
    for rule in rules:
        own = [pin for pin in rule.pins or () if place_of(pin) in kept]
        add.update(dict.fromkeys(_missing(rule, own, client, case, verdict)))
    return Correction(keep, drop, tuple(add))


def rules_with(pin_set: PinSet, pins: Sequence[Pin]) -> list[int]:
    """The rules that these very pins stand in, and the empty lists beside them, which block what they do not have."""
    wanted = {place_of(pin) for pin in pins}
    found = [at for at, rule in enumerate(pin_set.rules) if any(place_of(pin) in wanted for pin in rule.pins or ())]
    patterns = {pin_set.rules[at].pattern for at in found}
    empty = [at for at, rule in enumerate(pin_set.rules) if rule.pins == () and rule.pattern in patterns]
    return sorted({*found, *empty})


def place_of(pin: Pin) -> tuple[str, Place]:
    """A pin in its file; a client may have made another kind of it, as of a certificate whose key it compares."""
    return pin.text, pin.place


def kind_of(rule: PinRule) -> PinKind:
    """Over what a new pin of this rule is computed: as its others are, but of keys SHA-256 where there is a choice."""
    kinds = [pin.kind for pin in rule.pins or ()]
    if kinds and (kinds[0].is_of_certificate or kinds[0] is PinKind.RAW_KEY):
        return kinds[0]
    return PinKind.SPKI_SHA256


class _InUse:
    """What is served, may come, or is trusted, by its hashes."""

    def __init__(self, case: Case) -> None:
        known = [*certificates_of(case), *(anchor for store in case.stores for anchor in store.anchors)]
        leaves = [entry.chain[0] for entry in case.successors]
        self._certificates = {one for cert in (*known, *leaves) for one in (cert.sha256, cert.sha1)} - {None}
        self._keys = {one for cert in (*known, *leaves) for one in (cert.spki_sha256, cert.spki_sha1, cert.raw_key)}
        self._keys -= {None}

    def has(self, pin: Pin) -> bool:
        return pin.digest in (self._certificates if pin.kind.is_of_certificate else self._keys)


def _misplaced(rule: PinRule, case: Case) -> Iterator[Pin]:
    """Keys of authorities in a list for leaves, and of leaves in one for authorities."""
    if rule.position is Position.ANY:
        return
    known = [*certificates_of(case), *(anchor for store in case.stores for anchor in store.anchors)]
    is_wrong = {one.spki_sha256: one.is_ca == (rule.position is Position.LEAF) for one in known}
    yield from (pin for pin in rule.pins or () if pin.digest and is_wrong.get(pin.digest))


def _matching(verdict: Verdict) -> Iterator[Pin]:
    """A bundled authority may stand neither in a store nor in what is served, and still be what saves the app."""
    for judged in verdict.decisions:
        if judged.decision.match:
            yield judged.decision.match.pin


def _missing(rule: PinRule, kept: Iterable[Pin], client: Client, case: Case, verdict: Verdict) -> Iterator[Addition]:
    """What the list of this rule needs and does not hold."""
    pinned = {pin.digest for pin in kept}
    pins = rule.pins or ()
    if any(pin.certificate or pin.kind.is_of_certificate for pin in pins):
        for one in _wanted_certificates(case, client):
            if pinned.isdisjoint((one.sha256, one.sha1, one.spki_sha256)):
                yield _whole(one)
        return
    position = Position.LEAF if client.compares_leaf_only else rule.position
    for one in _wanted_keys(position, case, verdict):
        if one.spki_sha256 and pinned.isdisjoint((one.spki_sha256, one.spki_sha1, one.raw_key)):
            raw_key = (one.raw_key or b"") if kind_of(rule) is PinKind.RAW_KEY else b""
            yield replace(_addition(one), position=rule.position, raw_key=raw_key)


def _wanted_keys(position: Position, case: Case, verdict: Verdict) -> Iterator[ChainCertificate]:
    expected = [entry.chain for entry in case.successors if entry.likelihood is Likelihood.EXPECTED]
    known = [chain[0] for chain in expected if chain[0].spki_sha256 is not None]
    served = [entry.chain[0] for entry in case.served]
    if position is Position.LEAF or (position is Position.ANY and known):
        yield from (*served, *known)
    else:
        yield from _roots(verdict, has_known=bool(known))


def _roots(verdict: Verdict, *, has_known: bool) -> Iterator[ChainCertificate]:
    """Of what is served now, and of what is known to come; under an assumption the root of now is the best guess."""
    for judged in verdict.decisions:
        path = judged.decision.path
        is_expected = has_known and judged.likelihood is Likelihood.EXPECTED
        if (judged.when == "now" or is_expected) and len(path) > 1 and isinstance(path[-1], Certificate):
            yield path[-1]


def _wanted_certificates(case: Case, client: Client) -> Iterator[ChainCertificate]:
    """A known key is not enough here: without a whole successor it is the top of what is served now.

    A client that compares the leaf alone is helped by no authority.
    """
    expected = [entry.chain[0] for entry in case.successors if entry.likelihood is Likelihood.EXPECTED]
    known = [leaf for leaf in expected if leaf.sha256 is not None]
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


def _whole(one: ChainCertificate) -> Addition:
    if isinstance(one, Certificate):
        return Addition(one.spki_sha256, label(one), one)
    return Addition(one.spki_sha256 or b"", label(one), fingerprint=one.sha256 or b"")
