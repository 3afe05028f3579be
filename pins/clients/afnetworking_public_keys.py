"""AFNetworking's security policy in public key mode, for every host of its manager."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy
from pins.rules.security_policy import public_key_mode


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return public_key_mode(pin_set)
