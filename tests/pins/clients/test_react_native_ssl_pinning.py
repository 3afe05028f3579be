"""react-native-ssl-pinning: bundled certificates or hashes of keys, and what each platform makes of them."""

from dataclasses import replace

import pytest

from pins.certificate import Certificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.errors import Place
from pins.pinset import Pin, PinKind, PinRule, PinSet, Problem
from tests.pins.bundles import bundle, held
from tests.pins.encounters import BAD, cast, encounter, pin, pin_set, rule, spki

ANDROID, IOS = Client.REACT_NATIVE_SSL_PINNING_ANDROID, Client.REACT_NATIVE_SSL_PINNING_IOS
BOTH = [ANDROID, IOS]
C = cast()
HOST, BARE, OTHER = "www.example.com", "example.com", "b.example"
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
    policy = pin_set(rule(BARE, WRONG, RIGHT))

    assert decide(ANDROID, policy, encounter(BARE, *PATH)).match == Match(pin(RIGHT), C.l1)
    assert codes(decide(ANDROID, policy, encounter(BARE, C.l2, C.i2, C.r2))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_pin_matches",
    )


@pytest.mark.parametrize(
    ("rules", "host", "outcome", "code"),
    [
        ((rule(BARE, BAD),), BARE, Outcome.CONFIG_ERROR, "wrong_prefix"),
        ((rule(BARE, BAD),), OTHER, Outcome.NOT_PINNED, "no_rule_for_host"),
        ((rule(BARE, WRONG),), f"a.{BARE}", Outcome.NOT_PINNED, "no_rule_for_host"),
        ((rule(BARE.upper(), WRONG),), BARE, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        ((rule(BARE, WRONG, RIGHT.replace("sha256/", "sha256//")),), BARE, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        # The plugin takes `www.` off what it pins and not off what it calls.
        ((rule(f"www.{BARE}", WRONG),), f"www.{BARE}", Outcome.NOT_PINNED, "no_rule_for_host"),
        # Two calls to one host: the first decides for both, and which that is, nobody knows.
        ((rule(BARE, WRONG), replace(rule(BARE, RIGHT), group=1)), BARE, Outcome.INDETERMINATE, "several_pinners"),
        ((rule(BARE, WRONG), *bundle(C.i1, host=BARE).rules), BARE, Outcome.INDETERMINATE, "several_pinners"),
        ((rule(BARE, RIGHT), *bundle(C.i1, host=BARE).rules), BARE, Outcome.CONNECTS, "pin_matches"),
    ],
)
def test_the_hashes_of_the_script_count_for_the_exact_host(
    rules: tuple[PinRule, ...], host: str, outcome: Outcome, code: str
) -> None:
    assert codes(decide(ANDROID, pin_set(*rules), encounter(host, *PATH))) == (outcome, code)


@pytest.mark.parametrize(
    ("given", "outcome", "code"),
    [
        ((), Outcome.INDETERMINATE, "certificate_not_given"),
        ((C.x,), Outcome.INDETERMINATE, "certificate_not_given"),
        ((C.i1,), Outcome.CONNECTS, "path_to_pinned_certificate"),
    ],
)
def test_certificate_files_that_are_only_named_leave_it_open_on_android(
    given: tuple[Certificate, ...], outcome: Outcome, code: str
) -> None:
    named = Pin("leaf", PinKind.CERTIFICATE_SHA256, None, Place(), "certificate_not_given")
    policy = bundle(named, *given, host=BARE)

    decision = decide(ANDROID, policy, encounter(BARE, *PATH))

    assert codes(decision) == (outcome, code)


def test_certificates_under_a_condition_block_nothing_for_certain() -> None:
    policy = bundle(C.x, host=BARE)
    conditional = replace(policy, rules=(replace(policy.rules[0], is_conditional=True),))

    assert codes(decide(ANDROID, conditional, encounter(BARE, *PATH))) == (Outcome.INDETERMINATE, "conditional_code")


@pytest.mark.parametrize("client", BOTH)
def test_a_source_that_only_running_tells_may_pin_any_host(client: Client) -> None:
    policy = replace(pin_set(), is_complete=False)

    decision = decide(client, policy, encounter(OTHER, *PATH))

    assert codes(decision) == (Outcome.INDETERMINATE, "unresolved_code")
    assert decision.reason.text == (
        f"Which hosts besides those that the source spells out are pinned depends on running it, {OTHER} among them, "
        "so whether the app connects is open."
    )


@pytest.mark.parametrize("kind", [PinKind.SPKI_SHA256, PinKind.CERTIFICATE_SHA256])
def test_ios_does_not_look_at_the_list_and_needs_the_files(kind: PinKind) -> None:
    listed = Pin("*.cer", kind, None, Place(), "certificate_not_given")
    policy = bundle(listed, host=HOST)

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
