"""curl's pinned public key: the leaf alone, compared as text, apart from everything else that is checked."""

from dataclasses import replace

import pytest

from pins.certificate import Certificate, UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.encounter import Encounter
from pins.errors import Place
from pins.formats import read
from pins.names import covers
from pins.paths import PathOrder, validated_paths
from pins.pinset import Pin, PinKind, PinRule, Problem
from pins.trust import TrustStore
from tests.pins.encounters import BAD, cast, encounter, pin_set, rule, spki
from tests.pki import NOW, Authority

CURL = Client.CURL
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
GOOD, WRONG = "sha256//" + spki(C.l1), "sha256//" + BAD


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


def command(value: str, options: str = "") -> Decision:
    source = f"curl {options} --pinnedpubkey '{value}' https://{HOST}/".encode()
    return decide(CURL, read(source), encounter(HOST, *PATH))


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (GOOD, Outcome.CONNECTS),
        (WRONG, Outcome.BLOCKED_BY_PIN),
        (f"{WRONG};{GOOD}", Outcome.CONNECTS),
        (f"{GOOD};{WRONG}", Outcome.CONNECTS),
        (f"sha256//;{GOOD}", Outcome.CONNECTS),
        (f"{WRONG}; {GOOD}", Outcome.BLOCKED_BY_PIN),
        (f"{GOOD};", Outcome.BLOCKED_BY_PIN),
        (f"{GOOD} ", Outcome.BLOCKED_BY_PIN),
        (f"{GOOD},{WRONG}", Outcome.BLOCKED_BY_PIN),
        (f"{GOOD};{BAD}", Outcome.BLOCKED_BY_PIN),
        (f"{WRONG};{spki(C.l1)}", Outcome.BLOCKED_BY_PIN),
        (f"{GOOD};;{WRONG}", Outcome.BLOCKED_BY_PIN),
        (GOOD.rstrip("="), Outcome.BLOCKED_BY_PIN),
        ("sha256//" + C.l1.spki_sha256.hex(), Outcome.BLOCKED_BY_PIN),
        ("sha256//" + spki(C.i1), Outcome.BLOCKED_BY_PIN),
    ],
)
def test_curl_splits_at_one_place_only_and_compares_text(value: str, outcome: Outcome) -> None:
    assert command(value).outcome is outcome


def test_the_last_bits_of_the_base64_count() -> None:
    loose = GOOD[:-2] + chr(ord(GOOD[-2]) + 1) + "="

    assert codes(command(loose)) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


@pytest.mark.parametrize(
    "value", ["sha256/" + spki(C.l1).lstrip("/"), "SHA256//" + spki(C.l1), spki(C.l1), " " + GOOD, ""]
)
def test_a_value_that_begins_otherwise_is_taken_for_a_file(value: str) -> None:
    assert codes(command(value)) == (Outcome.BLOCKED_BY_PIN, "pin_read_as_file_name")


def test_a_key_file_that_is_not_at_hand_leaves_it_open() -> None:
    assert command("/etc/app/key.pem").reason == Reason(
        "key_file_not_given",
        "The pinned key is in the file /etc/app/key.pem, which is not at hand, so whether the connection comes about "
        "is open.",
    )


@pytest.mark.parametrize(
    ("options", "met", "expected"),
    [
        ("", encounter(HOST, *PATH, covers=False), (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")),
        ("", replace(encounter(HOST), served=PATH), (Outcome.BLOCKED_BY_CHAIN, "untrusted_root")),
        ("-k", encounter(HOST, *PATH, covers=False), (Outcome.BLOCKED_BY_PIN, "no_pin_matches")),
        ("-sSk", replace(encounter(HOST), served=PATH), (Outcome.BLOCKED_BY_PIN, "no_pin_matches")),
        ("--insecure", encounter(HOST, *PATH), (Outcome.BLOCKED_BY_PIN, "no_pin_matches")),
    ],
)
def test_chain_and_name_come_before_the_pin_unless_they_are_switched_off(
    options: str, met: Encounter, expected: tuple[Outcome, str]
) -> None:
    source = f"curl {options} --pinnedpubkey {WRONG} https://{HOST}/".encode()

    assert codes(decide(CURL, read(source), met)) == expected


def test_the_pin_of_an_issuer_is_named_as_such() -> None:
    intermediate = "sha256//" + spki(C.i1)

    assert command(intermediate).reason == Reason(
        "no_pin_matches",
        f"The pin {intermediate} is that of the intermediate “Issuing 1” and curl compares the leaf alone, so the app "
        "cannot connect.",
    )


def test_a_mismatch_says_what_was_compared() -> None:
    assert command(f"{WRONG};{WRONG}").reason == Reason(
        "no_pin_matches",
        "None of the 2 pins for www.example.com matches the leaf, which is all that curl compares, so the app cannot "
        "connect.",
    )


def test_a_common_name_counts_where_there_is_no_alternative_name() -> None:
    root = Authority.root("Root")
    outcomes = {}
    for name, leaf in (
        ("alone", root.leaf(common_name=HOST)),
        ("beside", root.leaf("b.example", common_name=HOST)),
        ("wild", root.leaf(common_name="*.example.com")),
        ("other", root.leaf(common_name="b.example")),
    ):
        outcomes[name] = decide(CURL, pin_set(rule(HOST, "sha256//" + spki(leaf.facts))), _met(root.facts, leaf.facts))

    assert {name: one.outcome for name, one in outcomes.items()} == {
        "alone": Outcome.CONNECTS,
        "beside": Outcome.BLOCKED_BY_CHAIN,
        "wild": Outcome.CONNECTS,
        "other": Outcome.BLOCKED_BY_CHAIN,
    }


def test_key_files_are_compared_whole() -> None:
    issued = Authority.root("Root").leaf(HOST)
    other = Authority.root("Root").leaf(HOST)
    met = encounter(HOST, issued.facts, *PATH[1:])

    outcomes = [
        decide(CURL, read(source, format="curl"), met).reason.code
        for source in (
            issued.public_key_pem,
            issued.public_key_der,
            b"a note\r\n" + issued.public_key_pem.replace(b"\n", b"\r\n"),
            issued.public_key_pem + other.public_key_pem,
            other.public_key_pem + issued.public_key_pem,
            issued.pem,
        )
    ]

    assert outcomes == ["pin_matches"] * 4 + ["no_pin_matches", "certificate_for_key"]


def test_placeholders_match_what_is_known_of_them_and_nothing_else() -> None:
    policy = pin_set(rule(HOST, GOOD))
    known = UnknownCertificate("leaf", spki_sha256=C.l1.spki_sha256)

    assert decide(CURL, policy, encounter(HOST, known)).match == Match(_pins(policy.rules[0])[0], known)
    assert codes(decide(CURL, policy, encounter(HOST, UnknownCertificate("leaf"), *PATH[1:]))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_pin_matches",
    )


def test_hosts_without_a_pin_are_not_pinned() -> None:
    policy = pin_set(rule("b.example", GOOD))

    assert codes(decide(CURL, policy, encounter(HOST, *PATH))) == (Outcome.NOT_PINNED, "no_rule_for_host")
    assert pins_for(CURL, policy, HOST) == ()


def test_two_commands_for_one_host_that_differ_leave_it_open() -> None:
    policy = pin_set(rule(HOST, GOOD), rule(HOST.upper(), WRONG))

    assert codes(decide(CURL, policy, encounter(HOST, *PATH))) == (Outcome.INDETERMINATE, "several_lists")
    assert pins_for(CURL, policy, HOST) == (*_pins(policy.rules[0]), *_pins(policy.rules[1]))


def test_what_only_running_tells_stays_open() -> None:
    unresolved = Pin("$PIN", PinKind.SPKI_SHA256, None, Place(), "unresolved_code")
    policy = pin_set(PinRule(HOST, Place(), (unresolved,)))
    conditional = pin_set(replace(rule(HOST, WRONG), is_conditional=True))

    assert codes(decide(CURL, policy, encounter(HOST, *PATH))) == (Outcome.INDETERMINATE, "unresolved_code")
    assert codes(decide(CURL, conditional, encounter(HOST, *PATH))) == (Outcome.INDETERMINATE, "conditional_code")


def test_a_usage_error_connects_to_nothing() -> None:
    problem = Problem("option_with_equals_sign", "No.", Place(), is_refused=True)
    policy = replace(pin_set(rule(HOST, GOOD)), problems=(problem,))

    assert codes(decide(CURL, policy, encounter(HOST, *PATH))) == (Outcome.CONFIG_ERROR, "option_with_equals_sign")


def _met(root: Certificate, leaf: Certificate) -> Encounter:
    store = TrustStore("system", (root,))
    paths = {order: validated_paths((leaf,), store, NOW, order) for order in PathOrder}
    return Encounter(HOST, (leaf,), "system", paths, NOW, covers(leaf, HOST))


def _pins(one: PinRule) -> tuple[Pin, ...]:
    return one.pins or ()
