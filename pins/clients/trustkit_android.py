"""TrustKit for Android, fed by the app's own Network Security Config; without a level it is Android 7 or later.

From API 24 on Android itself checks the pins inside TrustKit's connections, and TrustKit only decides whether that
counts; on API 17 to 23 TrustKit checks them, below it nobody does. The rest of the app is what `android_nsc` decides.
"""

from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Answer, Path, Policy, Refused
from pins.rules.expiry import Enforcement
from pins.rules.network_security_loading import SINCE_API, Platform, network_security
from pins.rules.notation import bare_text
from pins.rules.ordinary import Unpinned, ordinary_path, uncovered
from pins.rules.reasons import expired, expiry_depends, matched, mismatched, no_rule, refused, so
from pins.rules.trustkit_policies import TrustKitPolicies, TrustKitPolicy, takes_host, trustkit_policies

OWN_SCOPE = "trustkit_android"
CHECKS_SINCE_API = 17

_TOO_OLD = Reason(
    "os_without_pinning",
    "TrustKit checks no pins before Android 4.2 (API level 17), so ordinary validation alone decides.",
)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """TrustKit parses the file on every level when the app starts it; Android does from API 24 on."""
    problem = refused(tuple(one for one in pin_set.problems if one.scope))
    own = problem or trustkit_policies((one for one in pin_set.rules if one.scope == OWN_SCOPE), device, suffixes)
    if isinstance(own, Reason):
        return Refused(own)
    if device.os_version is not None and device.os_version < SINCE_API:
        return _before_network_security(own, pin_set, device, suffixes)
    problem = refused(tuple(one for one in pin_set.problems if not one.scope))
    if problem:
        return Refused(problem)
    return OnNetworkSecurity(_of_android(pin_set, device), own, suffixes, is_overridden=_is_overridden(pin_set, device))


def _before_network_security(
    own: TrustKitPolicies, pin_set: PinSet, device: Device, suffixes: SuffixList
) -> "OnItsOwn | Unpinned":
    if (device.os_version or 0) < CHECKS_SINCE_API:
        return Unpinned(_TOO_OLD, PathOrder.CONSCRYPT)
    return OnItsOwn(own, suffixes, is_overridden=_is_overridden(pin_set, device))


def _of_android(pin_set: PinSet, device: Device) -> Policy:
    rules = [one for one in pin_set.rules if not one.scope]
    platform = Platform(device, pin_set.default_anchors, pin_set.debug_anchors)
    return network_security(((rule, _texts(rule)) for rule in rules), platform)


def _texts(rule: PinRule) -> tuple[tuple[Pin, str], ...] | None:
    return None if rule.pins is None else tuple((pin, bare_text(pin)) for pin in rule.pins)


def _is_overridden(pin_set: PinSet, device: Device) -> bool:
    """TrustKitConfigurationParser.java readDebugOverrides: one setting for all, and only where all say so."""
    anchors = pin_set.debug_anchors
    return device.is_debuggable and bool(anchors) and all(one.overrides_pins for one in anchors)


@dataclass(frozen=True, slots=True)
class OnNetworkSecurity:
    """API 24 and later, PinningTrustManager.java: Android's check, and TrustKit's word on what follows from it."""

    android: Policy
    policies: TrustKitPolicies
    suffixes: SuffixList
    is_overridden: bool

    def answer(self, encounter: Encounter) -> Answer:
        if not takes_host(encounter.host, self.suffixes):
            return _no_domain(encounter.host)
        answer = self.android.answer(encounter)
        policy = None if self.is_overridden else self.policies.select(encounter.host)
        if policy is None or answer.outcome is not Outcome.BLOCKED_BY_PIN:
            return answer
        bad_name = uncovered(encounter, answer.path, PathOrder.CONSCRYPT)
        if bad_name or policy.is_enforced:
            return bad_name or answer
        return _reported(encounter.host, answer.path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.android.pins_for(host)


@dataclass(frozen=True, slots=True)
class OnItsOwn:
    """API 17 to 23: TrustKit checks the validated path itself; trust anchors in the file mean nothing here."""

    policies: TrustKitPolicies
    suffixes: SuffixList
    is_overridden: bool

    def answer(self, encounter: Encounter) -> Answer:
        host = encounter.host
        if not takes_host(host, self.suffixes):
            return _no_domain(host)
        path = ordinary_path(encounter, PathOrder.CONSCRYPT)
        if isinstance(path, Answer):
            return path
        policy = self.policies.select(host)
        if policy is None:
            return Answer(Outcome.NOT_PINNED, no_rule(host), path=path)
        if self.is_overridden:
            what = f"The debug part of the configuration overrides the pins for {host}"
            return Answer(Outcome.FAILS_OPEN, so("anchor_overrides_pins", what, "the app connects anyway"), path=path)
        return _compared(policy, encounter, path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        policy = self.policies.select(host)
        return policy.pins.pins if policy else ()


def _compared(policy: TrustKitPolicy, encounter: Encounter, path: Path) -> Answer:
    host = encounter.host
    state = policy.deadline.enforcement(encounter.instant) if policy.deadline else Enforcement.ON
    if policy.expiration and state is Enforcement.OFF:
        return Answer(Outcome.FAILS_OPEN, expired(policy.expiration, host), path=path)
    match = policy.pins.first_match(path)
    if match:
        return Answer(Outcome.CONNECTS, matched(match, path, host), match, path)
    if not policy.is_enforced:
        return _reported(host, path)
    if policy.expiration and state is Enforcement.DEPENDS:
        return Answer(Outcome.INDETERMINATE, expiry_depends(policy.expiration, host), path=path)
    return Answer(Outcome.BLOCKED_BY_PIN, mismatched(len(policy.pins.pins), path, host), path=path)


def _reported(host: str, path: Path) -> Answer:
    what = f"No pin for {host} matches and TrustKit only reports that"
    return Answer(Outcome.FAILS_OPEN, so("report_only", what, "what connects through TrustKit connects"), path=path)


def _no_domain(host: str) -> Answer:
    what = f"TrustKit takes {host or 'an empty name'} for no valid domain"
    reason = so("host_name_refused", what, "it throws an exception and no connection through it comes about")
    return Answer(Outcome.CONFIG_ERROR, reason)
