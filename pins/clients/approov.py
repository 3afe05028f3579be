"""Approov's pinning: the pins of its SDK, built into a pinner of OkHttp for every connection of the app."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner_loading import certificate_pinner
from pins.rules.reasons import refused
from pins.rules.versions import Version

_OKHTTP: Version = (4, 12)  # what the service is built against does not matter from 4.3 on


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """`device.client_version` would be Approov's own and tells nothing of OkHttp's."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    return certificate_pinner(pin_set.rules, _OKHTTP, prefix="sha256/")  # ApproovService.java buildPins
