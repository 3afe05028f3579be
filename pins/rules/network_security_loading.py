"""What Android refuses in a Network Security Config, and the rules it keeps; what feeds it is decided in `clients`."""

from collections.abc import Iterable
from typing import NamedTuple

from pins.decision import Reason
from pins.device import Device
from pins.encodings import decode_android
from pins.pinset import AnchorSource, Pin, PinKind, PinRule
from pins.rules.answer import Policy, Refused
from pins.rules.compare import key_pins
from pins.rules.expiry import deadline
from pins.rules.network_security import Anchors, Config, NetworkSecurity
from pins.rules.reasons import shown, so
from pins.rules.select import MostSpecific

CONSEQUENCE = "Android refuses the whole configuration and every TLS connection of the app fails"
SINCE_API = 24

_JAVA_BLANKS = "".join(map(chr, range(0x21)))  # what String.trim() takes away

Texts = tuple[tuple[Pin, str], ...]


class Platform(NamedTuple):
    """What a configuration says beside its rules, and the device it runs on."""

    device: Device
    default_anchors: tuple[AnchorSource, ...] | None = None
    debug_anchors: tuple[AnchorSource, ...] = ()

    def effect(self, anchors: tuple[AnchorSource, ...] | None) -> Anchors:
        sources = (AnchorSource("system", overrides_pins=False),) if anchors is None else anchors
        active = [one for one in (*sources, *self.debug_anchors) if self.device.is_debuggable or not one.debug_only]
        if not active:
            return Anchors.NONE
        system = [one.overrides_pins for one in active if one.src == "system"]
        if not system:
            return Anchors.UNKNOWN
        if any(system):  # AOSP NetworkSecurityConfig.java
            return Anchors.OVERRIDING
        return Anchors.WIDENED if any(one.src.startswith("@") for one in active) else Anchors.ORDINARY


def network_security(rules: Iterable[tuple[PinRule, Texts | None]], platform: Platform) -> Policy:
    """Loads rules with the text of each pin as Android reads it; the first thing it refuses ends that."""
    exact: dict[str, Config] = {}
    subdomains: dict[str, Config] = {}
    for rule, texts in rules:
        domain = rule.pattern.strip(_JAVA_BLANKS).lower()  # AOSP XmlConfigSource.java parseDomain
        problem = _duplicate(domain) if domain in exact else _bad_pin(texts or ())
        if problem:
            return Refused(problem)
        exact[domain] = _config(rule, texts, platform)
        if rule.include_subdomains:
            subdomains[domain] = exact[domain]
    return NetworkSecurity(MostSpecific(exact, subdomains), Config(platform.effect(platform.default_anchors)))


def _config(rule: PinRule, texts: Texts | None, platform: Platform) -> Config:
    ends = rule.expiration is not None and rule.expiration.day
    return Config(
        anchors=platform.effect(rule.anchors),
        pins=None
        if texts is None
        else key_pins((pin, PinKind.SPKI_SHA256, decode_android(text) or b"") for pin, text in texts),
        expiration=rule.expiration,
        deadline=deadline(ends, platform.device.utc_offset) if ends else None,
    )


def _duplicate(domain: str) -> Reason:
    return so("duplicate_domain", f"The domain {domain} has two rules", CONSEQUENCE)


def _bad_pin(texts: Texts) -> Reason | None:
    """AOSP XmlConfigSource.java parsePin and Pin.java: base64 of exactly 32 bytes."""
    for pin, text in texts:
        digest = decode_android(text)
        if digest is None:
            return so("not_base64", f"The pin {shown(pin)} is not base64", CONSEQUENCE)
        if len(digest) != 32:
            return so("wrong_length", f"The pin {shown(pin)} has {len(digest)} bytes and not 32", CONSEQUENCE)
    return None
