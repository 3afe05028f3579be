"""The Flutter plugin http_certificate_pinning: the fingerprint of the served leaf, asked for before the request."""

import re

from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinKind, PinRule, PinSet
from pins.rules.answer import Answer, Path, Policy, Refused
from pins.rules.compare import certificate_pins
from pins.rules.leaf_only import LeafList, has_unknown, known_pins, leaf_only
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import refused

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_SKIPPED = str.maketrans("", "", ": ")
_SHA1 = frozenset({PinKind.CERTIFICATE_SHA1, PinKind.SPKI_SHA1})
_SHA1_BYTES = 20


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    lists = ((rule, _list(rule)) for rule in pin_set.rules if rule.pins is not None)
    return leaf_only(lists, "the plugin", _settle, is_complete=pin_set.is_complete)


def _settle(encounter: Encounter) -> Path | Answer:
    """HttpCertificatePinningPlugin.kt: the connection of the platform comes first; Android's validation is stricter."""
    return ordinary_path(encounter, PathOrder.CONSCRYPT)


def _list(rule: PinRule) -> LeafList:
    decoded = [(pin, _kind(pin), _digest(pin)) for pin in known_pins(rule)]
    pins = certificate_pins(decoded, has_unknown=has_unknown(rule))
    return LeafList(pins, rule.ignores_chain, rule.is_conditional)


def _kind(pin: Pin) -> PinKind:
    """The algorithm is an argument of the call; a list of no client has it in the length of its hashes."""
    is_short = pin.kind in _SHA1 if pin.base64 is None else len(pin.digest or b"") == _SHA1_BYTES
    return PinKind.CERTIFICATE_SHA1 if is_short else PinKind.CERTIFICATE_SHA256


def _digest(pin: Pin) -> bytes:
    """The Dart side takes away colons; Android all white space, iOS blanks alone. Letter case does not count."""
    if pin.base64 is not None:
        return pin.digest or b""
    text = pin.text.translate(_SKIPPED)
    return bytes.fromhex(text) if _HEX.fullmatch(text) else b""
