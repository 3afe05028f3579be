"""A certificate callback of .NET (Xamarin, MAUI) that compares the served leaf with what it has in its code."""

from dataclasses import dataclass

from pins.certificate import ChainCertificate
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Answer, Path, Policy, Refused
from pins.rules.compare import KeyPins
from pins.rules.leaf_only import LeafList, has_unknown, known_pins, leaf_only
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import refused


@dataclass(frozen=True, slots=True)
class CallbackPins(KeyPins):
    """What callbacks compare: GetPublicKeyString, GetCertHashString (SHA-1 or SHA-256), or the whole certificate."""

    def find(self, certificate: ChainCertificate) -> Pin | None:
        forms = (certificate.raw_key, certificate.sha1, certificate.sha256)
        return next((self.by_digest[one] for one in forms if one in self.by_digest), None)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    lists = ((rule, _list(rule)) for rule in pin_set.rules if rule.pins is not None)
    return leaf_only(lists, "the callback", _settle, is_complete=pin_set.is_complete)


def _settle(encounter: Encounter) -> Path | Answer:
    """A callback may ignore the errors that it is told of; one that does is marked by its rule."""
    return ordinary_path(encounter, PathOrder.CONSCRYPT)


def _list(rule: PinRule) -> LeafList:
    pins = tuple(known_pins(rule))
    by_digest: dict[bytes | None, Pin] = {}
    for pin in pins:
        digest = pin.digest if pin.digest is not None or pin.base64 is not None else _from_hex(pin.text)
        if digest:
            by_digest.setdefault(digest, pin)
    return LeafList(CallbackPins(pins, by_digest, has_unknown(rule)), rule.ignores_chain, rule.is_conditional)


def _from_hex(text: str) -> bytes | None:
    """Both methods print hex without separators, in capitals."""
    try:
        return bytes.fromhex(text) if text.isalnum() else None
    except ValueError:
        return None
