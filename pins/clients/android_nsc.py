"""Android Network Security Config: the file the app ships, as the system itself enforces it from API 24 on."""

from dataclasses import replace

from pins.decision import Reason
from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinSet, Problem
from pins.rules.answer import Policy, Refused
from pins.rules.network_security_loading import SINCE_API, Platform, Texts, network_security
from pins.rules.notation import bare_text
from pins.rules.ordinary import Unpinned
from pins.rules.reasons import refused

_TOO_OLD = Reason(
    "os_without_pinning",
    "Android before version 7 (API level 24) does not read this file, so ordinary validation alone decides.",
)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    if device.os_version is not None and device.os_version < SINCE_API:  # AOSP ManifestConfigSource.java
        return Unpinned(_TOO_OLD, PathOrder.CONSCRYPT)
    problem = refused(_problems(pin_set, device))
    if problem:
        return Refused(problem)
    platform = Platform(device, pin_set.default_anchors, pin_set.debug_anchors)
    return network_security(((rule, _texts(rule.pins)) for rule in pin_set.rules), platform)


def _problems(pin_set: PinSet, device: Device) -> tuple[Problem, ...]:
    """Errors in the debug part are met by debuggable builds only."""
    is_met = {"debug_only_error"} if device.is_debuggable else set()
    return tuple(replace(one, is_refused=one.is_refused or one.code in is_met) for one in pin_set.problems)


def _texts(pins: tuple[Pin, ...] | None) -> Texts | None:
    return None if pins is None else tuple((pin, bare_text(pin)) for pin in pins)
