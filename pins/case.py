"""Everything that a verdict on one host rests on, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pins.certificate import Certificate
from pins.device import Device
from pins.forecast import Window
from pins.path_cache import PathCache
from pins.remedy import Lead
from pins.scenarios import Successor
from pins.trust import TrustStore


@dataclass(frozen=True, slots=True)
class ServedChain:
    """One distinct chain as served now, leaf first, with the addresses that serve it to one profile of client."""

    chain: tuple[Certificate, ...]
    addresses: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One host at one instant. `now` is aware; `window` None means that nothing is known about the next rotation.

    `served` is empty for a host that was never observed; `failure` then says why (one sentence).
    `successors` are those of `pins.successors.successors`. `identified` names known digests (of SPKI or of DER): "the
    leaf key of *.cloud.example". A pin whose digest is in it is never taken for the next key. `is_stale`: the
    observation is older than its schedule allows, so that nothing green may rest on it. `backup_keys` names the
    digests of keys that the certificate's owner has registered for a later certificate.
    """

    host: str
    served: tuple[ServedChain, ...]
    stores: tuple[TrustStore, ...]
    now: datetime
    successors: tuple[Successor, ...] = ()
    window: Window | None = None
    failure: str = ""
    device: Device = field(default_factory=Device)
    identified: Mapping[bytes, str] = field(default_factory=dict)
    lead: Lead = field(default_factory=Lead)
    is_stale: bool = False
    cache: PathCache = field(default_factory=PathCache, compare=False)
    backup_keys: Mapping[bytes, str] = field(default_factory=dict)
