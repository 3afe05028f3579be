"""OkHttp's CertificatePinner: all matching patterns count, after TLS and host name; old and new pattern syntax.

Which texts reach it, and which version an app carries, is decided in `clients`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.encodings import decode_okio
from pins.encounter import Encounter
from pins.hosts import canonical_host
from pins.paths import PathOrder
from pins.pinset import Pin, PinKind, PinRule
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.compare import KeyPins, key_pins, merged
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import matched, mismatched, no_rule, so
from pins.rules.select import Union, union
from pins.rules.versions import Version

CONSEQUENCE = "OkHttp refuses the pinner and every connection through it fails"
UNRESOLVED = "unresolved_code"
DOUBLE_STAR_SINCE: Version = (4, 3)  # OkHttp changelog_4x.md

_PREFIXES = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}
_AUTHORITY_END = re.compile(r"[/\\?#]")
_NEVER = "*"  # no host is written like this


@dataclass(frozen=True, slots=True)
class Pinner:
    """A pinner that OkHttp has built."""

    patterns: Union[KeyPins]
    may_hold_more: bool = False

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.CONSCRYPT)  # RealConnection: TLS, host name, then the pinner
        if isinstance(path, Answer):
            return path
        pins = self._pins(encounter.host)
        match = pins.first_match(path)  # CertificatePinner.kt check
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, encounter.host), match, path)
        if pins.has_unknown or self.may_hold_more:
            return Answer(Outcome.INDETERMINATE, _unresolved(encounter.host), path=path)
        if not pins.pins:
            return Answer(Outcome.NOT_PINNED, no_rule(encounter.host), path=path)
        return Answer(Outcome.BLOCKED_BY_PIN, mismatched(len(pins.pins), path, encounter.host), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self._pins(host).pins

    def _pins(self, host: str) -> KeyPins:
        found = self.patterns.select(canonical_host(host) or "")
        return found[0] if len(found) == 1 else merged(found)


def certificate_pinner(rules: Iterable[PinRule], version: Version, *, may_hold_more: bool = False) -> Policy:
    """Builds the pinner from patterns and pins with their prefixes; the first thing OkHttp refuses ends that.

    `may_hold_more`: there may be pins that the reader of the source could not see.
    """
    patterns: list[tuple[str, KeyPins]] = []
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
        patterns.append((pattern, pins))
    return Pinner(union(patterns), may_hold_more)


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
    known = [pin for pin in pins if pin.problem != UNRESOLVED]
    for pin in known:
        prefix = next((prefix for prefix in _PREFIXES if pin.text.startswith(prefix)), None)
        if prefix is None:
            return so("wrong_prefix", f"The pin {pin.text} does not start with sha256/ or sha1/", CONSEQUENCE)
        digest = decode_okio(pin.text.removeprefix(prefix))
        if digest is None:
            return so("not_base64", f"The pin {pin.text} is not base64", CONSEQUENCE)
        decoded.append((pin, _PREFIXES[prefix], digest))
    return key_pins(decoded, has_unknown=len(known) < len(pins))


def _unresolved(host: str) -> Reason:
    what = f"No pin that the source spells out matches for {host} and others depend on running it"
    return so(UNRESOLVED, what, "whether the app connects is open")
