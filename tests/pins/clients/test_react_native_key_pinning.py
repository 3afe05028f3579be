"""react-native-ssl-public-key-pinning: union on Android, the most specific on iOS, and what each rejects."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, BAD_2, MISSING_INTERMEDIATE, cast, encounter, pin_set, rule, spki

ANDROID = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID
IOS = Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS
BOTH = pytest.mark.parametrize("client", [ANDROID, IOS])
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
GOOD = spki(C.l1)
REJECTED = "the library rejects the configuration and pins nothing, and the app connects unless its own code stops."


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


def script(options: str, call: str = "initializeSslPinning({});") -> PinSet:
    return read(call.format(options).encode())


@BOTH
def test_pins_and_places_of_the_path(client: Client) -> None:
    met = encounter(HOST, *PATH)

    assert codes(decide(client, pin_set(rule(HOST, BAD, spki(C.r1))), met)) == (Outcome.CONNECTS, "pin_matches")
    assert codes(decide(client, pin_set(rule(HOST, BAD, BAD_2)), met)) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")
    assert codes(decide(client, pin_set(rule("a.com", BAD, BAD_2)), met)) == (Outcome.NOT_PINNED, "no_rule_for_host")
    assert [one.text for one in pins_for(client, pin_set(rule(HOST, BAD, BAD_2)), HOST)] == [BAD, BAD_2]


@BOTH
@pytest.mark.parametrize(
    ("host", "is_pinned"), [("example.com", True), ("a.example.com", True), ("a.b.example.com", True), ("b.com", False)]
)
def test_subdomains_are_pinned_at_any_depth(client: Client, host: str, is_pinned: bool) -> None:
    own = pin_set(rule("example.com", BAD, BAD_2, sub=True))

    outcome = decide(client, own, encounter(host, *PATH)).outcome

    assert outcome is (Outcome.BLOCKED_BY_PIN if is_pinned else Outcome.NOT_PINNED)


@pytest.mark.parametrize(
    ("release", "outcome"),
    [
        (None, Outcome.BLOCKED_BY_PIN),
        ("0.64.2", Outcome.NOT_PINNED),
        ("0.65", Outcome.BLOCKED_BY_PIN),
        ("3.12.12", Outcome.NOT_PINNED),
        ("4.9.2", Outcome.BLOCKED_BY_PIN),
    ],
)
def test_subdomains_need_a_react_native_with_okhttp_4(release: str | None, outcome: Outcome) -> None:
    own = pin_set(rule("example.com", BAD, sub=True))

    met = encounter("a.example.com", *PATH, device=Device(client_version=release))

    assert decide(ANDROID, own, met).outcome is outcome


def test_one_pin_is_enough_on_android_and_rejected_on_ios() -> None:
    own, met = pin_set(rule(HOST, BAD)), encounter(HOST, *PATH)

    assert decide(ANDROID, own, met).outcome is Outcome.BLOCKED_BY_PIN
    rejected = decide(IOS, own, met)
    assert codes(rejected) == (Outcome.FAILS_OPEN, "too_few_distinct_pins")
    assert rejected.reason.text == f"The domain {HOST} needs 2 different pins and has 1, so {REJECTED}"
    assert pins_for(IOS, own, HOST) == ()


def test_what_okhttp_refuses_is_rejected_on_android() -> None:
    rejected = decide(ANDROID, pin_set(rule("a..b", BAD)), encounter(HOST, *PATH))

    assert codes(rejected) == (Outcome.FAILS_OPEN, "host_pattern_refused")
    assert rejected.reason.text == f"a..b is no host pattern that OkHttp understands, so {REJECTED}"


@BOTH
def test_without_pins_the_chain_still_counts(client: Client) -> None:
    own = pin_set(rule("a..b", "%"))

    assert decide(client, own, encounter(HOST, problem=MISSING_INTERMEDIATE)).outcome is Outcome.BLOCKED_BY_CHAIN


@BOTH
def test_pins_end_at_midnight_in_greenwich(client: Client) -> None:
    own = pin_set(rule(HOST, BAD, BAD_2, until="2027-01-31"))
    midnight = datetime(2027, 1, 31, tzinfo=UTC)

    at, after = (decide(client, own, encounter(HOST, *PATH, at=midnight + timedelta(seconds=one))) for one in (0, 1))

    assert (codes(at), codes(after)) == (
        (Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (Outcome.FAILS_OPEN, "pins_expired"),
    )


def test_on_android_an_overlapping_domain_that_has_not_ended_goes_on() -> None:
    own = pin_set(rule("example.com", BAD, sub=True), rule(HOST, GOOD, until="2020-01-01"))

    assert codes(decide(ANDROID, own, encounter(HOST, *PATH))) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


@pytest.mark.parametrize(
    ("source", "android", "ios"),
    [
        (f"{{ '{HOST}': {{ publicKeyHashes: ['{BAD}', PIN] }} }}", "unresolved_code", "unresolved_code"),
        (f"{{ '{HOST}': {{ publicKeyHashes: ['{GOOD}', PIN] }} }}", "pin_matches", "pin_matches"),
        ("{ ...domains }", "unresolved_code", "unresolved_code"),
        (f"{{ '{HOST}': {{}}, ...x }}", "unresolved_code", "key_hashes_missing"),
    ],
)
def test_what_only_running_tells_stays_open(source: str, android: str, ios: str) -> None:
    own, met = script(source), encounter(HOST, *PATH)

    assert (decide(ANDROID, own, met).reason.code, decide(IOS, own, met).reason.code) == (android, ios)


@BOTH
def test_pins_under_a_condition_stay_open_unless_they_match(client: Client) -> None:
    call = "if (x) initializeSslPinning({});"
    wrong, right = (script(f"{{ '{HOST}': {{ publicKeyHashes: ['{one}', '{BAD_2}'] }} }}", call) for one in (BAD, GOOD))
    met = encounter(HOST, *PATH)

    assert codes(decide(client, wrong, met)) == (Outcome.INDETERMINATE, "conditional_code")
    assert decide(client, right, met).outcome is Outcome.CONNECTS


@BOTH
def test_of_several_configurations_only_what_they_share_is_certain(client: Client) -> None:
    first, second = rule(HOST, BAD, BAD_2), replace(rule(HOST, GOOD, BAD), group=1)
    met = encounter(HOST, *PATH)

    assert codes(decide(client, pin_set(first, second), met)) == (Outcome.INDETERMINATE, "several_configurations")
    assert decide(client, pin_set(first, replace(first, group=1)), met).outcome is Outcome.BLOCKED_BY_PIN
    assert [one.text for one in pins_for(client, pin_set(first, second), HOST)] == [BAD, BAD_2, GOOD]


def test_an_odd_date_ends_the_pins_on_android_and_never_on_ios() -> None:
    own = script(f"{{ '{HOST}': {{ publicKeyHashes: ['{BAD}', '{BAD_2}'], expirationDate: '2020-1-1T00:00' }} }}")
    met = encounter(HOST, *PATH)

    assert codes(decide(ANDROID, own, met)) == (Outcome.FAILS_OPEN, "pins_expired")
    assert codes(decide(IOS, own, met)) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


def test_a_date_that_android_cannot_read_rejects_everything_there() -> None:
    own = script(f"{{ '{HOST}': {{ publicKeyHashes: ['{BAD}', '{BAD_2}'], expirationDate: 'soon' }} }}")

    assert codes(decide(ANDROID, own, encounter(HOST, *PATH))) == (Outcome.FAILS_OPEN, "expiration_rejected")
