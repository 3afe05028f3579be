"""Capgo's SSL pinning on Android: the bundled certificates become the trust anchors, except for excluded addresses."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinSet
from pins.rules.answer import Policy
from pins.rules.bundled import ANDROID
from pins.rules.capacitor import except_excluded


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return except_excluded(pin_set, PathOrder.CONSCRYPT, ANDROID)  # CertificateLoader.java
