"""The one entry: a pin set and an encounter in, one client's decision with its reason out."""

from dataclasses import dataclass, field
from weakref import ReferenceType, ref

from pins.clients import LOADS
from pins.decision import Client, Decision
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import BUNDLED_SUFFIXES, SuffixList
from pins.pinset import Pin, PinSet
from pins.rules.answer import Policy

MAXIMUM_POLICIES = 1000
"""Of one pin set; only one without hosts of its own, which is loaded for each host, gets that far."""


@dataclass(slots=True)
class _Loaded:
    pin_set: ReferenceType[PinSet]
    is_for_every_host: bool
    policies: dict[tuple[Client, Device, SuffixList, str], Policy] = field(default_factory=dict)


# By identity, because comparing pin sets costs more than deciding; an entry goes when its pin set goes.
_loaded: dict[int, _Loaded] = {}


def decide(
    client: Client, pin_set: PinSet, encounter: Encounter, *, suffixes: SuffixList = BUNDLED_SUFFIXES
) -> Decision:
    """What `client` does on one connection; the pin set is loaded once per client and device and remembered."""
    answer = _policy(client, pin_set, encounter.host, encounter.device, suffixes).answer(encounter)
    return Decision(
        client, encounter.host, encounter.trust_store, answer.outcome, answer.reason, answer.match, answer.path
    )


def pins_for(
    client: Client, pin_set: PinSet, host: str, device: Device | None = None, *, suffixes: SuffixList = BUNDLED_SUFFIXES
) -> tuple[Pin, ...]:
    """The pins that `client` compares for `host`, dead ones too; none where nothing is pinned or all is refused."""
    return _policy(client, pin_set, host, device or Device(), suffixes).pins_for(host)


def _policy(client: Client, pin_set: PinSet, host: str, device: Device, suffixes: SuffixList) -> Policy:
    entry = _entry_of(pin_set)
    key = (client, device, suffixes, host if entry.is_for_every_host else "")
    policy = entry.policies.get(key)
    if policy is None:
        if len(entry.policies) >= MAXIMUM_POLICIES:
            entry.policies.clear()
        own = pin_set.for_client(client).for_host(host)
        policy = entry.policies[key] = LOADS[client](own, device, suffixes)
    return policy


def _entry_of(pin_set: PinSet) -> _Loaded:
    number = id(pin_set)
    entry = _loaded.get(number)
    if entry is None:
        kept = ref(pin_set, lambda _: _loaded.pop(number, None))
        entry = _loaded[number] = _Loaded(kept, pin_set.is_for_every_host)
    return entry
