"""Alamofire's two pinning evaluators with their defaults."""

from dataclasses import replace

import pytest

from pins.certificate import ChainCertificate, UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from pins.errors import Place
from pins.pinset import Problem
from tests.pins.bundles import bundle, held, key_pin
from tests.pins.encounters import cast, encounter

CERTIFICATES, KEYS = Client.ALAMOFIRE_CERTIFICATES, Client.ALAMOFIRE_PUBLIC_KEYS
BOTH = [CERTIFICATES, KEYS]
C = cast()
HOST = "www.example.com"
PATH = (C.l1, C.i1, C.r1)
EXPIRED = Reason("expired", "The leaf expired.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize("bundled", PATH)
def test_any_certificate_of_the_path_may_be_bundled(bundled: ChainCertificate) -> None:
    pin = held(next(one for one in PATH if one is bundled))
    policy, met = bundle(held(C.x), pin), encounter(HOST, *PATH)

    assert decide(CERTIFICATES, policy, met).match == Match(pin, bundled)
    assert decide(KEYS, policy, met).match == Match(key_pin(pin), bundled)


def test_what_matches_is_told_without_its_hash() -> None:
    decisions = [decide(client, bundle(C.l1), encounter(HOST, *PATH)) for client in BOTH]

    assert [decision.reason.text for decision in decisions] == [
        f"The bundled certificate matches the leaf “{HOST}”, so the app connects to {HOST}.",
        f"The key of the bundled certificate matches the leaf “{HOST}”, so the app connects to {HOST}.",
    ]


@pytest.mark.parametrize(
    ("leaf", "certificates", "keys"),
    [
        (C.l1_renewed, Outcome.BLOCKED_BY_PIN, Outcome.CONNECTS),
        (C.l2, Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_PIN),
        (UnknownCertificate("leaf"), Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_PIN),
        (UnknownCertificate("leaf", sha256=C.l1.sha256), Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN),
        (UnknownCertificate("leaf", spki_sha256=C.l1.spki_sha256), Outcome.BLOCKED_BY_PIN, Outcome.CONNECTS),
    ],
)
def test_a_renewal_breaks_the_certificate_and_a_new_key_both(
    leaf: ChainCertificate, certificates: Outcome, keys: Outcome
) -> None:
    met = encounter(HOST, leaf, C.i1, C.r1)

    assert [decide(client, bundle(C.l1), met).outcome for client in BOTH] == [certificates, keys]


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize("form", ["pem_certificate", "pkcs7_certificate", "text_before_certificate"])
def test_a_file_that_is_not_der_is_ignored_and_none_at_all_blocks_before_validation(client: Client, form: str) -> None:
    alone, beside = bundle(held(C.l1, form)), bundle(held(C.x, form), C.l1)

    assert codes(decide(client, alone, encounter(HOST, problem=EXPIRED))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_certificates_bundled",
    )
    assert decide(client, beside, encounter(HOST, *PATH)).outcome is Outcome.CONNECTS
    assert pins_for(client, alone, HOST) == (held(C.l1, "ignored_certificate"),)


@pytest.mark.parametrize("client", BOTH)
def test_chain_and_host_name_come_before_the_pins(client: Client) -> None:
    policy = bundle(C.x)

    assert codes(decide(client, policy, encounter(HOST, problem=EXPIRED))) == (Outcome.BLOCKED_BY_CHAIN, "expired")
    assert codes(decide(client, policy, encounter(HOST, *PATH, covers=False))) == (
        Outcome.BLOCKED_BY_CHAIN,
        "host_not_covered",
    )
    assert codes(decide(client, policy, encounter(HOST, *PATH))) == (Outcome.BLOCKED_BY_PIN, "no_pin_matches")


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize("host", ["b.example", f"a.{HOST}", HOST.upper()])
def test_a_host_without_an_evaluator_is_blocked(client: Client, host: str) -> None:
    policy = bundle(C.l1, host=HOST)

    assert codes(decide(client, policy, encounter(host, *PATH))) == (Outcome.BLOCKED_BY_PIN, "no_evaluator_for_host")
    assert pins_for(client, policy, host) == ()
    assert decide(client, policy, encounter(HOST, *PATH)).outcome is Outcome.CONNECTS


def test_certificates_without_hosts_are_those_of_the_host_asked_for_however_it_is_written() -> None:
    for host in (HOST.upper(), "bücher.example"):
        assert decide(CERTIFICATES, bundle(C.l1), encounter(host, *PATH)).outcome is Outcome.CONNECTS


def test_a_key_that_apple_cannot_compare_is_none() -> None:
    odd = replace(C.l1, key_kind="Ed25519")

    assert codes(decide(KEYS, bundle(odd), encounter(HOST, *PATH))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_certificates_bundled",
    )


@pytest.mark.parametrize("client", BOTH)
def test_what_its_reader_refuses_is_refused(client: Client) -> None:
    problem = Problem("too_large", "Too large.", Place(), is_refused=True)

    assert decide(client, replace(bundle(C.l1), problems=(problem,)), encounter(HOST, *PATH)).outcome is (
        Outcome.CONFIG_ERROR
    )
