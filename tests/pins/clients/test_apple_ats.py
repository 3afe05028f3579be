"""NSPinnedDomains: which domains speak for a host, two lists that must both match, and any valid path that fits."""

from dataclasses import replace

import pytest

from pins.certificate import UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.errors import Place
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import PinRule, Problem
from tests.pins.encounters import BAD, BAD_2, MISSING_INTERMEDIATE, cast, encounter, pin, pin_set, rule, spki
from tests.pins.vectors.apple import ca, leaf, two_paths

APPLE = Client.APPLE_ATS
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
BLOCKED = Outcome.BLOCKED_BY_PIN


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("domain", "host", "is_pinned"),
    [
        ("good.com", "good.com", True),
        ("good.com", "www.good.com", True),
        ("good.com", "a.www.good.com", False),
        ("good.com", "notgood.com", False),
        ("Good.COM", "good.com", True),
        ("good.com", "WWW.GOOD.COM", True),
        ("good.com", "good.com.", True),
        ("good.com", "www.good.com.", True),
        ("good.com", "good.com..", False),
        ("good.com.", "good.com.", False),
        ("com", "good.com", True),
        ("*.good.com", "www.good.com", False),
        ("xn--mnchen-3ya.de", "münchen.de", True),
        ("münchen.de", "münchen.de", False),
        ("", "com", False),
        ("", "com.", False),
    ],
)
def test_which_hosts_a_domain_with_subdomains_pins(domain: str, host: str, is_pinned: bool) -> None:
    decision = decide(APPLE, pin_set(leaf(domain, BAD, sub=True)), encounter(host, *PATH))

    assert decision.outcome is (BLOCKED if is_pinned else Outcome.NOT_PINNED)


def test_without_subdomains_only_the_name_itself_is_pinned() -> None:
    policy = pin_set(leaf("example.com", BAD))

    found = [decide(APPLE, policy, encounter(host, *PATH)).outcome for host in ("example.com", HOST)]

    assert found == [BLOCKED, Outcome.NOT_PINNED]


L, M, R = spki(C.l1), spki(C.i1), spki(C.r1)


@pytest.mark.parametrize(
    ("rules", "outcome", "code"),
    [
        ((leaf(HOST, L),), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST, BAD, L),), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST, M, R),), BLOCKED, "no_leaf_pin_matches"),
        ((ca(HOST, M),), Outcome.CONNECTS, "pin_matches"),
        ((ca(HOST, R),), Outcome.CONNECTS, "pin_matches"),
        ((ca(HOST, L),), BLOCKED, "no_ca_pin_matches"),
        ((leaf(HOST, L), ca(HOST, R)), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST, L), ca(HOST, BAD)), BLOCKED, "no_ca_pin_matches"),
        ((leaf(HOST, BAD), ca(HOST, R)), BLOCKED, "no_leaf_pin_matches"),
        ((leaf(HOST, L), ca(HOST)), BLOCKED, "no_usable_pin"),
        ((leaf(HOST, BAD), leaf("example.com", L, sub=True)), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST), leaf("example.com", L, sub=True)), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST, L), ca("example.com", BAD, sub=True)), BLOCKED, "no_ca_pin_matches"),
        ((rule(HOST, pins=False), ca("example.com", R, sub=True)), Outcome.CONNECTS, "pin_matches"),
        ((leaf(HOST, L), leaf(HOST.upper(), BAD)), Outcome.CONNECTS, "pin_matches"),
        ((rule(HOST, L),), Outcome.CONNECTS, "pin_matches"),
        ((rule(HOST, BAD),), BLOCKED, "no_pin_matches"),
    ],
)
def test_every_list_that_is_there_must_have_a_match(rules: tuple[PinRule, ...], outcome: Outcome, code: str) -> None:
    assert codes(decide(APPLE, pin_set(*rules), encounter(HOST, *PATH))) == (outcome, code)


@pytest.mark.parametrize(
    ("text", "is_matched"),
    [
        (f"\n\t{L}\n", True),
        (f"“{L}”", True),
        (L + "AAAA", True),
        (L.rstrip("="), False),
        ("sha256/" + L, False),
        ("aGV4", False),
        ("", False),
    ],
)
def test_base64_is_read_as_the_system_reads_it(text: str, is_matched: bool) -> None:
    decision = decide(APPLE, pin_set(leaf(HOST, text)), encounter(HOST, *PATH))

    assert codes(decision) == ((Outcome.CONNECTS, "pin_matches") if is_matched else (BLOCKED, "no_usable_pin"))


def test_a_dead_pin_beside_a_live_one_does_no_harm() -> None:
    policy = pin_set(leaf(HOST, "aGV4", "", L))

    assert decide(APPLE, policy, encounter(HOST, *PATH)).match == Match(pin(L), C.l1)
    assert pins_for(APPLE, policy, HOST) == (pin("aGV4"), pin(""), pin(L))


def test_a_certificate_trusted_by_itself_has_no_authority() -> None:
    decision = decide(APPLE, pin_set(ca(HOST, L)), encounter(HOST, C.l1))

    assert decision.reason == Reason(
        "no_authority_in_path",
        "www.example.com has pins of authorities and its certificate “www.example.com” is trusted without one, "
        "so the app cannot connect.",
    )


def test_a_later_path_that_satisfies_the_pins_is_the_one_taken() -> None:
    decision = decide(APPLE, pin_set(ca("example.org", R)), two_paths())

    assert (decision.outcome, decision.path) == (Outcome.CONNECTS, (C.l2, C.i2, C.r2_by_r1, C.r1))


def test_one_path_must_satisfy_both_lists_by_itself() -> None:
    paths = ValidatedPaths("system", ((C.l1, C.i1, C.r1), (C.l2, C.i2, C.r2)))
    met = replace(encounter(HOST, *PATH), paths=dict.fromkeys(PathOrder, paths))

    decision = decide(APPLE, pin_set(leaf(HOST, L), ca(HOST, spki(C.r2))), met)

    assert codes(decision) == (BLOCKED, "no_ca_pin_matches")


@pytest.mark.parametrize(
    ("rules", "outcome", "code"),
    [
        ((leaf(HOST, BAD),), Outcome.INDETERMINATE, "path_search_cut_short"),
        ((ca(HOST, BAD),), Outcome.INDETERMINATE, "path_search_cut_short"),
        ((ca(HOST, R),), Outcome.CONNECTS, "pin_matches"),
        ((ca(HOST),), BLOCKED, "no_usable_pin"),
        ((leaf("other.com", BAD),), Outcome.NOT_PINNED, "no_rule_for_host"),
    ],
)
def test_a_search_that_was_cut_short_leaves_a_mismatch_open(
    rules: tuple[PinRule, ...], outcome: Outcome, code: str
) -> None:
    paths = ValidatedPaths("system", (PATH,), is_exhausted=False)
    met = replace(encounter(HOST, *PATH), paths=dict.fromkeys(PathOrder, paths))

    assert codes(decide(APPLE, pin_set(*rules), met)) == (outcome, code)


@pytest.mark.parametrize(
    ("version", "outcome", "code"),
    [(13, Outcome.NOT_PINNED, "os_without_pinning"), (14, BLOCKED, "no_leaf_pin_matches")],
)
def test_ios_before_14_does_not_read_the_pins(version: int, outcome: Outcome, code: str) -> None:
    met = encounter(HOST, *PATH, device=Device(os_version=version))

    assert codes(decide(APPLE, pin_set(leaf(HOST, BAD)), met)) == (outcome, code)


def test_a_matching_pin_saves_no_bad_chain_and_no_wrong_name() -> None:
    policy = pin_set(leaf(HOST, L))

    found = [
        codes(decide(APPLE, policy, encounter(HOST, problem=MISSING_INTERMEDIATE))),
        codes(decide(APPLE, policy, encounter(HOST, *PATH, covers=False))),
    ]

    assert found == [
        (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate"),
        (Outcome.BLOCKED_BY_CHAIN, "host_not_covered"),
    ]


def test_certificates_that_are_not_known_yet_equal_nothing() -> None:
    path = (UnknownCertificate("leaf"), UnknownCertificate("intermediate"), C.r1)

    found = [
        codes(decide(APPLE, pin_set(*rules), encounter(HOST, *path)))
        for rules in ((leaf(HOST, L),), (ca(HOST, M),), (ca(HOST, R),))
    ]

    assert found == [
        (BLOCKED, "no_leaf_pin_matches"),
        (BLOCKED, "no_ca_pin_matches"),
        (Outcome.CONNECTS, "pin_matches"),
    ]


def test_a_registered_key_counts_before_there_is_a_certificate() -> None:
    known = UnknownCertificate("leaf", spki_sha256=C.l1.spki_sha256)

    decision = decide(APPLE, pin_set(leaf(HOST, L), ca(HOST, R)), encounter(HOST, known, C.i1, C.r1))

    assert decision.match == Match(pin(L), known)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (
            (leaf(HOST, BAD, BAD_2),),
            (
                "None of the 2 leaf pins for www.example.com is the key of the leaf in the path "
                "“www.example.com” → “Issuing 1” → “Root 1”, so the app cannot connect."
            ),
        ),
        (
            (ca(HOST, BAD, BAD_2),),
            (
                "None of the 2 pins of authorities for www.example.com matches anything above the leaf in the path "
                "“www.example.com” → “Issuing 1” → “Root 1”, so the app cannot connect."
            ),
        ),
        (
            (ca(HOST),),
            (
                "The list of pins of authorities for www.example.com is there and holds no pin that any key can match, "
                "so iOS blocks every connection to it."
            ),
        ),
        (
            (rule(HOST, pins=False),),
            (
                "The domain that covers www.example.com has neither a list of leaf pins nor one of authorities, "
                "so ordinary validation alone decides."
            ),
        ),
    ],
)
def test_each_reason_is_one_sentence(rules: tuple[PinRule, ...], text: str) -> None:
    assert decide(APPLE, pin_set(*rules), encounter(HOST, *PATH)).reason.text == text


def test_what_its_reader_refuses_is_refused() -> None:
    policy = replace(pin_set(leaf(HOST, L)), problems=(Problem("broken", "Broken.", Place(), is_refused=True),))

    assert decide(APPLE, policy, encounter(HOST, *PATH)).reason == Reason("broken", "Broken.")
