"""What OkHttp refuses when a pinner is built, and what it keeps; texts and version are decided in `clients`."""

import re
from collections.abc import Iterable

from pins.decision import Reason
from pins.encodings import decode_okio
from pins.hosts import canonical_host
from pins.pinset import Pin, PinKind, PinRule
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner import Added, Pinners
from pins.rules.compare import KeyPins, key_pins
from pins.rules.notation import prefixed_text
from pins.rules.reasons import shown, so
from pins.rules.select import union
from pins.rules.versions import Version

CONSEQUENCE = "OkHttp refuses the pinner and every connection through it fails"
DOUBLE_STAR_SINCE: Version = (4, 3)  # OkHttp changelog_4x.md

_PREFIXES = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}
_AUTHORITY_END = re.compile(r"[/\\?#]")
_NEVER = "*"  # no host is written like this


def certificate_pinner(rules: Iterable[PinRule], version: Version, *, is_complete: bool = True) -> Policy:
    """Builds the pinners from patterns and pins with their prefixes; the first thing OkHttp refuses ends that."""
    pinners: dict[int, list[tuple[str, Added]]] = {}
    for rule in rules:
        if not rule.pins:  # `add(host)` without pins leaves no trace
            continue
        pattern = _pattern(rule.pattern, version)
        if pattern is None:
            what = f"{rule.pattern} is no host pattern that OkHttp understands"
            return Refused(so("host_pattern_refused", what, CONSEQUENCE))
        pins = _decoded(rule.pins)
        if isinstance(pins, Reason):
            return Refused(pins)
        pinners.setdefault(rule.group, []).append((pattern, Added(pins, rule.is_conditional)))
    return Pinners(tuple(union(patterns) for patterns in pinners.values()), is_complete)


def _pattern(text: str, version: Version) -> str | None:
    """The canonical pattern, None where OkHttp throws."""
    return _modern(text) if version >= DOUBLE_STAR_SINCE else _old(text)


def _modern(text: str) -> str | None:
    # CertificatePinner.kt Pin.init: stars at the start only
    stars = next((stars for stars in ("**.", "*.") if text.startswith(stars)), "")
    name = text.removeprefix(stars)
    canonical = None if "*" in name else canonical_host(name)
    return None if canonical is None else stars + canonical


def _old(text: str) -> str | None:
    # OkHttp 3.13 CertificatePinner.java Pin, run: read as http://<pattern>, other stars match nothing
    stars = "*." if text.startswith("*.") else ""
    authority = _AUTHORITY_END.split(text.removeprefix(stars))[0].rpartition("@")[2]
    name = authority if authority.startswith("[") else authority.partition(":")[0]
    canonical = canonical_host(name)
    if canonical is None:
        return None
    return _NEVER if "*" in canonical else stars + canonical


def _decoded(pins: tuple[Pin, ...]) -> KeyPins | Reason:
    decoded: list[tuple[Pin, PinKind, bytes]] = []
    known = [pin for pin in pins if pin.problem != "unresolved_code"]
    for pin in known:
        text = prefixed_text(pin)
        prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), None)
        if prefix is None:
            return so("wrong_prefix", f"The pin {shown(pin)} does not start with sha256/ or sha1/", CONSEQUENCE)
        digest = decode_okio(text.removeprefix(prefix))
        if digest is None:
            return so("not_base64", f"The pin {shown(pin)} is not base64", CONSEQUENCE)
        decoded.append((pin, _PREFIXES[prefix], digest))
    return key_pins(decoded, has_unknown=len(known) < len(pins))
