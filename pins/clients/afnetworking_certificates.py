"""AFNetworking's security policy in certificate mode, for every host of its manager."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy
from pins.rules.security_policy import certificate_mode


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return certificate_mode(pin_set)
