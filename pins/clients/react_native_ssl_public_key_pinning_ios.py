"""react-native-ssl-public-key-pinning on iOS: a TrustKit configuration, enforced, for React Native's own requests."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules import trustkit_loading
from pins.rules.alternatives import one_of
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.notation import bare_text
from pins.rules.ordinary import Unpinned
from pins.rules.reasons import no_rule, refused, so
from pins.rules.trustkit import Edition
from pins.rules.trustkit_loading import Texts, trust_kit
from pins.rules.versions import Version, version

CONSEQUENCE = "the library rejects the configuration and pins nothing, and the app connects unless its own code stops"

_CURRENT: Version = (3, 0, 7)
_FIRST_OF_TRUSTKIT: Version = (2,)  # what is below is the library's own
_OPEN = "whether the app connects is open"


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """`device.client_version` is TrustKit's, or the library's (1.x), which tells nothing of TrustKit's."""
    problem = refused(pin_set.problems)
    if problem:
        return _rejected(problem)
    given = version(device.client_version, _CURRENT)
    edition = Edition(given if given >= _FIRST_OF_TRUSTKIT else _CURRENT, suffixes)
    groups: dict[int, list[PinRule]] = {}
    for rule in pin_set.rules:
        groups.setdefault(rule.group, []).append(rule)
    found = [_configured(rules, edition, is_complete=pin_set.is_complete) for rules in groups.values()]
    return one_of(tuple(found) or (Unresolved((Unpinned(no_rule(""), PathOrder.APPLE),), pin_set.is_complete),))


def _configured(rules: list[PinRule], edition: Edition, *, is_complete: bool) -> Policy:
    """With and without what a condition decides, where there is such a thing."""
    certain = [rule for rule in rules if not rule.is_conditional]
    variants = [rules] if len(certain) == len(rules) else [rules, certain]
    policies = tuple(_trust_kit(variant, edition) for variant in variants)
    return Unresolved(policies, is_complete, frozenset(_unknown(rules)))


def _trust_kit(rules: Iterable[PinRule], edition: Edition) -> Policy:
    known = list(rules)
    if not known:
        return Unpinned(no_rule("any host"), PathOrder.APPLE)
    policy = trust_kit(((_written(rule), _texts(rule)) for rule in known), edition)
    if not isinstance(policy, Refused):
        return policy
    # The exception is caught (SslPublicKeyPinning.mm initialize), so nothing crashes.
    text = policy.reason.text.replace(trustkit_loading.CONSEQUENCE, CONSEQUENCE)
    return _rejected(Reason(policy.reason.code, text))


def _written(rule: PinRule) -> PinRule:
    """SslPublicKeyPinning.mm initializeTrustKit: enforced, nothing is excluded."""
    return replace(rule, is_enforced=True, is_excluded=False)


def _texts(rule: PinRule) -> Texts:
    """A pin that only running tells is taken to be well-formed and to match nothing."""
    return tuple(
        (pin, _stand_in(pin) if pin.problem == "unresolved_code" else bare_text(pin)) for pin in rule.pins or ()
    )


def _stand_in(pin: Pin) -> str:
    return base64.b64encode(hashlib.sha256(f"{pin.text} {pin.place}".encode()).digest()).decode()


def _unknown(rules: Iterable[PinRule]) -> Iterator[Pin]:
    return (pin for rule in rules for pin in rule.pins or () if pin.problem == "unresolved_code")


def _rejected(reason: Reason) -> Policy:
    return Unpinned(reason, PathOrder.APPLE, Outcome.FAILS_OPEN)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What the source leaves open stays open: pins, conditions, and domains that could not be read."""

    variants: tuple[Policy, ...]
    is_complete: bool
    unknown: frozenset[Pin] = frozenset()

    def answer(self, encounter: Encounter) -> Answer:
        answers = [one.answer(encounter) for one in self.variants]
        answer = answers[0]
        if answer.outcome is Outcome.CONNECTS and not any(one.outcome.is_blocked for one in answers):
            return answer  # whichever way the condition goes
        if any(one.outcome is not answer.outcome for one in answers):
            what = f"Which pins {encounter.host} has is decided by a condition when the app runs"
            return Answer(Outcome.INDETERMINATE, so("conditional_code", what, _OPEN), path=answer.path)
        is_open = answer.outcome is Outcome.NOT_PINNED and not self.is_complete
        if is_open or (answer.outcome is Outcome.BLOCKED_BY_PIN and self._has_unknown(encounter.host)):
            what = f"No pin that the source spells out matches for {encounter.host} and others depend on running it"
            return Answer(Outcome.INDETERMINATE, so("unresolved_code", what, _OPEN), path=answer.path)
        return answer

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.variants[0].pins_for(host)

    def _has_unknown(self, host: str) -> bool:
        return not self.unknown.isdisjoint(self.variants[0].pins_for(host))
