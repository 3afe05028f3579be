"""What OkHttp refuses when a pinner is built, and what it keeps; texts and version are decided in `clients`."""

from collections.abc import Iterable

from pins.decision import Reason
from pins.encodings import decode_okio
from pins.hosts import canonical_host
from pins.pinset import Pin, PinKind, PinRule
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner import Added, Pinners
from pins.rules.compare import KeyPins, key_pins
from pins.rules.http_urls import host_of_http_url
from pins.rules.notation import prefixed_text
from pins.rules.reasons import shown, so
from pins.rules.select import union
from pins.rules.versions import Version

CONSEQUENCE = "OkHttp refuses the pinner and every connection through it fails"
DOUBLE_STAR_SINCE: Version = (4, 3)  # OkHttp changelog_4x.md

_PREFIXES = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}
_NEVER = "*"  # no host is written like this
_UNKNOWN = frozenset({"unresolved_code", "certificate_not_given"})  # what the source names and does not spell out


def certificate_pinner(
    rules: Iterable[PinRule],
    version: Version,
    *,
    is_complete: bool = True,
    prefix: str = "",
    consequence: str = CONSEQUENCE,
) -> Policy:
    """Builds the pinners from patterns and pins with their prefixes; the first thing OkHttp refuses ends that.

    `prefix` is what the app puts before every pin, `consequence` what a refusal means for it.
    """
    pinners: dict[int, list[tuple[str, Added]]] = {}
    for rule in rules:
        if not rule.pins:  # `add(host)` without pins leaves no trace
            continue
        patterns = _modern(rule.pattern) if version >= DOUBLE_STAR_SINCE else _old(rule.pattern)
        if not patterns:
            what = f"{rule.pattern} is no host pattern that OkHttp understands"
            return Refused(so("host_pattern_refused", what, consequence))
        pins = _decoded(rule.pins, prefix, consequence)
        if isinstance(pins, Reason):
            return Refused(pins)
        added = Added(pins, rule.is_conditional)
        pinners.setdefault(rule.group, []).extend((pattern, added) for pattern in patterns)
    return Pinners(tuple(union(patterns) for patterns in pinners.values()), is_complete)


def _modern(text: str) -> tuple[str, ...]:
    """The canonical pattern, nothing where OkHttp throws."""
    # CertificatePinner.kt Pin.init: stars at the start only, and the pattern is canonical with them
    stars = next((stars for stars in ("**.", "*.") if text.startswith(stars)), "")
    name = text.removeprefix(stars)
    if stars and not name:
        return (_NEVER,)
    canonical = None if "*" in name or (stars and ":" in name) else canonical_host(name)
    return () if canonical is None else (stars + canonical,)


def _old(text: str) -> tuple[str, ...]:
    """The canonical patterns, nothing where OkHttp throws."""
    # OkHttp 3.13 CertificatePinner.java Pin, run: read as http://<pattern>, other stars match nothing
    stars = "*." if text.startswith("*.") else ""
    canonical = host_of_http_url(text.removeprefix(stars))
    if canonical is None:
        return ()
    if "*" in canonical:
        return (_NEVER,)
    # `matches` cuts a host before its first dot and a host without one nowhere: *.localhost pins localhost too
    return (stars + canonical, canonical) if stars and "." not in canonical else (stars + canonical,)


def _decoded(pins: tuple[Pin, ...], before: str, consequence: str) -> KeyPins | Reason:
    decoded: list[tuple[Pin, PinKind, bytes]] = []
    known = [pin for pin in pins if pin.problem not in _UNKNOWN]
    for pin in known:
        text = before + pin.text if pin.base64 is None else prefixed_text(pin)
        prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), None)
        if prefix is None:
            return so("wrong_prefix", f"The pin {shown(pin)} does not start with sha256/ or sha1/", consequence)
        digest = decode_okio(text.removeprefix(prefix))
        if digest is None:
            return so("not_base64", f"The pin {shown(pin)} is not base64", consequence)
        decoded.append((pin, _PREFIXES[prefix], digest))
    return key_pins(decoded, has_unknown=len(known) < len(pins))
