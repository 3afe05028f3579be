"""Android Network Security Config: what it refuses, trust anchors, debuggable builds and old systems."""

from dataclasses import replace

import pytest

from pins.decide import decide
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.errors import Place
from pins.pinset import AnchorSource, PinSet, Problem
from tests.pins.encounters import BAD, cast, encounter, pin, pin_set, rule, spki

NSC = Client.ANDROID_NSC
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
SYSTEM = AnchorSource("system", overrides_pins=False)
USER = AnchorSource("user", overrides_pins=False)
RAW = AnchorSource("@raw/our_ca", overrides_pins=False)


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("anchors", "outcome", "code"),
    [
        (None, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        ((SYSTEM, USER), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        ((SYSTEM, RAW), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        ((SYSTEM, replace(SYSTEM, overrides_pins=True)), Outcome.FAILS_OPEN, "anchor_overrides_pins"),
        ((SYSTEM, replace(USER, overrides_pins=True)), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        ((RAW,), Outcome.INDETERMINATE, "anchors_unknown"),
        ((USER,), Outcome.INDETERMINATE, "anchors_unknown"),
        ((), Outcome.BLOCKED_BY_CHAIN, "no_trust_anchors"),
        ((replace(SYSTEM, debug_only=True),), Outcome.BLOCKED_BY_CHAIN, "no_trust_anchors"),
    ],
)
def test_trust_anchors_of_a_rule(anchors: tuple[AnchorSource, ...] | None, outcome: Outcome, code: str) -> None:
    decision = decide(NSC, pin_set(rule(HOST, BAD, anchors=anchors)), encounter(HOST, *PATH))

    assert codes(decision) == (outcome, code)


@pytest.mark.parametrize(
    ("anchors", "outcome", "code"),
    [
        (None, Outcome.NOT_PINNED, "no_rule_for_host"),
        ((), Outcome.BLOCKED_BY_CHAIN, "no_trust_anchors"),
        ((RAW,), Outcome.INDETERMINATE, "anchors_unknown"),
    ],
)
def test_restricted_anchors_concern_hosts_without_a_rule_too(
    anchors: tuple[AnchorSource, ...] | None, outcome: Outcome, code: str
) -> None:
    policy = replace(pin_set(rule("other.example", BAD)), default_anchors=anchors)

    assert codes(decide(NSC, policy, encounter(HOST, *PATH))) == (outcome, code)


@pytest.mark.parametrize(
    ("anchors", "problem", "outcome", "code"),
    [
        ((SYSTEM, RAW), "untrusted_root", Outcome.INDETERMINATE, "anchors_unknown"),
        ((SYSTEM, RAW), "expired", Outcome.BLOCKED_BY_CHAIN, "expired"),
        ((RAW,), "expired", Outcome.BLOCKED_BY_CHAIN, "expired"),
        ((SYSTEM, USER), "untrusted_root", Outcome.BLOCKED_BY_CHAIN, "untrusted_root"),
        ((SYSTEM,), "untrusted_root", Outcome.BLOCKED_BY_CHAIN, "untrusted_root"),
    ],
)
def test_an_authority_of_the_apps_own_may_trust_what_the_system_does_not(
    anchors: tuple[AnchorSource, ...], problem: str, outcome: Outcome, code: str
) -> None:
    met = encounter(HOST, problem=Reason(problem, "No path."))

    assert codes(decide(NSC, pin_set(rule(HOST, BAD, anchors=anchors)), met)) == (outcome, code)


def test_a_wrong_name_blocks_whatever_the_unknown_anchors_are() -> None:
    decision = decide(NSC, pin_set(rule(HOST, BAD, anchors=(RAW,))), encounter(HOST, *PATH, covers=False))

    assert codes(decision) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


def test_a_sentence_cuts_a_pin_that_is_a_whole_page() -> None:
    decision = decide(NSC, pin_set(rule(HOST, "A" * 5000)), encounter(HOST, *PATH))

    assert decision.reason.text == (
        f"The pin {'A' * 100}… has 3750 bytes and not 32, "
        "so Android refuses the whole configuration and every TLS connection of the app fails."
    )


def test_debug_anchors_are_added_to_restricted_ones_in_debuggable_builds() -> None:
    policy = replace(
        pin_set(rule(HOST, BAD, anchors=())),
        debug_anchors=(AnchorSource("system", overrides_pins=False, debug_only=True),),
    )

    decision = decide(NSC, policy, encounter(HOST, *PATH, device=Device(is_debuggable=True)))

    assert codes(decision) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


@pytest.mark.parametrize(
    ("api_level", "outcome", "code"),
    [
        (23, Outcome.NOT_PINNED, "os_without_pinning"),
        (24, Outcome.CONFIG_ERROR, "empty_pin"),
        (None, Outcome.CONFIG_ERROR, "empty_pin"),
    ],
)
def test_before_api_24_the_file_is_not_even_read(api_level: int | None, outcome: Outcome, code: str) -> None:
    refused = PinSet("android_nsc", b"", (), (Problem("empty_pin", "Empty.", Place(), is_refused=True),))

    decision = decide(NSC, refused, encounter(HOST, *PATH, device=Device(os_version=api_level)))

    assert codes(decision) == (outcome, code)


def test_a_refused_file_speaks_with_the_words_of_its_reader() -> None:
    problems = (
        Problem("unicode_domain", "A note.", Place(1)),
        Problem("empty_pin", "Repair it.", Place(2), is_refused=True),
    )

    decision = decide(NSC, PinSet("android_nsc", b"", (), problems), encounter(HOST, *PATH))

    assert (decision.outcome, decision.reason) == (Outcome.CONFIG_ERROR, Reason("empty_pin", "Repair it."))


@pytest.mark.parametrize(("is_debuggable", "outcome"), [(True, Outcome.CONFIG_ERROR), (False, Outcome.NOT_PINNED)])
def test_an_error_in_the_debug_part_stops_debuggable_builds_only(is_debuggable: bool, outcome: Outcome) -> None:
    policy = PinSet("android_nsc", b"", (), (Problem("debug_only_error", "Two of them.", Place()),))

    assert decide(NSC, policy, encounter(HOST, *PATH, device=Device(is_debuggable=is_debuggable))).outcome is outcome


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        ("sha256/" + BAD, Outcome.CONFIG_ERROR, "not_base64"),
        ("sha256//" + BAD, Outcome.CONFIG_ERROR, "wrong_length"),
        ("", Outcome.CONFIG_ERROR, "wrong_length"),
        ("dummy", Outcome.CONFIG_ERROR, "not_base64"),
        ("aGV4", Outcome.CONFIG_ERROR, "wrong_length"),
        (f"“{BAD}”", Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
    ],
)
def test_a_pin_that_is_not_32_bytes_stops_every_connection(text: str, outcome: Outcome, code: str) -> None:
    decision = decide(NSC, pin_set(rule("other.example", text), rule(HOST, BAD)), encounter(HOST, *PATH))

    assert codes(decision) == (outcome, code)


def test_a_right_pin_in_quotes_without_padding_matches() -> None:
    decision = decide(NSC, pin_set(rule(HOST, f'"{spki(C.l1)[:-1]}"')), encounter(HOST, *PATH))

    assert decision.match == Match(pin(f'"{spki(C.l1)[:-1]}"'), C.l1)
