"""cordova-plugin-advanced-http on Android: bundled certificates in the place of the system's anchors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.errors import Place
from pins.pinset import Problem
from tests.pins.bundles import bundle, held
from tests.pins.encounters import cast, encounter
from tests.pki import LEAF_UNTIL, Authority

ANDROID = Client.CORDOVA_ADVANCED_HTTP_ANDROID
C = cast()
HOST = "www.example.com"
PATH = (C.l1, C.i1, C.r1)
UNTRUSTED = Reason("untrusted_root", "Nobody knows this root.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize("bundled", PATH)
def test_the_systems_own_anchors_are_not_asked_on_any_host(bundled: object) -> None:
    certificate = next(one for one in PATH if one is bundled)

    decision = decide(ANDROID, bundle(certificate), replace(encounter("b.example", problem=UNTRUSTED), served=PATH))

    assert decision.match == Match(held(certificate), certificate)


def test_a_private_authority_connects_and_any_other_does_not() -> None:
    private = Authority.root("Private")

    decisions = [
        decide(ANDROID, bundle(private.facts), encounter(HOST, *path)) for path in ((private.leaf(HOST).facts,), PATH)
    ]

    assert [codes(one) for one in decisions] == [
        (Outcome.CONNECTS, "path_to_pinned_certificate"),
        (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate"),
    ]
    assert decisions[1].reason.text == (
        f"No path leads from what {HOST} serves to the only bundled certificate, and the app trusts no other, so it "
        "cannot connect."
    )
    assert decisions[1].path == PATH


def test_a_renewed_leaf_connects_where_subject_and_key_stay_also_after_the_bundled_one_expired() -> None:
    late = LEAF_UNTIL + timedelta(days=1)

    renewed, expired = encounter(HOST, C.l1_renewed, C.i1, C.r1), encounter(HOST, *PATH, at=late)

    assert [decide(ANDROID, bundle(C.l1), met).outcome for met in (renewed, expired)] == [Outcome.CONNECTS] * 2


def test_the_host_name_is_verified() -> None:
    decision = decide(ANDROID, bundle(C.l1), encounter(HOST, *PATH, covers=False))

    assert codes(decision) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")


@pytest.mark.parametrize(
    ("form", "outcome", "code"),
    [
        (None, Outcome.CONNECTS, "path_to_pinned_certificate"),
        ("pem_certificate", Outcome.CONNECTS, "path_to_pinned_certificate"),
        ("pkcs7_certificate", Outcome.CONNECTS, "path_to_pinned_certificate"),
        ("further_certificate", Outcome.BLOCKED_BY_PIN, "no_certificates_bundled"),
        ("text_before_certificate", Outcome.FAILS_OPEN, "trust_mode_not_set"),
        ("pkcs7_pem_certificate", Outcome.FAILS_OPEN, "trust_mode_not_set"),
    ],
)
def test_what_android_reads_of_a_file(form: str | None, outcome: Outcome, code: str) -> None:
    assert codes(decide(ANDROID, bundle(held(C.l1, form)), encounter(HOST, *PATH))) == (outcome, code)


def test_a_file_that_android_cannot_read_leaves_the_plugin_in_its_default_mode() -> None:
    policy = bundle(C.i1, held(C.l1, "text_before_certificate"))

    decisions = [decide(ANDROID, policy, met) for met in (encounter(HOST, *PATH), encounter(HOST, problem=UNTRUSTED))]

    assert [codes(one) for one in decisions] == [
        (Outcome.FAILS_OPEN, "trust_mode_not_set"),
        (Outcome.BLOCKED_BY_CHAIN, "untrusted_root"),
    ]
    assert pins_for(ANDROID, policy, HOST) == ()


def test_only_the_first_certificate_of_a_file_counts() -> None:
    policy = bundle(held(C.x, "pem_certificate"), held(C.l1, "further_certificate"))

    assert decide(ANDROID, policy, encounter(HOST, *PATH)).outcome is Outcome.BLOCKED_BY_PIN
    assert pins_for(ANDROID, policy, HOST) == (held(C.x, "pem_certificate"), held(C.l1, "ignored_certificate"))


def test_what_its_reader_refuses_is_refused() -> None:
    problem = Problem("too_large", "Too large.", Place(), is_refused=True)

    assert decide(ANDROID, replace(bundle(C.l1), problems=(problem,)), encounter(HOST, *PATH)).outcome is (
        Outcome.CONFIG_ERROR
    )
