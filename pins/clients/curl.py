"""curl and libcurl: `--pinnedpubkey` against the key of the served leaf, whatever else is checked."""

from dataclasses import replace

from pins.certificate import Certificate
from pins.decision import Reason
from pins.device import Device
from pins.encodings import decode_nsdata, is_canonical
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.names import covers
from pins.paths import PathOrder
from pins.pinset import Pin, PinKind, PinRule, PinSet
from pins.rules.answer import Answer, Path, Policy, Refused
from pins.rules.compare import key_pins
from pins.rules.leaf_only import LeafList, has_unknown, known_pins, leaf_only
from pins.rules.ordinary import first_path, uncovered
from pins.rules.reasons import refused, shown, so

PREFIX = "sha256//"
KEY_FILE = "key_in_a_file"


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    lists = ((rule, _list(rule)) for rule in pin_set.rules if rule.pins is not None)
    return leaf_only(lists, "curl", _settle, is_complete=pin_set.is_complete)


def _list(rule: PinRule) -> LeafList:
    pins = tuple(known_pins(rule))
    decoded = [(pin, PinKind.SPKI_SHA256, _digest(pin) or b"") for pin in pins]
    return LeafList(
        key_pins(decoded, has_unknown=has_unknown(rule)),
        rule.ignores_chain,
        rule.is_conditional,
        never=next((_never(pin) for pin in pins if _is_file(pin) and pin.problem != KEY_FILE), None),
        unknown=next((_unknown_file(pin) for pin in pins if _is_file(pin) and pin.problem == KEY_FILE), None),
    )


def _digest(pin: Pin) -> bytes | None:
    """vtls.c Curl_pin_peer_pubkey compares the text behind the prefix with the canonical base64 of the leaf's key."""
    if pin.base64 is None and not pin.text.startswith(PREFIX):
        return pin.digest  # of a key file at hand; the client compares its bytes
    text = pin.text.removeprefix(PREFIX) if pin.base64 is None else pin.base64
    return decode_nsdata(text) if is_canonical(text) else None


def _is_file(pin: Pin) -> bool:
    return pin.base64 is None and pin.digest is None and not pin.text.startswith(PREFIX)


def _settle(encounter: Encounter) -> Path | Answer:
    path = first_path(encounter, PathOrder.OPENSSL)
    if isinstance(path, Answer) or _covers_by_common_name(encounter, path):
        return path
    return uncovered(encounter, path, PathOrder.OPENSSL) or path


def _covers_by_common_name(encounter: Encounter, path: Path) -> bool:
    """openssl.c ossl_verifyhost: the common name counts where there is no alternative name at all."""
    leaf = path[0]
    if not isinstance(leaf, Certificate) or leaf.dns_names or leaf.ip_addresses or not leaf.common_name:
        return False
    return covers(replace(leaf, dns_names=(leaf.common_name,)), encounter.host)


def _never(pin: Pin) -> Reason:
    if pin.problem == "certificate_for_key":  # test2035: a certificate is never equal to a key
        what = "curl compares the file with the key of the leaf and the file is a certificate"
        return so("certificate_for_key", what, "every connection ends with exit code 90")
    what = f"curl takes “{shown(pin)}” for the name of a key file because it does not begin with sha256//"
    return so("pin_read_as_file_name", what, "every connection ends with exit code 90")


def _unknown_file(pin: Pin) -> Reason:
    what = f"The pinned key is in the file {shown(pin)}, which is not at hand"
    return so("key_file_not_given", what, "whether the connection comes about is open")
