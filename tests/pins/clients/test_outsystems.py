"""The OutSystems plugin: one JSON, and what its two platforms make of it."""

from dataclasses import replace

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.errors import Place
from pins.pinset import Problem
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin, pin_set, rule, spki, spki_sha1

ANDROID, IOS = Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS
BOTH = [ANDROID, IOS]
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "app.example.com"
RIGHT, WRONG, WRONG_2 = "sha256/" + spki(C.l1), "sha256/" + BAD, "sha256/" + BAD_2
MARSHMALLOW = Device(os_version=23)


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize("client", BOTH)
def test_a_matching_hash_is_told_as_the_file_writes_it(client: Client) -> None:
    decision = decide(client, pin_set(rule(HOST, WRONG, RIGHT)), encounter(HOST, *PATH))

    assert decision.match == Match(pin(RIGHT), C.l1)


@pytest.mark.parametrize(
    ("client", "device", "outcome"),
    [
        (ANDROID, Device(), Outcome.BLOCKED_BY_PIN),
        (ANDROID, Device(os_version=24), Outcome.BLOCKED_BY_PIN),
        (ANDROID, MARSHMALLOW, Outcome.NOT_PINNED),
        (IOS, Device(), Outcome.NOT_PINNED),
    ],
)
def test_subdomains_are_pinned_on_android_from_7_on_only(client: Client, device: Device, outcome: Outcome) -> None:
    policy = pin_set(rule(HOST, WRONG, WRONG_2))

    assert decide(client, policy, encounter(f"a.{HOST}", *PATH, device=device)).outcome is outcome


@pytest.mark.parametrize(
    ("client", "device", "hashes", "outcome", "code"),
    [
        (ANDROID, Device(), (RIGHT, "dummy"), Outcome.CONFIG_ERROR, "not_base64"),
        (ANDROID, MARSHMALLOW, (RIGHT, "dummy"), Outcome.CONFIG_ERROR, "wrong_prefix"),
        (IOS, Device(), (RIGHT, "dummy"), Outcome.CONFIG_ERROR, "not_base64"),
        (ANDROID, Device(), (RIGHT, "A" * 43 + "="), Outcome.CONNECTS, "pin_matches"),
        (ANDROID, MARSHMALLOW, (RIGHT, "A" * 43 + "="), Outcome.CONFIG_ERROR, "wrong_prefix"),
        (IOS, Device(), (RIGHT, "A" * 43 + "="), Outcome.CONNECTS, "pin_matches"),
        (ANDROID, Device(), (RIGHT, "sha1/" + spki_sha1(C.l1)), Outcome.CONFIG_ERROR, "not_base64"),
        (ANDROID, MARSHMALLOW, (WRONG, "sha1/" + spki_sha1(C.l1)), Outcome.CONNECTS, "pin_matches"),
        (IOS, Device(), (RIGHT, "sha1/" + spki_sha1(C.l1)), Outcome.CONFIG_ERROR, "wrong_length"),
        (ANDROID, Device(), (RIGHT, RIGHT), Outcome.CONNECTS, "pin_matches"),
        (ANDROID, MARSHMALLOW, (RIGHT, RIGHT), Outcome.CONNECTS, "pin_matches"),
        (IOS, Device(), (RIGHT, RIGHT), Outcome.CONFIG_ERROR, "too_few_distinct_pins"),
        (ANDROID, Device(), (WRONG, RIGHT.rstrip("=")), Outcome.CONNECTS, "pin_matches"),
        (IOS, Device(), (WRONG, RIGHT.rstrip("=")), Outcome.CONFIG_ERROR, "not_base64"),
    ],
)
def test_what_each_platform_makes_of_a_list_of_hashes(
    client: Client, device: Device, hashes: tuple[str, ...], outcome: Outcome, code: str
) -> None:
    assert codes(decide(client, pin_set(rule(HOST, *hashes)), encounter(HOST, *PATH, device=device))) == (outcome, code)


def test_equal_hashes_are_generated_once() -> None:
    policy = pin_set(rule(HOST, WRONG, WRONG, WRONG_2))

    assert pins_for(ANDROID, policy, HOST) == (pin(WRONG), pin(WRONG_2))


@pytest.mark.parametrize(
    ("client", "device", "outcome", "code"),
    [
        (ANDROID, Device(), Outcome.CONFIG_ERROR, "duplicate_domain"),
        (ANDROID, MARSHMALLOW, Outcome.CONNECTS, "pin_matches"),
        (IOS, Device(), Outcome.CONNECTS, "pin_matches"),
    ],
)
def test_a_host_given_twice(client: Client, device: Device, outcome: Outcome, code: str) -> None:
    policy = pin_set(rule(HOST, WRONG, WRONG_2), rule(HOST, RIGHT, WRONG))

    assert codes(decide(client, policy, encounter(HOST, *PATH, device=device))) == (outcome, code)


@pytest.mark.parametrize("host", ["localhost", "app.corp.internal", "10.0.0.1"])
def test_the_bundled_trustkit_takes_hosts_outside_the_suffix_list(host: str) -> None:
    decision = decide(IOS, pin_set(rule(host, RIGHT, WRONG)), encounter(host, *PATH))

    assert codes(decision) == (Outcome.CONNECTS, "pin_matches")


@pytest.mark.parametrize(
    ("version", "outcome", "code"),
    [
        (None, Outcome.CONFIG_ERROR, "crashes_on_key_type"),
        ("1.7.0", Outcome.BLOCKED_BY_PIN, "key_type_not_hashable"),
        ("3.0.7", Outcome.CONNECTS, "pin_matches"),
        ("5.0.2", Outcome.CONFIG_ERROR, "crashes_on_key_type"),
    ],
)
def test_a_3072_bit_intermediate_on_ios(version: str | None, outcome: Outcome, code: str) -> None:
    path = (C.l1, C.i3072, C.r1)
    device = Device(client_version=version)

    decision = decide(IOS, pin_set(rule(HOST, RIGHT, WRONG)), encounter(HOST, *path, device=device))

    assert codes(decision) == (outcome, code)


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize("device", [Device(), MARSHMALLOW])
def test_a_file_that_the_plugin_refuses_builds_no_app(client: Client, device: Device) -> None:
    problem = Problem("too_few_hashes", "The plugin wants two.", Place(), is_refused=True)
    policy = replace(pin_set(rule(HOST, RIGHT)), problems=(problem,))

    decision = decide(client, policy, encounter(HOST, *PATH, device=device))

    assert (decision.outcome, decision.reason) == (
        Outcome.CONFIG_ERROR,
        Reason("too_few_hashes", "The plugin wants two."),
    )
