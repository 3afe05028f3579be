"""react-native-ssl-public-key-pinning on Android: a pinner of OkHttp, built when `initializeSslPinning` is called.

The app is taken to start, and to call it, at the very instant that is asked about: an end that passes while it runs is
not noticed before its next start. Without a version OkHttp is a current one.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from pins.decision import Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.alternatives import one_of
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.certificate_pinner_loading import certificate_pinner
from pins.rules.expiry import Enforcement, deadline
from pins.rules.ordinary import Unpinned
from pins.rules.reasons import expired, refused
from pins.rules.versions import Version, version

CONSEQUENCE = "the library rejects the configuration and pins nothing, and the app connects unless its own code stops"

_CURRENT: Version = (4, 12)
_FIRST_OF_OKHTTP: Version = (3,)  # what is below is React Native's or the library's
_OKHTTP_4_SINCE: Version = (0, 65)  # React Native
_OLD_OKHTTP: Version = (3, 12)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """`device.client_version` is OkHttp's, React Native's (0.64), or the library's, which tells nothing."""
    problem = refused(pin_set.problems)
    if problem:
        return Unpinned(problem, PathOrder.CONSCRYPT, Outcome.FAILS_OPEN)
    groups: dict[int, list[PinRule]] = {}
    for rule in pin_set.rules:
        groups.setdefault(rule.group, []).append(_written(rule))
    okhttp = _okhttp(version(device.client_version, _CURRENT))
    loaded = [DatedPinner(tuple(group), okhttp, pin_set.is_complete) for group in groups.values()]
    return one_of(tuple(loaded) or (DatedPinner((), okhttp, pin_set.is_complete),))


def _okhttp(given: Version) -> Version:
    if given >= _FIRST_OF_OKHTTP:
        return given
    return _OLD_OKHTTP if given < _OKHTTP_4_SINCE else _CURRENT


def _written(rule: PinRule) -> PinRule:
    """SslPublicKeyPinningModule.java initializeCertificatePinner."""
    return replace(rule, pattern=f"**.{rule.pattern}" if rule.include_subdomains else rule.pattern, group=0)


@dataclass(frozen=True, slots=True)
class DatedPinner:
    """The pinner differs with the day on which it is built: domains that have ended are left out."""

    rules: tuple[PinRule, ...]
    okhttp: Version
    is_complete: bool
    _built: dict[tuple[bool, ...], Policy] = field(default_factory=dict, compare=False, repr=False)

    def answer(self, encounter: Encounter) -> Answer:
        ended = tuple(_has_ended(rule, encounter) for rule in self.rules)
        answer = self._pinner(ended).answer(encounter)
        if answer.outcome is not Outcome.NOT_PINNED:
            return answer
        over = [rule for rule, is_over in zip(self.rules, ended, strict=True) if is_over]
        past = next((rule.expiration for rule in over if self._covers(rule, encounter.host)), None)
        if past is None:
            return answer
        return Answer(Outcome.FAILS_OPEN, expired(past, encounter.host), path=answer.path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self._pinner((False,) * len(self.rules)).pins_for(host)

    def _pinner(self, ended: tuple[bool, ...]) -> Policy:
        policy = self._built.get(ended)
        if policy is None:
            rules = [rule for rule, over in zip(self.rules, ended, strict=True) if not over]
            policy = self._built[ended] = self._build(rules)
        return policy

    def _build(self, rules: list[PinRule]) -> Policy:
        built = certificate_pinner(
            rules, self.okhttp, is_complete=self.is_complete, prefix="sha256/", consequence=CONSEQUENCE
        )
        if isinstance(built, Refused):  # initialize rejects its promise
            return Unpinned(built.reason, PathOrder.CONSCRYPT, Outcome.FAILS_OPEN)
        return built

    def _covers(self, rule: PinRule, host: str) -> bool:
        return bool(self._build([rule]).pins_for(host))


def _has_ended(rule: PinRule, encounter: Encounter) -> bool:
    """SimpleDateFormat in UTC; ended from the second after midnight."""
    day = rule.expiration.day if rule.expiration else None
    return day is not None and deadline(day, timedelta(0)).enforcement(encounter.instant) is Enforcement.OFF
