"""What holds for every policy of Apple's clients: a pin that fits never hurts, and order decides nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pins.certificate import ChainCertificate
from pins.decide import decide
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.paths import PathOrder, validated_paths
from pins.pinset import PinRule, Position
from pins.trust import TrustStore
from tests.pins.encounters import BAD, BAD_2, cast, pin, pin_set, rule, spki
from tests.pki import NOW

pytestmark = pytest.mark.slow
calm = settings(max_examples=150, deadline=None)
C = cast()
HOST = "www.example.com"
PATTERNS = [HOST, "example.com", "WWW.example.com", "other.com"]
SERVED = (C.l1, C.i1)
EXTRA = [C.x, C.i2, C.r2, C.r1, C.r2_by_r1, C.i1]
STORES = [TrustStore("one", (C.r1,)), TrustStore("both", (C.r1, C.r2))]
FITTING = [spki(one) for one in (C.l1, C.i1, C.r1)]
CLIENTS = st.sampled_from([Client.APPLE_ATS, Client.TRUSTKIT_IOS])
VERSIONS = st.sampled_from([None, "1.6.0", "1.7.0"])
TEXTS = st.sampled_from([*FITTING, BAD, BAD_2, spki(C.l2)])
POSITIONS = {Client.APPLE_ATS: [Position.LEAF, Position.CA], Client.TRUSTKIT_IOS: [Position.ANY]}


@st.composite
def policies(draw: st.DrawFn) -> tuple[Client, list[PinRule]]:
    """TrustKit has one policy for a domain and wants two different pins in it."""
    client = draw(CLIENTS)
    spots = [(pattern, position) for pattern in PATTERNS for position in POSITIONS[client]]
    chosen = draw(st.lists(st.sampled_from(spots), min_size=1, max_size=5, unique=True))
    fewest = 2 if client is Client.TRUSTKIT_IOS else 0
    texts = st.lists(TEXTS, min_size=fewest, max_size=4, unique=True)
    return client, [
        replace(rule(pattern, *draw(texts), sub=draw(st.booleans())), position=position) for pattern, position in chosen
    ]


def met(
    host: str, store: TrustStore, served: tuple[ChainCertificate, ...] = SERVED, version: str | None = None
) -> Encounter:
    paths = {order: validated_paths(served, store, NOW, order) for order in PathOrder}
    return Encounter(host, served, store.name, paths, NOW, device=Device(client_version=version))


def essence(decision: Decision) -> tuple[Any, ...]:
    return decision.outcome, decision.reason.code, decision.path, decision.match and decision.match.certificate


@calm
@given(policies(), st.sampled_from(FITTING), st.data())
def test_one_more_pin_in_a_list_never_turns_a_connection_into_a_block(
    policy: tuple[Client, list[PinRule]], text: str, data: st.DataObject
) -> None:
    client, rules = policy
    index = data.draw(st.integers(0, len(rules) - 1))
    more = [*rules]
    more[index] = replace(rules[index], pins=(*(rules[index].pins or ()), pin(text)))
    here = met(HOST, data.draw(st.sampled_from(STORES)), version=data.draw(VERSIONS))

    before, after = (decide(client, pin_set(*one), here).outcome for one in (rules, more))

    assert not (before is Outcome.CONNECTS and after.is_blocked)


@calm
@given(policies(), st.data())
def test_the_order_of_rules_and_pins_decides_nothing(policy: tuple[Client, list[PinRule]], data: st.DataObject) -> None:
    client, rules = policy
    mixed = [replace(one, pins=tuple(data.draw(st.permutations(one.pins or ())))) for one in rules]
    here = met(HOST, data.draw(st.sampled_from(STORES)), version=data.draw(VERSIONS))

    found = [decide(client, pin_set(*one), here) for one in (rules, data.draw(st.permutations(mixed)))]

    assert essence(found[0]) == essence(found[1])


@calm
@given(policies(), st.lists(st.sampled_from(EXTRA), max_size=5), st.sampled_from(STORES))
def test_certificates_that_are_only_served_along_decide_nothing(
    policy: tuple[Client, list[PinRule]], extra: list[ChainCertificate], store: TrustStore
) -> None:
    client, rules = policy

    found = [decide(client, pin_set(*rules), met(HOST, store, served)) for served in (SERVED, (*SERVED, *extra))]

    assert essence(found[0]) == essence(found[1])
