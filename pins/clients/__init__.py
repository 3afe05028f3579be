"""Every client, one file each, and how its configuration is loaded; a client knows no other."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from pins.clients import android_nsc, okhttp, outsystems_android, outsystems_ios, trustkit_ios
from pins.decision import Client
from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy


class Load(Protocol):
    """Makes a pin set ready for one client on one device; what the client would refuse becomes a refusing policy."""

    def __call__(self, pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy: ...


LOADS: Mapping[Client, Load] = MappingProxyType(
    {
        Client.ANDROID_NSC: android_nsc.load,
        Client.OKHTTP: okhttp.load,
        Client.TRUSTKIT_IOS: trustkit_ios.load,
        Client.OUTSYSTEMS_ANDROID: outsystems_android.load,
        Client.OUTSYSTEMS_IOS: outsystems_ios.load,
    }
)
