"""Approov: exact hosts, managed roots in the place of an empty list, and OkHttp's way with both."""

import json

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, cast, encounter, spki

APPROOV = Client.APPROOV
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "api.example.com"


def pins(**hosts: list[str]) -> PinSet:
    names = {"host": HOST, "managed": "*", "other": "other.example.com"}
    return read(json.dumps({names[key]: value for key, value in hosts.items()}).encode(), format="approov_json")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("pin_set", "outcome", "code"),
    [
        (pins(host=[BAD, spki(C.i1)]), Outcome.CONNECTS, "pin_matches"),
        (pins(host=[BAD]), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (pins(host=[BAD], managed=[spki(C.r1)]), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (pins(host=[], managed=[spki(C.r1)]), Outcome.CONNECTS, "pin_matches"),
        (pins(host=[], managed=[BAD]), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (pins(host=[]), Outcome.NOT_PINNED, "no_rule_for_host"),
        (pins(host=[], managed=[]), Outcome.NOT_PINNED, "no_rule_for_host"),
        (pins(other=[BAD], managed=[BAD]), Outcome.NOT_PINNED, "no_rule_for_host"),
        (pins(host=["%"]), Outcome.CONFIG_ERROR, "not_base64"),
    ],
)
def test_what_follows_from_the_pins_of_a_host(pin_set: PinSet, outcome: Outcome, code: str) -> None:
    assert codes(decide(APPROOV, pin_set, encounter(HOST, *PATH))) == (outcome, code)


def test_a_host_covers_nothing_below_it() -> None:
    own = pins(host=[BAD])

    assert decide(APPROOV, own, encounter(f"a.{HOST}", *PATH)).outcome is Outcome.NOT_PINNED
    assert [one.text for one in pins_for(APPROOV, own, HOST)] == [BAD]
