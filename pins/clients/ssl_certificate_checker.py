"""The Cordova plugin SSLCertificateChecker: the printed fingerprint of the served leaf; without a version it is 6.0."""

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
from pins.rules.versions import Version, version

_CURRENT: Version = (6, 0)
_SHA256_SINCE: Version = (6,)  # README.md
_PRINTED = re.compile(r"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2})*")


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    is_sha256 = version(device.client_version, _CURRENT) >= _SHA256_SINCE
    kind = PinKind.CERTIFICATE_SHA256 if is_sha256 else PinKind.CERTIFICATE_SHA1
    lists = ((rule, _list(rule, kind)) for rule in pin_set.rules if rule.pins is not None)
    return leaf_only(lists, "the plugin", _settle, is_complete=pin_set.is_complete)


def _settle(encounter: Encounter) -> Path | Answer:
    """SSLCertificateChecker.java: any exception of the connection counts as not secure."""
    return ordinary_path(encounter, PathOrder.CONSCRYPT)


def _list(rule: PinRule, kind: PinKind) -> LeafList:
    decoded = [(pin, kind, _digest(pin)) for pin in known_pins(rule)]
    pins = certificate_pins(decoded, has_unknown=has_unknown(rule))
    return LeafList(pins, rule.ignores_chain, rule.is_conditional)


def _digest(pin: Pin) -> bytes:
    """SSLCertificateChecker.java dumpHex: pairs of digits, one blank between them; letter case does not count."""
    if pin.base64 is not None:
        return pin.digest or b""
    return bytes.fromhex(pin.text) if _PRINTED.fullmatch(pin.text) else b""
