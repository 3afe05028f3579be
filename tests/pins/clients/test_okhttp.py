"""OkHttp's CertificatePinner: patterns of both generations, pins as it reads them, and the order of its checks."""

from dataclasses import replace

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.errors import Place
from pins.pinset import Pin, PinKind, PinRule, Problem
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin, pin_set, rule, spki, spki_sha1

OKHTTP = Client.OKHTTP
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
OLD, FIRST_STARS = Device(client_version="3.13.1"), Device(client_version="4.3.0")
WRONG = "sha256/" + BAD


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("pattern", "host", "is_pinned"),
    [
        ("example.com", "example.com", True),
        ("EXAMPLE.com", "example.com", True),
        ("example.com", "EXAMPLE.COM", True),
        ("example.com", "www.example.com", False),
        ("example.com", "example.com.", False),
        ("*.example.com", "www.example.com.", False),
        ("σkhttp.com", "xn--khttp-fde.com", True),
        ("*.σkhttp.com", "www.xn--khttp-fde.com", True),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("**.example.co.uk", "example.co.uk", True),
        ("**.example.co.uk", "foo.example.co.uk", True),
        ("**.example.co.uk", "foo.bar.baz.example.co.uk", True),
        ("**.example.co.uk", "uk", False),
        ("**.example.co.uk", "co.uk", False),
        ("**.example.co.uk", "anotherexample.co.uk", False),
        ("**.example.co.uk", "foo.anotherexample.co.uk", False),
        ("*.localhost", "localhost", False),
        ("*.", "localhost", False),
    ],
)
def test_which_hosts_a_pattern_pins(pattern: str, host: str, is_pinned: bool) -> None:
    decision = decide(OKHTTP, pin_set(rule(pattern, WRONG)), encounter(host, *PATH))

    assert decision.outcome is (Outcome.BLOCKED_BY_PIN if is_pinned else Outcome.NOT_PINNED)


@pytest.mark.parametrize(
    "pattern",
    [
        "example.*",
        "*",
        "***.example.com",
        "a.*.com",
        "*.*.com",
        "",
        "a..b",
        "https://host",
        "host:443",
        "host/path",
        "*.::1",
    ],
)
def test_current_versions_refuse_patterns_that_are_no_hosts(pattern: str) -> None:
    decision = decide(OKHTTP, pin_set(rule(pattern, WRONG)), encounter(HOST, *PATH))

    assert codes(decision) == (Outcome.CONFIG_ERROR, "host_pattern_refused")


@pytest.mark.parametrize(
    ("pattern", "host", "outcome"),
    [
        ("*.example.com", HOST, Outcome.BLOCKED_BY_PIN),
        ("**.example.com", HOST, Outcome.NOT_PINNED),
        ("example.*", "example.com", Outcome.NOT_PINNED),
        ("www.example.com:8443", HOST, Outcome.BLOCKED_BY_PIN),
        ("www.example.com/login?a=b", HOST, Outcome.BLOCKED_BY_PIN),
        ("https://www.example.com", HOST, Outcome.NOT_PINNED),
        ("https://www.example.com", "https", Outcome.BLOCKED_BY_PIN),
        (" www.example.com", HOST, Outcome.CONFIG_ERROR),
        ("www.example.com \n", HOST, Outcome.BLOCKED_BY_PIN),
        ("//www.example.com", HOST, Outcome.BLOCKED_BY_PIN),
        ("user@www.example.com", HOST, Outcome.BLOCKED_BY_PIN),
        ("www%2Eexample.com", HOST, Outcome.BLOCKED_BY_PIN),
        ("www%zz.example.com", HOST, Outcome.CONFIG_ERROR),
        ("www.example.com:", HOST, Outcome.BLOCKED_BY_PIN),
        ("www.example.com:+443", HOST, Outcome.BLOCKED_BY_PIN),
        ("www.example.com:0", HOST, Outcome.CONFIG_ERROR),
        ("www.example.com:65536", HOST, Outcome.CONFIG_ERROR),
        ("www.example.com:https", HOST, Outcome.CONFIG_ERROR),
        ("[::ffff:10.0.0.1]:8443", "10.0.0.1", Outcome.BLOCKED_BY_PIN),
        ("2001:db8::1", "2001:db8::1", Outcome.CONFIG_ERROR),
        (".", HOST, Outcome.NOT_PINNED),
        ("a.b" * 90, HOST, Outcome.NOT_PINNED),
        ("*.localhost", "localhost", Outcome.BLOCKED_BY_PIN),
        ("*.localhost", "api.localhost", Outcome.BLOCKED_BY_PIN),
        ("a..b", HOST, Outcome.CONFIG_ERROR),
        ("", HOST, Outcome.CONFIG_ERROR),
    ],
)
def test_old_versions_read_a_pattern_as_an_address(pattern: str, host: str, outcome: Outcome) -> None:
    assert decide(OKHTTP, pin_set(rule(pattern, WRONG)), encounter(host, *PATH, device=OLD)).outcome is outcome


def test_two_stars_work_from_4_3_on() -> None:
    policy = pin_set(rule("**.example.com", WRONG))

    assert decide(OKHTTP, policy, encounter(HOST, *PATH, device=FIRST_STARS)).outcome is Outcome.BLOCKED_BY_PIN


@pytest.mark.parametrize(
    "text",
    [
        "sha256/" + spki(C.i1).rstrip("="),
        "sha256/ " + spki(C.i1) + "\n",
        "sha256/" + spki(C.i1).replace("+", "-").replace("/", "_"),
        "sha1/" + spki_sha1(C.i1),
    ],
)
def test_a_right_pin_matches_in_every_notation_that_okhttp_reads(text: str) -> None:
    decision = decide(OKHTTP, pin_set(rule(HOST, WRONG, text)), encounter(HOST, *PATH))

    assert decision.match == Match(pin(text), C.i1)


@pytest.mark.parametrize(
    "text",
    [
        "sha256/",
        "sha256//" + spki(C.l1),
        "sha256/" + C.l1.spki_sha256.hex(),
        "sha256/" + spki_sha1(C.l1),
        "sha1/" + spki(C.l1),
    ],
)
def test_a_pin_of_the_wrong_length_is_taken_and_dead(text: str) -> None:
    decision = decide(OKHTTP, pin_set(rule(HOST, text)), encounter(HOST, *PATH))

    assert codes(decision) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("md5/DmxUShsZuNiqPQsX2Oi9uv2sCnw=", "wrong_prefix"),
        ("SHA256/" + BAD, "wrong_prefix"),
        (BAD, "wrong_prefix"),
        ("sha256/DmxUShsZuNiqPQsX2Oi9uv2sCnw*", "not_base64"),
        ("sha256/a", "not_base64"),
    ],
)
def test_a_malformed_pin_stops_the_app(text: str, code: str) -> None:
    decision = decide(OKHTTP, pin_set(rule("other.example", text)), encounter(HOST, *PATH))

    assert codes(decision) == (Outcome.CONFIG_ERROR, code)


def test_a_rule_without_pins_pins_nothing() -> None:
    assert codes(decide(OKHTTP, pin_set(rule("a..b")), encounter(HOST, *PATH))) == (
        Outcome.NOT_PINNED,
        "no_rule_for_host",
    )


def test_the_same_pattern_twice_is_one_list() -> None:
    policy = pin_set(rule(HOST, WRONG), rule(HOST, "sha256/" + spki(C.r1)))

    assert decide(OKHTTP, policy, encounter(HOST, *PATH)).match == Match(pin("sha256/" + spki(C.r1)), C.r1)


def test_all_matching_patterns_are_compared() -> None:
    policy = pin_set(rule(HOST, WRONG), rule("*.example.com", "sha256/" + BAD_2), rule("**.com", "sha256/"))

    assert pins_for(OKHTTP, policy, HOST) == (pin(WRONG), pin("sha256/" + BAD_2), pin("sha256/"))


def test_of_several_matches_the_one_nearest_the_leaf_is_named() -> None:
    policy = pin_set(rule(HOST, "sha256/" + spki(C.r1), "sha256/" + spki(C.l1)))

    assert decide(OKHTTP, policy, encounter(HOST, *PATH)).match == Match(pin("sha256/" + spki(C.l1)), C.l1)


def test_the_host_name_is_looked_at_before_the_pins() -> None:
    decision = decide(OKHTTP, pin_set(rule(HOST, WRONG)), encounter(HOST, *PATH, covers=False))

    assert codes(decision) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


def test_an_expired_leaf_and_a_wrong_pin_are_a_chain_failure() -> None:
    problem = Reason("expired", "The leaf expired.")

    decision = decide(OKHTTP, pin_set(rule(HOST, WRONG)), encounter(HOST, problem=problem))

    assert (decision.outcome, decision.reason) == (Outcome.BLOCKED_BY_CHAIN, problem)


UNREADABLE = Pin("BuildConfig.PIN", PinKind.SPKI_SHA256, None, Place(7), "unresolved_code")
OPEN_RULE = PinRule(HOST, Place(6), (pin(WRONG), UNREADABLE))


@pytest.mark.parametrize(
    ("is_complete", "host", "outcome", "code"),
    [
        (True, HOST, Outcome.INDETERMINATE, "unresolved_code"),
        (True, "example.net", Outcome.NOT_PINNED, "no_rule_for_host"),
        (False, "example.net", Outcome.INDETERMINATE, "unresolved_code"),
    ],
)
def test_code_that_only_running_tells_leaves_the_decision_open(
    is_complete: bool, host: str, outcome: Outcome, code: str
) -> None:
    policy = replace(pin_set(OPEN_RULE), is_complete=is_complete)

    assert codes(decide(OKHTTP, policy, encounter(host, *PATH))) == (outcome, code)


def test_known_pins_that_do_not_match_decide_nothing_while_others_may_be_there() -> None:
    policy = replace(pin_set(rule(HOST, WRONG)), is_complete=False)

    assert codes(decide(OKHTTP, policy, encounter(HOST, *PATH))) == (Outcome.INDETERMINATE, "unresolved_code")


def test_a_matching_pin_needs_no_unresolved_one() -> None:
    policy = pin_set(replace(OPEN_RULE, pins=(UNREADABLE, pin("sha256/" + spki(C.l1)))))

    assert codes(decide(OKHTTP, policy, encounter(HOST, *PATH))) == (Outcome.CONNECTS, "pin_matches")


@pytest.mark.parametrize(("device", "outcome"), [(Device(), Outcome.CONFIG_ERROR), (OLD, Outcome.NOT_PINNED)])
def test_what_the_reader_calls_refused_is_refused_by_current_versions(device: Device, outcome: Outcome) -> None:
    refused = Problem("misplaced_star", "No such pattern.", Place(), is_refused=True)
    policy = replace(pin_set(rule("example.*", WRONG)), problems=(refused,))

    assert decide(OKHTTP, policy, encounter("example.com", *PATH, device=device)).outcome is outcome


SERVED = "sha256/" + spki(C.l1)


@pytest.mark.parametrize(
    ("certain", "conditional", "outcome", "code"),
    [
        (SERVED, WRONG, Outcome.CONNECTS, "pin_matches"),
        (WRONG, SERVED, Outcome.INDETERMINATE, "conditional_code"),
        (WRONG, WRONG, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (None, WRONG, Outcome.INDETERMINATE, "conditional_code"),
        (None, SERVED, Outcome.CONNECTS, "pin_matches"),
    ],
)
def test_a_rule_under_a_condition_may_be_there_or_not(
    certain: str | None, conditional: str, outcome: Outcome, code: str
) -> None:
    rules = [replace(rule(HOST, conditional), is_conditional=True)]
    rules += [rule("*.example.com", certain)] if certain else []

    assert codes(decide(OKHTTP, pin_set(*rules), encounter(HOST, *PATH))) == (outcome, code)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "code"),
    [
        (rule(HOST, SERVED), rule(HOST, SERVED, WRONG), Outcome.CONNECTS, "pin_matches"),
        (rule(HOST, SERVED), rule("cdn.example.net", WRONG), Outcome.CONNECTS, "pin_matches"),
        (rule(HOST, WRONG), rule("cdn.example.net", WRONG), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (rule(HOST, WRONG), rule(HOST, SERVED), Outcome.INDETERMINATE, "several_pinners"),
    ],
)
def test_pinners_of_one_app_are_not_merged(first: PinRule, second: PinRule, outcome: Outcome, code: str) -> None:
    policy = pin_set(first, replace(second, group=1))

    assert codes(decide(OKHTTP, policy, encounter(HOST, *PATH))) == (outcome, code)


def test_of_two_alternatives_one_right_pin_is_not_enough() -> None:
    """`if (debug) add(host, right) else add(host, wrong)`."""
    rules = [replace(rule(HOST, text), is_conditional=True) for text in (SERVED, WRONG)]

    assert codes(decide(OKHTTP, pin_set(*rules), encounter(HOST, *PATH))) == (
        Outcome.INDETERMINATE,
        "conditional_code",
    )
