"""Ktor's CertificatePinner for its Darwin engine: OkHttp's syntax, pins compared as text, one list for all hosts.

A host that some pattern matches is pinned, and then any pin of the pinner will do, whichever host it was added for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pins.certificate import ChainCertificate
from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encodings import decode_nsdata, is_canonical
from pins.encounter import Encounter
from pins.hosts import SuffixList, wire_host
from pins.paths import PathOrder
from pins.pinset import Pin, PinKind, PinRule, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.certificate_pinner import Added, Pinners, pins_of
from pins.rules.compare import KeyPins, key_pins
from pins.rules.notation import prefixed_text
from pins.rules.ordinary import ordinary_path, settled
from pins.rules.reasons import refused, shown, so
from pins.rules.select import Union, union

CONSEQUENCE = "Ktor refuses the pinner and every request of the client fails"
TRUST_NOT_VALIDATED = "trust_not_validated"

_HASHABLE = frozenset({"RSA-1024", "RSA-2048", "RSA-3072", "RSA-4096", "EC-P-256", "EC-P-384"})  # CertificatesInfo.kt
_PREFIXES = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    pinners = _pinners(pin_set.rules)
    if isinstance(pinners, Reason):
        return Refused(pinners)
    skips = any(one.code == TRUST_NOT_VALIDATED for one in pin_set.problems)
    return KtorDarwin(Pinners(pinners, pin_set.is_complete), validates_trust=not skips)


@dataclass(frozen=True, slots=True)
class Pinner:
    """CertificatePinner.kt findMatchingPins, hasOnePinnedCertificate: the patterns say whether, all pins say what."""

    patterns: Union[Added]
    everything: tuple[Added, ...]

    def select(self, host: str) -> tuple[Added, ...]:
        found = self.patterns.select(host)
        if not found:
            return ()
        if all(one.is_conditional for one in found):  # whether the host is pinned at all is open then
            return tuple(replace(one, is_conditional=True) for one in self.everything)
        return self.everything


@dataclass(frozen=True, slots=True)
class KtorDarwin:
    """`validates_trust` False: the app told the pinner not to evaluate the chain itself."""

    pinners: Pinners
    validates_trust: bool

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)
        if isinstance(path, Answer):
            return path if self.validates_trust else self._unvalidated(encounter, path)
        return settled(self._compared(encounter, path), encounter)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return pins_of(self.pinners.found(wire_host(host)))

    def _compared(self, encounter: Encounter, path: tuple[ChainCertificate, ...]) -> Answer:
        compared = tuple(one for one in path if one.key_kind is None or one.key_kind in _HASHABLE)
        return self.pinners.on_path(wire_host(encounter.host), encounter.host, path, compared)

    def _unvalidated(self, encounter: Encounter, refusal: Answer) -> Answer:
        """With a matching pin the handler accepts the challenge; whether the system then connects is not known."""
        if not encounter.served or self._compared(encounter, encounter.served).outcome is not Outcome.CONNECTS:
            return refusal
        what = f"Ordinary validation fails for {encounter.host} and the pinner is told not to ask for it"
        return Answer(Outcome.INDETERMINATE, so(TRUST_NOT_VALIDATED, what, "whether the app connects is open"))


def _pinners(rules: Iterable[PinRule]) -> tuple[Pinner, ...] | Reason:
    groups: dict[int, list[tuple[str, Added]]] = {}
    for rule in rules:
        if not rule.pins:
            continue
        if not _is_pattern(rule.pattern):
            what = f"{rule.pattern} is no host pattern that Ktor understands"
            return so("host_pattern_refused", what, CONSEQUENCE)
        pins = _decoded(rule.pins)
        if isinstance(pins, Reason):
            return pins
        groups.setdefault(rule.group, []).append((rule.pattern.lower(), Added(pins, rule.is_conditional)))
    return tuple(Pinner(union(group), tuple(added for _, added in group)) for group in groups.values())


def _is_pattern(pattern: str) -> bool:
    """PinnedCertificate.kt new: stars at the start only; anything else is kept as it is."""
    return "*" not in pattern.removeprefix("**." if pattern.startswith("**.") else "*.")


def _decoded(pins: tuple[Pin, ...]) -> KeyPins | Reason:
    """Any text behind the prefix is taken; only the usual spelling of base64 can match."""
    decoded: list[tuple[Pin, PinKind, bytes]] = []
    known = [pin for pin in pins if pin.problem != "unresolved_code"]
    for pin in known:
        text = prefixed_text(pin)
        prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), None)
        if prefix is None:
            return so("wrong_prefix", f"The pin {shown(pin)} does not start with sha256/ or sha1/", CONSEQUENCE)
        body = text.removeprefix(prefix)
        decoded.append((pin, _PREFIXES[prefix], (decode_nsdata(body) if is_canonical(body) else None) or b""))
    return key_pins(decoded, has_unknown=len(known) < len(pins))
