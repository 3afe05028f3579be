"""The one entry: a pin set and an encounter in, one client's decision with its reason out."""

from weakref import ReferenceType, ref

from pins.clients import LOADS
from pins.decision import Client, Decision
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import BUNDLED_SUFFIXES, SuffixList
from pins.pinset import Pin, PinSet
from pins.rules.answer import Policy

_Policies = dict[tuple[Client, Device, SuffixList], Policy]

# By identity, because comparing pin sets costs more than deciding; an entry goes when its pin set goes.
_loaded: dict[int, tuple[ReferenceType[PinSet], _Policies]] = {}


def decide(
    client: Client, pin_set: PinSet, encounter: Encounter, *, suffixes: SuffixList = BUNDLED_SUFFIXES
) -> Decision:
    """What `client` does on one connection; the pin set is loaded once per client and device and remembered."""
    answer = _policy(client, pin_set, encounter.device, suffixes).answer(encounter)
    return Decision(
        client, encounter.host, encounter.trust_store, answer.outcome, answer.reason, answer.match, answer.path
    )


def pins_for(
    client: Client, pin_set: PinSet, host: str, device: Device | None = None, *, suffixes: SuffixList = BUNDLED_SUFFIXES
) -> tuple[Pin, ...]:
    """The pins that `client` compares for `host`, dead ones too; none where nothing is pinned or all is refused."""
    return _policy(client, pin_set, device or Device(), suffixes).pins_for(host)


def _policy(client: Client, pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    policies = _policies_of(pin_set)
    key = (client, device, suffixes)
    policy = policies.get(key)
    if policy is None:
        policy = policies[key] = LOADS[client](pin_set, device, suffixes)
    return policy


def _policies_of(pin_set: PinSet) -> _Policies:
    number = id(pin_set)
    entry = _loaded.get(number)
    if entry is None:
        entry = _loaded[number] = (ref(pin_set, lambda _: _loaded.pop(number, None)), {})
    return entry[1]
