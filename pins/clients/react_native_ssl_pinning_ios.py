"""react-native-ssl-pinning on iOS: AFNetworking with every certificate of the app, whatever the script lists."""

from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.bundled import certificates_in, pins_certificates
from pins.rules.ordinary import ordinary_path
from pins.rules.per_host import PerHost, host_key
from pins.rules.reasons import refused
from pins.rules.security_policy import certificate_mode, public_key_mode

_BUNDLE_UNKNOWN = Reason(
    "bundled_certificates_unknown",
    "On iOS this plugin takes the .cer files of the app and does not look at what the call lists, so whether the app "
    "connects is open. Check those files to settle it.",
)


@dataclass(frozen=True, slots=True)
class _UnknownBundle:
    """RNSslPinning.m fetch: the certificates of the main bundle, which the script does not name."""

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)
        return path if isinstance(path, Answer) else Answer(Outcome.INDETERMINATE, _BUNDLE_UNKNOWN, path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return ()


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    policies = {host_key(rule.pattern): _policy(rule, pin_set) for rule in pin_set.rules}
    return PerHost(policies, PathOrder.APPLE, pin_set.is_complete)


def _policy(rule: PinRule, pin_set: PinSet) -> Policy:
    """A rule of keys is a request with `pkPinning`; both modes take all certificates that are known of the bundle."""
    if not certificates_in(pin_set.rules):
        return _UnknownBundle()
    return certificate_mode(pin_set) if pins_certificates(rule) else public_key_mode(pin_set)
