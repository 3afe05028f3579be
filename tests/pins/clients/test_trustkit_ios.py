"""TrustKit on iOS: what it refuses at launch, which policy speaks, its versions, and the order of its checks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.device import Device
from pins.errors import Place
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import PinRule, Problem
from tests.pins.encounters import BAD, BAD_2, cast, encounter, pin, pin_set, rule, spki

TRUSTKIT = Client.TRUSTKIT_IOS
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
SLOPPY, FIRST_SORTED = Device(client_version="1.6.0"), Device(client_version="1.6.2")
EXPIRED = Reason("expired", "The leaf expired.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ((), "no_pinned_domains"),
        ((rule("localhost", BAD, BAD_2),), "unknown_public_suffix"),
        ((rule("10.0.0.1", BAD, BAD_2),), "unknown_public_suffix"),
        ((rule("api.corp.internal", BAD, BAD_2),), "unknown_public_suffix"),
        ((rule("münchen.de", BAD, BAD_2),), "not_a_host"),
        ((rule("", BAD, BAD_2),), "not_a_host"),
        ((rule("a" * 250 + ".com.de", BAD, BAD_2),), "not_a_host"),
        ((rule("co.uk", BAD, BAD_2, sub=True),), "subdomains_of_public_suffix"),
        ((rule(HOST, BAD),), "too_few_distinct_pins"),
        ((rule(HOST, BAD, BAD),), "too_few_distinct_pins"),
        ((rule(HOST, enforced=False),), "too_few_distinct_pins"),
        ((rule(HOST, BAD, "sha256/" + BAD_2),), "not_base64"),
        ((rule(HOST, BAD, " " + BAD_2),), "not_base64"),
        ((rule(HOST, BAD, BAD_2.rstrip("=")),), "not_base64"),
        ((rule(HOST, BAD, "aGV4"),), "wrong_length"),
        ((rule(HOST, BAD, ""),), "wrong_length"),
        ((rule("a.example.com", pins=False, excluded=True),), "exclusion_without_parent"),
        (
            (rule("example.com", BAD, BAD_2), rule("a.example.com", pins=False, excluded=True)),
            "exclusion_without_parent",
        ),
        ((rule("example.com", BAD, BAD_2, sub=True), rule(HOST, BAD, excluded=True)), "exclusion_with_policy"),
        ((rule("example.com", BAD, BAD_2, sub=True), rule(HOST, excluded=True)), "exclusion_with_policy"),
    ],
)
def test_what_crashes_the_app_at_launch(rules: tuple[PinRule, ...], code: str) -> None:
    assert codes(decide(TRUSTKIT, pin_set(*rules), encounter(HOST, *PATH))) == (Outcome.CONFIG_ERROR, code)


def test_a_crash_is_told_in_one_sentence() -> None:
    decision = decide(TRUSTKIT, pin_set(rule(HOST, BAD, BAD)), encounter(HOST, *PATH))

    assert decision.reason.text == (
        "The domain www.example.com needs 2 different pins and has 1, "
        "so TrustKit refuses the configuration and the app crashes at launch."
    )


def test_what_its_reader_refuses_is_refused() -> None:
    policy = replace(
        pin_set(rule(HOST, spki(C.l1), BAD)), problems=(Problem("bad_plist", "Broken.", Place(), is_refused=True),)
    )

    assert decide(TRUSTKIT, policy, encounter(HOST, *PATH)).reason == Reason("bad_plist", "Broken.")


def test_one_pin_is_enough_where_nothing_is_enforced() -> None:
    decision = decide(TRUSTKIT, pin_set(rule(HOST, spki(C.l1), enforced=False)), encounter(HOST, *PATH))

    assert decision.match == Match(pin(spki(C.l1)), C.l1)


@pytest.mark.parametrize(
    ("domain", "host", "is_pinned"),
    [
        ("good.com", "good.com", True),
        ("good.com", "www.good.com", True),
        ("good.com", "a.b.good.com", True),
        ("good.com", "notgood.com", False),
        ("good.com", "good.com.otherdomaingood.com", False),
        ("good.com", "good.net", False),
        ("www.good.com", "sub.www.good.com.www.good.com", True),
        ("Good.com", "good.com", False),
        ("good.com", "WWW.GOOD.COM", False),
        ("good.com", "www.good.com.", False),
        ("github.io", "somebody.github.io", False),
        ("xn--mnchen-3ya.de", "münchen.de", True),
        (".good.com", "www.good.com", False),
        ("*.good.com", "www.good.com", False),
    ],
)
def test_which_hosts_a_domain_with_subdomains_pins(domain: str, host: str, is_pinned: bool) -> None:
    policy = pin_set(rule("other.com", BAD, BAD_2, sub=True), rule(domain, BAD, BAD_2, sub=domain != "github.io"))

    decision = decide(TRUSTKIT, policy, encounter(host, *PATH))

    assert decision.outcome is (Outcome.BLOCKED_BY_PIN if is_pinned else Outcome.NOT_PINNED)


def test_an_exact_domain_wins_over_a_longer_list_of_parents() -> None:
    policy = pin_set(rule("example.com", spki(C.l1), BAD, sub=True), rule(HOST, BAD, BAD_2))

    assert pins_for(TRUSTKIT, policy, HOST) == (pin(BAD), pin(BAD_2))


def test_an_exclusion_concerns_its_own_name_only() -> None:
    policy = pin_set(rule("example.com", BAD, BAD_2, sub=True), rule("free.example.com", pins=False, excluded=True))

    found = [
        decide(TRUSTKIT, policy, encounter(host, *PATH)).reason.code
        for host in ("free.example.com", "a.free.example.com")
    ]

    assert found == ["host_excluded", "no_pin_matches"]


PARENTS = (
    rule("example.com", spki(C.l1), BAD, sub=True),
    rule("deep.example.com", BAD, BAD_2, sub=True),
)


@pytest.mark.parametrize(
    ("device", "outcome", "code"),
    [
        (SLOPPY, Outcome.INDETERMINATE, "several_parents_match"),
        (FIRST_SORTED, Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (Device(), Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
    ],
)
@pytest.mark.parametrize("rules", [PARENTS, PARENTS[::-1]])
def test_before_1_6_2_any_of_several_parents_may_speak(
    rules: tuple[PinRule, ...], device: Device, outcome: Outcome, code: str
) -> None:
    decision = decide(TRUSTKIT, pin_set(*rules), encounter("www.deep.example.com", *PATH, device=device))

    assert codes(decision) == (outcome, code)


def test_before_1_6_2_parents_that_agree_leave_nothing_open() -> None:
    rules = (PARENTS[0], rule("deep.example.com", BAD, spki(C.i1), sub=True))

    decision = decide(TRUSTKIT, pin_set(*rules), encounter("www.deep.example.com", *PATH, device=SLOPPY))

    assert codes(decision) == (Outcome.CONNECTS, "pin_matches")


MIDNIGHT = datetime(2027, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "outcome"),
    [
        (MIDNIGHT, Outcome.BLOCKED_BY_PIN),
        (MIDNIGHT + timedelta(seconds=1), Outcome.FAILS_OPEN),
    ],
)
@pytest.mark.parametrize("offset", [None, timedelta(hours=14)])
def test_pins_end_at_midnight_utc_wherever_the_device_is(
    offset: timedelta | None, instant: datetime, outcome: Outcome
) -> None:
    policy = pin_set(rule(HOST, BAD, BAD_2, until="2027-01-31"))

    assert (
        decide(TRUSTKIT, policy, encounter(HOST, *PATH, at=instant, device=Device(utc_offset=offset))).outcome
        is outcome
    )


@pytest.mark.parametrize(
    "rules",
    [
        (rule("other.com", BAD, BAD_2),),
        (rule(HOST, spki(C.l1), BAD),),
        (rule(HOST, BAD, BAD_2, enforced=False),),
        (rule(HOST, BAD, BAD_2, until="2015-01-01"),),
    ],
)
def test_a_bad_chain_blocks_whatever_the_policy_says(rules: tuple[PinRule, ...]) -> None:
    decision = decide(TRUSTKIT, pin_set(*rules), encounter(HOST, problem=EXPIRED))

    assert (decision.outcome, decision.reason) == (Outcome.BLOCKED_BY_CHAIN, EXPIRED)


def test_a_wrong_name_blocks_even_where_nothing_is_enforced() -> None:
    policy = pin_set(rule(HOST, BAD, BAD_2, enforced=False))

    assert codes(decide(TRUSTKIT, policy, encounter(HOST, *PATH, covers=False))) == (
        Outcome.BLOCKED_BY_CHAIN,
        "host_not_covered",
    )


def keyed(certificate: Certificate, kind: str) -> Certificate:
    return replace(certificate, key_kind=kind)


@dataclass(frozen=True)
class Keys:
    """A version, the key of the intermediate, and what becomes of a policy on the leaf."""

    version: str
    kind: str
    outcome: Outcome
    code: str


@pytest.mark.parametrize(
    "case",
    [
        Keys("1.6.0", "RSA-4096", Outcome.CONNECTS, "pin_matches"),
        Keys("1.6.0", "EC-P-384", Outcome.CONNECTS, "pin_matches"),
        Keys("1.6.5", "RSA-3072", Outcome.CONFIG_ERROR, "crashes_on_key_type"),
        Keys("1.7.0", "RSA-3072", Outcome.BLOCKED_BY_PIN, "key_type_not_hashable"),
        Keys("3.0.4", "RSA-3072", Outcome.BLOCKED_BY_PIN, "key_type_not_hashable"),
        Keys("3.0.5", "RSA-3072", Outcome.CONNECTS, "pin_matches"),
        Keys("3.0.7", "EC-P-521", Outcome.BLOCKED_BY_PIN, "key_type_not_hashable"),
        Keys("3.0.7", "Ed25519", Outcome.BLOCKED_BY_PIN, "key_type_not_hashable"),
    ],
    ids=lambda case: f"{case.version} {case.kind}",
)
def test_keys_that_a_version_cannot_hash(case: Keys) -> None:
    path = (C.l1, keyed(C.i1, case.kind), C.r1)
    device = Device(client_version=case.version)

    decision = decide(TRUSTKIT, pin_set(rule(HOST, spki(C.l1), BAD)), encounter(HOST, *path, device=device))

    assert codes(decision) == (case.outcome, case.code)


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ((keyed(C.l1, "EC-P-521"), C.i1, C.r1), Outcome.CONNECTS),
        ((C.l1, C.i1, keyed(C.r1, "EC-P-521")), Outcome.BLOCKED_BY_PIN),
        ((C.l1, keyed(C.i1, "EC-P-521"), C.r1), Outcome.BLOCKED_BY_PIN),
    ],
)
def test_only_keys_met_before_the_match_matter(path: tuple[ChainCertificate, ...], outcome: Outcome) -> None:
    assert decide(TRUSTKIT, pin_set(rule(HOST, spki(C.i1), BAD)), encounter(HOST, *path)).outcome is outcome


def test_a_key_it_cannot_hash_blocks_even_where_nothing_is_enforced() -> None:
    path = (C.l1, keyed(C.i1, "EC-P-521"), C.r1)

    decision = decide(TRUSTKIT, pin_set(rule(HOST, BAD, enforced=False)), encounter(HOST, *path))

    assert codes(decision) == (Outcome.BLOCKED_BY_PIN, "key_type_not_hashable")


def test_a_certificate_that_is_not_known_yet_is_taken_to_be_hashable() -> None:
    path = (UnknownCertificate("leaf"), UnknownCertificate("intermediate"), C.r1)

    decision = decide(TRUSTKIT, pin_set(rule(HOST, BAD, BAD_2)), encounter(HOST, *path))

    assert decision.reason.text == (
        "None of the 2 pins for www.example.com matches a certificate of the path "
        "(the next leaf) → (the next intermediate) → “Root 1”, so the app cannot connect."
    )


def test_the_key_of_a_registered_request_counts_before_there_is_a_certificate() -> None:
    leaf = UnknownCertificate("leaf", spki_sha256=C.l1.spki_sha256, key_kind="RSA-3072")

    decision = decide(TRUSTKIT, pin_set(rule(HOST, spki(C.l1), BAD)), encounter(HOST, leaf, C.i1, C.r1, device=SLOPPY))

    assert (decision.outcome, decision.reason) == (
        Outcome.CONFIG_ERROR,
        Reason(
            "crashes_on_key_type",
            "This TrustKit cannot hash the RSA-3072 key that it meets before a matching pin, so the app crashes.",
        ),
    )


def test_the_path_is_the_one_that_apple_builds() -> None:
    met = encounter(HOST, *PATH)
    apple = ValidatedPaths("system", ((C.l2, C.i2, C.r2),))
    met = replace(met, paths={**met.paths, PathOrder.APPLE: apple})

    decision = decide(TRUSTKIT, pin_set(rule(HOST, spki(C.r2), BAD)), met)

    assert decision.path == (C.l2, C.i2, C.r2)
    assert decision.match == Match(pin(spki(C.r2)), C.r2)
