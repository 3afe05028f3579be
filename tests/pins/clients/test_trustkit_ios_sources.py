"""TrustKit on iOS where its configuration comes from source code that does not tell everything."""

from dataclasses import replace

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome, Reason
from pins.pinset import Pin, PinRule, PinSet
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin, pin_set, rule, spki

TRUSTKIT = Client.TRUSTKIT_IOS
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
RIGHT = spki(C.l1)
CONNECTS, BLOCKED, OPEN = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.INDETERMINATE
UNKNOWN: Pin = replace(pin("backupPin"), problem="unresolved_code")


def with_unknown(one: PinRule) -> PinRule:
    return replace(one, pins=(*(one.pins or ()), UNKNOWN))


def decided(policy: PinSet, host: str = HOST) -> Decision:
    return decide(TRUSTKIT, policy, encounter(host, *PATH))


@pytest.mark.parametrize(
    ("one", "outcome", "code"),
    [
        (with_unknown(rule(HOST, RIGHT)), CONNECTS, "pin_matches"),
        (with_unknown(rule(HOST, BAD)), OPEN, "unresolved_code"),
        (with_unknown(rule(HOST)), OPEN, "unresolved_code"),
        (with_unknown(rule(HOST, "aGV4")), Outcome.CONFIG_ERROR, "wrong_length"),
        (replace(rule(HOST, RIGHT, BAD), is_conditional=True), CONNECTS, "pin_matches"),
        (replace(rule(HOST, BAD, BAD_2), is_conditional=True), OPEN, "conditional_code"),
    ],
)
def test_what_only_running_tells_may_save_and_never_blocks(one: PinRule, outcome: Outcome, code: str) -> None:
    decision = decided(pin_set(one))

    assert (decision.outcome, decision.reason.code) == (outcome, code)


def test_an_incomplete_source_may_pin_other_hosts_too() -> None:
    policy = replace(pin_set(rule(HOST, RIGHT, BAD)), is_complete=False)

    found = [(one.outcome, one.reason.code) for one in (decided(policy), decided(policy, "other.com"))]

    assert found == [(CONNECTS, "pin_matches"), (OPEN, "unresolved_code")]


def test_an_incomplete_source_without_domains_is_no_crash() -> None:
    decision = decided(replace(pin_set(), is_complete=False))

    assert (decision.outcome, decision.reason.code) == (OPEN, "unresolved_code")


def test_an_incomplete_source_may_hold_the_parent_of_an_exclusion() -> None:
    policy = replace(pin_set(rule(HOST, pins=False, excluded=True)), is_complete=False)

    assert decided(policy).reason.code == "host_excluded"


def test_several_configurations_are_decided_where_they_agree() -> None:
    agreeing = pin_set(rule(HOST, RIGHT, BAD), replace(rule(HOST, BAD_2, RIGHT), group=1))
    differing = pin_set(rule(HOST, RIGHT, BAD), replace(rule(HOST, BAD, BAD_2), group=1))

    found = [(one.outcome, one.reason.code) for one in (decided(agreeing), decided(differing))]

    assert found == [(CONNECTS, "pin_matches"), (OPEN, "several_configurations")]
    assert pins_for(TRUSTKIT, differing, HOST) == (pin(RIGHT), pin(BAD), pin(BAD_2))


def test_a_configuration_that_crashes_is_one_of_several() -> None:
    decision = decided(pin_set(rule(HOST, RIGHT, BAD), replace(rule(HOST, BAD), group=1)))

    assert decision.reason == Reason(
        "several_configurations",
        "The source has several configurations that decide differently for www.example.com and the app uses one of "
        "them, so whether the app connects is open.",
    )


def test_a_file_that_configures_something_else_pins_nothing_with_trustkit() -> None:
    policy = replace(pin_set(), client_kinds=frozenset({"apple_ats"}))

    decision = decided(policy)

    assert (decision.outcome, decision.reason.code) == (Outcome.NOT_PINNED, "not_configured")


def test_an_exclusion_finds_its_parent_under_a_name_that_is_one_letter_longer() -> None:
    policy = pin_set(rule("api.example.com", RIGHT, BAD), rule("pi.example.com", pins=False, excluded=True))

    assert decided(policy, "pi.example.com").reason.code == "host_excluded"
