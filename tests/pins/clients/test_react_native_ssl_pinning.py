"""react-native-ssl-pinning: bundled certificates or hashes of keys, and what each platform makes of them."""

from dataclasses import replace

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.errors import Place
from pins.pinset import PinRule, PinSet, Problem
from tests.pins.bundles import bundle, held
from tests.pins.encounters import BAD, cast, encounter, pin, pin_set, rule, spki

ANDROID, IOS = Client.REACT_NATIVE_SSL_PINNING_ANDROID, Client.REACT_NATIVE_SSL_PINNING_IOS
BOTH = [ANDROID, IOS]
C = cast()
HOST, OTHER = "www.example.com", "b.example"
PATH = (C.l1, C.i1, C.r1)
RIGHT, WRONG = "sha256/" + spki(C.l1), "sha256/" + BAD
UNTRUSTED = Reason("untrusted_root", "Nobody knows this root.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize("client", BOTH)
def test_bundled_certificates_speak_for_every_host(client: Client) -> None:
    assert [decide(client, bundle(C.i1), encounter(host, *PATH)).outcome for host in (HOST, OTHER)] == [
        Outcome.CONNECTS
    ] * 2


def test_ios_validates_in_the_ordinary_way_first_and_android_never_does() -> None:
    met = replace(encounter(HOST, problem=UNTRUSTED), served=PATH)

    assert [decide(client, bundle(C.i1), met).outcome for client in BOTH] == [
        Outcome.CONNECTS,
        Outcome.BLOCKED_BY_CHAIN,
    ]


def test_a_renewed_leaf_of_the_same_subject_and_key_connects_on_android_alone() -> None:
    met = encounter(HOST, C.l1_renewed, C.i1, C.r1)

    assert [decide(client, bundle(C.l1), met).outcome for client in BOTH] == [
        Outcome.CONNECTS,
        Outcome.BLOCKED_BY_PIN,
    ]


def test_a_file_that_cannot_be_read_stops_every_request() -> None:
    policy = bundle(C.l1, held(C.i1, "pkcs7_pem_certificate"))

    assert [codes(decide(client, policy, encounter(HOST, *PATH))) for client in BOTH] == [
        (Outcome.CONFIG_ERROR, "certificate_unreadable"),
        (Outcome.CONFIG_ERROR, "crashes_on_certificate"),
    ]


def test_hashes_are_compared_by_okhttp_on_android() -> None:
    policy = pin_set(rule(HOST, WRONG, RIGHT))

    assert decide(ANDROID, policy, encounter(HOST, *PATH)).match == Match(pin(RIGHT), C.l1)
    assert codes(decide(ANDROID, policy, encounter(HOST, C.l2, C.i2, C.r2))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_pin_matches",
    )


@pytest.mark.parametrize(
    ("rules", "host", "outcome", "code"),
    [
        ((rule(HOST, BAD),), HOST, Outcome.CONFIG_ERROR, "wrong_prefix"),
        ((rule(HOST, WRONG),), OTHER, Outcome.NOT_PINNED, "no_rule_for_host"),
        ((rule(HOST, WRONG),), f"a.{HOST}", Outcome.NOT_PINNED, "no_rule_for_host"),
        ((rule(HOST, WRONG, RIGHT.replace("sha256/", "sha256//")),), HOST, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
    ],
)
def test_the_hashes_of_the_script_count_for_the_exact_host(
    rules: tuple[PinRule, ...], host: str, outcome: Outcome, code: str
) -> None:
    assert codes(decide(ANDROID, pin_set(*rules), encounter(host, *PATH))) == (outcome, code)


def test_ios_does_not_look_at_the_hashes_and_needs_the_files() -> None:
    policy = pin_set(rule(HOST, RIGHT))

    decisions = [decide(IOS, policy, met) for met in (encounter(HOST, *PATH), encounter(HOST, problem=UNTRUSTED))]

    assert [codes(one) for one in decisions] == [
        (Outcome.INDETERMINATE, "bundled_certificates_unknown"),
        (Outcome.BLOCKED_BY_CHAIN, "untrusted_root"),
    ]
    assert codes(decide(IOS, policy, encounter(OTHER, *PATH))) == (Outcome.NOT_PINNED, "no_rule_for_host")
    assert pins_for(IOS, policy, HOST) == ()


def test_each_request_has_its_own_mode() -> None:
    mixed = PinSet("", b"", (*bundle(C.i1, host=HOST).rules, rule(OTHER, WRONG)))

    android = [codes(decide(ANDROID, mixed, encounter(host, *PATH))) for host in (HOST, OTHER, "c.example")]
    ios = [codes(decide(IOS, mixed, encounter(host, *PATH))) for host in (HOST, OTHER, "c.example")]

    assert android == [
        (Outcome.CONNECTS, "path_to_pinned_certificate"),
        (Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (Outcome.NOT_PINNED, "no_rule_for_host"),
    ]
    assert ios == [
        (Outcome.CONNECTS, "path_to_pinned_certificate"),
        (Outcome.CONNECTS, "pin_matches"),  # the key of the bundled intermediate
        (Outcome.NOT_PINNED, "no_rule_for_host"),
    ]


@pytest.mark.parametrize("client", BOTH)
def test_what_its_reader_refuses_is_refused(client: Client) -> None:
    problem = Problem("too_large", "Too large.", Place(), is_refused=True)

    assert decide(client, replace(bundle(C.l1), problems=(problem,)), encounter(HOST, *PATH)).outcome is (
        Outcome.CONFIG_ERROR
    )
