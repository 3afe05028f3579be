"""TrustKit on Android: who checks on which level, what enforcement means, and what TrustKit refuses at start."""

from datetime import UTC, datetime, timedelta

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, BAD_2, MISSING_INTERMEDIATE, cast, encounter, spki

TRUSTKIT, NSC = Client.TRUSTKIT_ANDROID, Client.ANDROID_NSC
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
GOOD = spki(C.l1)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ODD = f"{GOOD[:42]}{ALPHABET[ALPHABET.index(GOOD[42]) + 1]}="  # the same bytes, spelled with a bit that nobody uses
OLD, ANCIENT, MODERN = Device(22), Device(16), Device(34)
ENFORCED = '<trustkit-config enforcePinning="true"/>'
REPORTING = "<trustkit-config/>"


def pin_set(*pins: str, attributes: str = "") -> str:
    listed = "".join(f'<pin digest="SHA-256">{one}</pin>' for one in pins)
    return f"<pin-set{attributes}>{listed}</pin-set>"


def config(body: str, domain: str = f"<domain>{HOST}</domain>", after: str = "") -> PinSet:
    domains = f"<domain-config>{domain}{body}</domain-config>"
    return read(f"<network-security-config>{domains}{after}</network-security-config>".encode())


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("device", "settings", "pins", "outcome", "code"),
    [
        (MODERN, ENFORCED, (GOOD, BAD), Outcome.CONNECTS, "pin_matches"),
        (MODERN, ENFORCED, (BAD, BAD_2), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (MODERN, REPORTING, (BAD, BAD_2), Outcome.FAILS_OPEN, "report_only"),
        (Device(), REPORTING, (BAD, BAD_2), Outcome.FAILS_OPEN, "report_only"),
        (OLD, ENFORCED, (GOOD, BAD), Outcome.CONNECTS, "pin_matches"),
        (OLD, ENFORCED, (BAD, BAD_2), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (OLD, REPORTING, (BAD,), Outcome.FAILS_OPEN, "report_only"),
        (ANCIENT, ENFORCED, (BAD, BAD_2), Outcome.NOT_PINNED, "os_without_pinning"),
    ],
)
def test_who_checks_depends_on_the_level(
    device: Device, settings: str, pins: tuple[str, ...], outcome: Outcome, code: str
) -> None:
    own = config(pin_set(*pins) + settings)

    assert codes(decide(TRUSTKIT, own, encounter(HOST, *PATH, device=device))) == (outcome, code)


def test_before_android_7_pins_are_compared_as_text() -> None:
    own = config(pin_set(ODD, BAD) + ENFORCED)

    assert decide(TRUSTKIT, own, encounter(HOST, *PATH, device=OLD)).outcome is Outcome.BLOCKED_BY_PIN
    assert decide(TRUSTKIT, own, encounter(HOST, *PATH, device=MODERN)).outcome is Outcome.CONNECTS
    assert [one.text for one in pins_for(TRUSTKIT, own, HOST, OLD)] == [ODD, BAD]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (pin_set(BAD) + ENFORCED, "too_few_distinct_pins"),
        (pin_set(BAD, BAD) + ENFORCED, "too_few_distinct_pins"),
        (pin_set() + ENFORCED, "empty_pin_list_enforced"),
        (pin_set("dummy", BAD) + REPORTING, "not_base64"),
        (pin_set(BAD, attributes=' expiration="2027-02-30"') + REPORTING, "invalid_expiration"),
        (f'<pin-set><pin digest="sha-256">{BAD}</pin></pin-set>{REPORTING}', "trustkit_digest"),
    ],
)
@pytest.mark.parametrize("device", [MODERN, OLD, ANCIENT])
def test_what_trustkit_refuses_stops_the_app_on_every_level(body: str, code: str, device: Device) -> None:
    decision = decide(TRUSTKIT, config(body), encounter(HOST, *PATH, device=device))

    assert codes(decision) == (Outcome.CONFIG_ERROR, code)


@pytest.mark.parametrize(
    "domain", ["localhost", "*.example.com", "a.example.invalid", "https://example.com", "1.2.3.4"]
)
def test_a_pinned_name_that_is_no_domain_is_refused(domain: str) -> None:
    own = config(pin_set(BAD) + REPORTING, f"<domain>{domain}</domain>")

    assert codes(decide(TRUSTKIT, own, encounter(HOST, *PATH))) == (Outcome.CONFIG_ERROR, "domain_refused")


def test_a_domain_without_pins_is_no_matter_of_trustkit() -> None:
    own = config(pin_set(BAD) + REPORTING, after="<domain-config><domain>localhost</domain></domain-config>")

    assert codes(decide(TRUSTKIT, own, encounter("a.example.com", *PATH))) == (Outcome.NOT_PINNED, "no_rule_for_host")


def test_of_two_domains_trustkit_has_the_last_and_android_blocks_the_first() -> None:
    own = config(pin_set(BAD) + REPORTING, "<domain>a.example.com</domain><domain>b.example.com</domain>")

    first, last = (decide(TRUSTKIT, own, encounter(host, *PATH)) for host in ("a.example.com", "b.example.com"))

    assert (codes(first), codes(last)) == (
        (Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (Outcome.FAILS_OPEN, "report_only"),
    )


def test_letter_case_of_a_domain_counts_for_trustkit_and_not_for_android() -> None:
    own = config(pin_set(BAD) + REPORTING, "<domain>WWW.example.com</domain>")

    assert decide(TRUSTKIT, own, encounter(HOST, *PATH)).outcome is Outcome.BLOCKED_BY_PIN
    assert decide(TRUSTKIT, own, encounter(HOST, *PATH, device=OLD)).outcome is Outcome.NOT_PINNED


@pytest.mark.parametrize("settings", [ENFORCED, REPORTING])
@pytest.mark.parametrize("device", [MODERN, OLD])
def test_a_bad_chain_and_a_wrong_name_block_whatever_the_enforcement(settings: str, device: Device) -> None:
    own = config(pin_set(BAD, BAD_2) + settings)
    broken = encounter(HOST, problem=MISSING_INTERMEDIATE, device=device)
    misnamed = encounter(HOST, *PATH, covers=False, device=device)

    assert codes(decide(TRUSTKIT, own, broken)) == (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate")
    assert codes(decide(TRUSTKIT, own, misnamed)) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


@pytest.mark.parametrize("device", [MODERN, OLD])
def test_pins_end_at_midnight_of_the_device(device: Device) -> None:
    own = config(pin_set(BAD, BAD_2, attributes=' expiration="2027-01-31"') + ENFORCED)
    here = Device(device.os_version, utc_offset=timedelta(hours=2))
    before, after, between = (datetime(2027, 1, 30, hour, 0, 1, tzinfo=UTC) for hour in (21, 22, 11))

    decisions = [
        decide(TRUSTKIT, own, encounter(HOST, *PATH, at=before, device=here)),
        decide(TRUSTKIT, own, encounter(HOST, *PATH, at=after, device=here)),
        decide(TRUSTKIT, own, encounter(HOST, *PATH, at=between, device=device)),
    ]

    assert [codes(one) for one in decisions] == [
        (Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (Outcome.FAILS_OPEN, "pins_expired"),
        (Outcome.INDETERMINATE, "expiry_depends_on_time_zone"),
    ]


def test_debug_overrides_switch_trustkit_off_in_debuggable_builds() -> None:
    anchors = '<trust-anchors><certificates src="@raw/ca" overridePins="true"/></trust-anchors>'
    own = config(pin_set(BAD, BAD_2) + ENFORCED, after=f"<debug-overrides>{anchors}</debug-overrides>")

    released = decide(TRUSTKIT, own, encounter(HOST, *PATH, device=Device(22)))
    debugged = decide(TRUSTKIT, own, encounter(HOST, *PATH, device=Device(22, is_debuggable=True)))

    assert codes(released) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")
    assert codes(debugged) == (Outcome.FAILS_OPEN, "anchor_overrides_pins")


@pytest.mark.parametrize("device", [MODERN, OLD])
def test_trustkit_takes_no_address_for_a_host(device: Device) -> None:
    decision = decide(TRUSTKIT, config(pin_set(BAD) + REPORTING), encounter("192.0.2.1", *PATH, device=device))

    assert codes(decision) == (Outcome.CONFIG_ERROR, "host_name_refused")


def test_what_android_refuses_stops_trustkit_from_android_7_on() -> None:
    own = config(pin_set(BAD) + REPORTING, after="<domain-config/>")

    assert codes(decide(TRUSTKIT, own, encounter(HOST, *PATH))) == (Outcome.CONFIG_ERROR, "domain_missing")
    assert decide(TRUSTKIT, own, encounter(HOST, *PATH, device=OLD)).outcome is Outcome.FAILS_OPEN
