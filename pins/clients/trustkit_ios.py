"""TrustKit for iOS, configured by Info.plist or code; without a version it is a current 3.x."""

from pins.decision import Client, Reason
from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.notation import bare_text
from pins.rules.ordinary import Unpinned
from pins.rules.reasons import refused
from pins.rules.trustkit import Edition
from pins.rules.trustkit_loading import trust_kit
from pins.rules.versions import Version, version

_CURRENT: Version = (3, 0, 7)
_NOT_CONFIGURED = Reason(
    "not_configured", "The file has no configuration of TrustKit, so ordinary validation alone decides."
)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    if not pin_set.rules and pin_set.client_kinds and Client.TRUSTKIT_IOS not in pin_set.client_kinds:
        return Unpinned(_NOT_CONFIGURED, PathOrder.APPLE)
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    edition = Edition(version(device.client_version, _CURRENT), suffixes)
    texts = ((rule, tuple((pin, bare_text(pin)) for pin in rule.pins or ())) for rule in pin_set.rules)
    return trust_kit(texts, edition, is_complete=pin_set.is_complete)
