"""TrustKit for iOS, configured by Info.plist or code; without a version it is a current 3.x."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.notation import bare_text
from pins.rules.reasons import refused
from pins.rules.trustkit import Edition
from pins.rules.trustkit_loading import trust_kit
from pins.rules.versions import Version, version

_CURRENT: Version = (3, 0, 7)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    edition = Edition(version(device.client_version, _CURRENT), suffixes)
    texts = ((rule, tuple((pin, bare_text(pin)) for pin in rule.pins or ())) for rule in pin_set.rules)
    return trust_kit(texts, edition)
