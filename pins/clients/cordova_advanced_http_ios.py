"""cordova-plugin-advanced-http on iOS in mode `pinned`: its copy of AFNetworking in certificate mode."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy
from pins.rules.security_policy import certificate_mode


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return certificate_mode(pin_set)  # CordovaHttpPlugin.m setServerTrustMode, SM_AFSecurityPolicy.m
