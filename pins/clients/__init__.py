"""Every client, one file each, and how its configuration is loaded; a client knows no other."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

from pins.decision import Client
from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy


class Load(Protocol):
    """Makes a pin set ready for one client on one device; what the client would refuse becomes a refusing policy."""

    def __call__(self, pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy: ...


def _load_of(client: Client) -> Load:
    """Loads the client's file when it is first asked for: a command that ends at once needs one or two of them."""

    def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
        found: Load = import_module(f"pins.clients.{client.value}").load
        return found(pin_set, device, suffixes)

    return load


LOADS: Mapping[Client, Load] = MappingProxyType({client: _load_of(client) for client in Client})
