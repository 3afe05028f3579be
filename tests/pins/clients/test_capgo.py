"""Capgo's SSL pinning: bundled certificates as the only anchors, and the addresses that are left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pins.certificate import Certificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome, Reason
from pins.errors import Place
from pins.pinset import PinSet, Problem
from tests.pins.bundles import bundle, held
from tests.pins.encounters import cast, encounter, pin_set, rule
from tests.pki import LEAF_UNTIL

ANDROID, IOS = Client.CAPGO_ANDROID, Client.CAPGO_IOS
BOTH = [ANDROID, IOS]
C = cast()
HOST = "www.example.com"
PATH = (C.l1, C.i1, C.r1)
UNTRUSTED = Reason("untrusted_root", "Nobody knows this root.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


def excluding(address: str, *bundled: Certificate) -> PinSet:
    value = bundle(*bundled)
    return replace(value, rules=(*value.rules, rule(address, pins=False, excluded=True)))


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize("bundled", PATH)
def test_the_systems_own_anchors_are_not_asked(client: Client, bundled: object) -> None:
    certificate = next(one for one in PATH if one is bundled)

    decision = decide(client, bundle(certificate), replace(encounter(HOST, problem=UNTRUSTED), served=PATH))

    assert codes(decision) == (Outcome.CONNECTS, "path_to_pinned_certificate")


@pytest.mark.parametrize("client", BOTH)
def test_another_authority_is_not_trusted_though_the_system_trusts_it(client: Client) -> None:
    decision = decide(client, bundle(C.r1), encounter(HOST, C.l2, C.i2, C.r2))

    assert codes(decision) == (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate")


def test_android_takes_a_renewed_and_an_expired_leaf_and_ios_neither() -> None:
    renewed = encounter(HOST, C.l1_renewed, C.i1, C.r1)
    expired = replace(encounter(HOST, problem=UNTRUSTED, at=LEAF_UNTIL + timedelta(days=1)), served=PATH)

    assert [codes(decide(client, bundle(C.l1), met)) for client in BOTH for met in (renewed, expired)] == [
        (Outcome.CONNECTS, "path_to_pinned_certificate"),
        (Outcome.CONNECTS, "path_to_pinned_certificate"),
        (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate"),
        (Outcome.BLOCKED_BY_CHAIN, "expired"),
    ]


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize(
    ("address", "is_excluded"),
    [
        ("https://www.example.com", True),
        ("HTTPS://WWW.example.com/", True),
        ("https://www.example.com:443", True),
        ("https://www.example.com:8443", False),
        ("https://www.example.com/public", False),
        ("http://www.example.com", False),
        ("www.example.com", False),
        ("https://example.com", False),
    ],
)
def test_an_excluded_address_is_not_pinned(client: Client, address: str, is_excluded: bool) -> None:
    policy = excluding(address, C.x)

    assert codes(decide(client, policy, encounter(HOST, *PATH))) == (
        (Outcome.NOT_PINNED, "host_excluded")
        if is_excluded
        else (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate")
    )
    assert pins_for(client, policy, HOST) == (() if is_excluded else (held(C.x),))


@pytest.mark.parametrize("client", BOTH)
def test_an_excluded_address_is_validated_in_the_ordinary_way(client: Client) -> None:
    decision = decide(client, excluding(f"https://{HOST}", C.x), encounter(HOST, problem=UNTRUSTED))

    assert codes(decision) == (Outcome.BLOCKED_BY_CHAIN, "untrusted_root")


@pytest.mark.parametrize(
    ("form", "android", "ios"),
    [
        (None, Outcome.CONNECTS, Outcome.CONNECTS),
        ("pem_certificate", Outcome.CONNECTS, Outcome.CONNECTS),
        ("text_before_certificate", Outcome.CONFIG_ERROR, Outcome.CONNECTS),
        ("pkcs7_certificate", Outcome.CONNECTS, Outcome.CONFIG_ERROR),
        ("pkcs7_pem_certificate", Outcome.CONFIG_ERROR, Outcome.CONFIG_ERROR),
    ],
)
def test_what_each_platform_reads_of_a_file(form: str | None, android: Outcome, ios: Outcome) -> None:
    policy = bundle(held(C.l1, form))

    assert [decide(client, policy, encounter(HOST, *PATH)).outcome for client in BOTH] == [android, ios]


@pytest.mark.parametrize("client", BOTH)
def test_a_file_that_cannot_be_read_refuses_every_connection_that_is_not_excluded(client: Client) -> None:
    policy = excluding(f"https://{HOST}", C.l1)
    broken = replace(policy, rules=(*bundle(held(C.l1, "pkcs7_pem_certificate")).rules, *policy.rules))

    assert [codes(decide(client, broken, encounter(host, *PATH))) for host in (HOST, "b.example")] == [
        (Outcome.NOT_PINNED, "host_excluded"),
        (Outcome.CONFIG_ERROR, "certificate_unreadable"),
    ]


@pytest.mark.parametrize("client", BOTH)
def test_without_certificates_the_plugin_does_nothing(client: Client) -> None:
    assert codes(decide(client, pin_set(), encounter(HOST, *PATH))) == (Outcome.NOT_PINNED, "pinning_not_configured")


@pytest.mark.parametrize("client", BOTH)
def test_what_its_reader_refuses_is_refused(client: Client) -> None:
    problem = Problem("too_large", "Too large.", Place(), is_refused=True)

    assert decide(client, replace(bundle(C.l1), problems=(problem,)), encounter(HOST, *PATH)).outcome is (
        Outcome.CONFIG_ERROR
    )
