"""Capgo's SSL pinning on iOS: the bundled certificates become the trust anchors, except for excluded addresses."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinSet
from pins.rules.answer import Policy
from pins.rules.bundled import CAPGO_IOS
from pins.rules.capacitor import except_excluded


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return except_excluded(pin_set, PathOrder.APPLE, CAPGO_IOS)  # SSLPinningSupport.swift
