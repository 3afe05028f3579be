"""The OutSystems SSL pinning plugin on Android: a generated Network Security Config, OkHttp before API 24."""

from collections.abc import Iterator
from dataclasses import replace

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner_loading import certificate_pinner
from pins.rules.network_security_loading import SINCE_API, Platform, Texts, network_security
from pins.rules.notation import prefixed_text
from pins.rules.reasons import refused
from pins.rules.versions import Version

_BUNDLED_OKHTTP: Version = (3, 12, 1)  # SSLPinningPlugin.java, SDK_INT <= M


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)  # hooks/utils.js isValidConfig
    if problem:
        return Refused(problem)
    if device.os_version is not None and device.os_version < SINCE_API:
        return certificate_pinner(pin_set.rules, _BUNDLED_OKHTTP)
    return network_security(_generated(pin_set), Platform(device))


def _generated(pin_set: PinSet) -> Iterator[tuple[PinRule, Texts]]:
    """hooks/android/setupNetworkConfig.js: every host with its subdomains, `sha256/` cut, no expiration."""
    for rule in pin_set.rules:
        texts: dict[str, Pin] = {}
        for pin in rule.pins or ():
            texts.setdefault(prefixed_text(pin).replace("sha256/", "", 1), pin)
        generated = replace(rule, include_subdomains=True, expiration=None, anchors=None)
        yield generated, tuple((pin, text) for text, pin in texts.items())
