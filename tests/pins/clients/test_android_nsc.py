"""Android Network Security Config: selection, expiry, trust anchors and the order of its checks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.paths import ValidatedPaths
from pins.pinset import PinRule
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin, pin_set, rule, spki

NSC = Client.ANDROID_NSC
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
EXPIRED = Reason("expired", "The leaf expired.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


def test_a_decision_carries_pin_certificate_path_and_a_sentence() -> None:
    decision = decide(NSC, pin_set(rule(HOST, BAD, spki(C.i1))), encounter(HOST, *PATH))

    assert decision == Decision(
        client=NSC,
        host=HOST,
        trust_store="system",
        outcome=Outcome.CONNECTS,
        reason=Reason(
            "pin_matches",
            f"The pin {spki(C.i1)} matches the intermediate “Issuing 1”, so the app connects to www.example.com.",
        ),
        match=Match(pin(spki(C.i1)), C.i1),
        path=PATH,
    )


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (
            (BAD,),
            (
                "The only pin for www.example.com matches no certificate of the path "
                "“www.example.com” → “Issuing 1” → “Root 1”, so the app cannot connect."
            ),
        ),
        (
            (BAD, BAD_2),
            (
                "None of the 2 pins for www.example.com matches a certificate of the path "
                "“www.example.com” → “Issuing 1” → “Root 1”, so the app cannot connect."
            ),
        ),
    ],
)
def test_a_mismatch_names_the_path(texts: tuple[str, ...], sentence: str) -> None:
    decision = decide(NSC, pin_set(rule(HOST, *texts)), encounter(HOST, *PATH))

    assert decision.reason == Reason("no_pin_matches", sentence)
    assert decision.path == PATH


def test_of_several_matches_the_one_nearest_the_anchor_is_named() -> None:
    decision = decide(NSC, pin_set(rule(HOST, spki(C.l1), spki(C.r1))), encounter(HOST, *PATH))

    assert decision.match == Match(pin(spki(C.r1)), C.r1)


@pytest.mark.parametrize("host", ["WWW.Example.COM", "www.example.com.", "WWW.EXAMPLE.COM."])
def test_letter_case_and_one_trailing_dot_of_the_host_do_not_matter(host: str) -> None:
    assert codes(decide(NSC, pin_set(rule(HOST, BAD)), encounter(host, *PATH))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_pin_matches",
    )


def test_a_host_in_foreign_letters_is_looked_up_in_its_ascii_form() -> None:
    policy = pin_set(rule("xn--mnchen-3ya.example", BAD))

    assert decide(NSC, policy, encounter("München.example.", *PATH)).outcome is Outcome.BLOCKED_BY_PIN


@pytest.mark.parametrize("pattern", [" www.example.com\n", "WWW.Example.com"])
def test_blanks_around_a_domain_and_its_letter_case_do_not_matter(pattern: str) -> None:
    assert codes(decide(NSC, pin_set(rule(pattern, BAD)), encounter(HOST, *PATH))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_pin_matches",
    )


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("*.example.com", HOST),
        ("www.example.com.", HOST),
        ("www.example.com.", "www.example.com."),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("münchen.example", "münchen.example"),
        ("\u00a0www.example.com", HOST),
    ],
)
def test_a_domain_with_star_last_dot_or_foreign_letters_never_matches(pattern: str, host: str) -> None:
    decision = decide(NSC, pin_set(rule(pattern, BAD, sub=True)), encounter(host, *PATH))

    assert codes(decision) == (Outcome.NOT_PINNED, "no_rule_for_host")


def test_the_longest_domain_wins_whatever_the_order() -> None:
    rules = [
        rule("com", spki(C.r1), sub=True),
        rule("b.example.com", BAD, sub=True),
        rule("example.com", BAD_2, sub=True),
    ]
    met = encounter("a.b.example.com", *PATH)

    outcomes = {decide(NSC, pin_set(*order), met).outcome for order in (rules, rules[::-1], rules[1:] + rules[:1])}

    assert outcomes == {Outcome.BLOCKED_BY_PIN}


def test_a_name_that_only_ends_alike_is_no_subdomain() -> None:
    decision = decide(NSC, pin_set(rule("example.com", BAD, sub=True)), encounter("notexample.com", *PATH))

    assert codes(decision) == (Outcome.NOT_PINNED, "no_rule_for_host")


MIDNIGHT = datetime(2027, 1, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("offset", "instant", "outcome"),
    [
        (0, MIDNIGHT - SECOND, Outcome.BLOCKED_BY_PIN),
        (0, MIDNIGHT, Outcome.BLOCKED_BY_PIN),
        (0, MIDNIGHT + SECOND, Outcome.FAILS_OPEN),
        (14, MIDNIGHT - timedelta(hours=14), Outcome.BLOCKED_BY_PIN),
        (14, MIDNIGHT - timedelta(hours=14) + SECOND, Outcome.FAILS_OPEN),
        (-12, MIDNIGHT + timedelta(hours=12), Outcome.BLOCKED_BY_PIN),
        (-12, MIDNIGHT + timedelta(hours=12) + SECOND, Outcome.FAILS_OPEN),
        (None, MIDNIGHT - timedelta(hours=14), Outcome.BLOCKED_BY_PIN),
        (None, MIDNIGHT - timedelta(hours=14) + SECOND, Outcome.INDETERMINATE),
        (None, MIDNIGHT + timedelta(hours=12), Outcome.INDETERMINATE),
        (None, MIDNIGHT + timedelta(hours=12) + SECOND, Outcome.FAILS_OPEN),
    ],
)
def test_pins_end_after_the_first_instant_of_the_day_on_the_device(
    offset: int | None, instant: datetime, outcome: Outcome
) -> None:
    device = Device(utc_offset=None if offset is None else timedelta(hours=offset))

    decision = decide(
        NSC, pin_set(rule(HOST, BAD, until="2027-01-31")), encounter(HOST, *PATH, at=instant, device=device)
    )

    assert decision.outcome is outcome


def test_a_time_zone_does_not_matter_where_a_pin_matches() -> None:
    decision = decide(NSC, pin_set(rule(HOST, spki(C.l1), until="2027-01-31")), encounter(HOST, *PATH, at=MIDNIGHT))

    assert codes(decision) == (Outcome.CONNECTS, "pin_matches")


@pytest.mark.parametrize(
    ("until", "outcome"), [("0027-01-31", "fails_open"), ("0001-01-01", "fails_open"), ("9999-12-31", "blocked_by_pin")]
)
def test_far_years_are_dates_like_others(until: str, outcome: str) -> None:
    assert decide(NSC, pin_set(rule(HOST, BAD, until=until)), encounter(HOST, *PATH)).outcome == outcome


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        (BAD, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (spki(C.l1), Outcome.BLOCKED_BY_CHAIN, "host_not_covered"),
    ],
)
def test_the_host_name_is_looked_at_after_the_pins(text: str, outcome: Outcome, code: str) -> None:
    decision = decide(NSC, pin_set(rule(HOST, text)), encounter(HOST, *PATH, covers=False))

    assert codes(decision) == (outcome, code)


def test_an_unpinned_host_is_still_blocked_by_a_wrong_name() -> None:
    decision = decide(NSC, pin_set(), encounter(HOST, *PATH, covers=False))

    assert codes(decision) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


@pytest.mark.parametrize("rules", [(), (rule(HOST, BAD),), (rule(HOST, spki(C.l1)),)])
def test_a_chain_that_does_not_validate_blocks_pinned_and_unpinned_alike(rules: tuple[PinRule, ...]) -> None:
    decision = decide(NSC, pin_set(*rules), encounter(HOST, problem=EXPIRED))

    assert (decision.outcome, decision.reason, decision.path) == (Outcome.BLOCKED_BY_CHAIN, EXPIRED, ())


def test_only_the_first_path_counts() -> None:
    both = ValidatedPaths("system", (PATH, (C.l2, C.i2, C.r2)))
    met = encounter(HOST, *PATH)
    met = replace(met, paths=dict.fromkeys(met.paths, both))

    assert codes(decide(NSC, pin_set(rule(HOST, spki(C.r2))), met)) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


def test_a_search_that_was_cut_short_decides_nothing() -> None:
    met = encounter(HOST)
    met = replace(met, paths=dict.fromkeys(met.paths, ValidatedPaths("system", (), None, is_exhausted=False)))

    assert codes(decide(NSC, pin_set(rule(HOST, BAD)), met)) == (Outcome.INDETERMINATE, "path_search_cut_short")


def test_a_connection_without_a_host_name_is_fine_without_rules() -> None:
    assert codes(decide(NSC, pin_set(), encounter("", *PATH))) == (Outcome.NOT_PINNED, "no_rule_for_host")


def test_the_compared_pins_are_those_of_the_selected_rule() -> None:
    policy = pin_set(rule(HOST, BAD), rule("example.com", BAD_2, sub=True), rule("free.example.com", pins=False))

    found = [pins_for(NSC, policy, host) for host in (HOST, "api.example.com", "free.example.com", "example.net")]

    assert found == [(pin(BAD),), (pin(BAD_2),), (), ()]
