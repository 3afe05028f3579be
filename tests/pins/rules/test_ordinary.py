"""Ordinary validation as clients meet it where the server leaves something out."""

import pytest

from pins.certificate import Certificate
from pins.decide import decide
from pins.decision import Client, Outcome
from pins.encounter import Encounter
from pins.paths import PathOrder, ValidatedPaths, validated_paths
from pins.trust import TrustStore
from tests.pins.bundles import bundle
from tests.pins.encounters import BAD, pin_set, rule, spki
from tests.pki import NOW, Authority

HOST = "www.example.com"
ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
PLAIN = ISSUING.leaf(HOST)
POINTING = ISSUING.leaf(HOST, issuer_address="http://ca.example/issuing.cer")
STORE = TrustStore("system", (ROOT.facts,))
OPEN = (Outcome.INDETERMINATE, "intermediate_may_be_fetched")
CHAIN = (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate")


def alone(leaf: Certificate) -> Encounter:
    paths = {order: validated_paths((leaf,), STORE, NOW, order) for order in PathOrder}
    return Encounter(HOST, (leaf,), "system", paths, NOW)


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.APPLE_ATS, OPEN),
        (Client.TRUSTKIT_IOS, OPEN),
        (Client.OUTSYSTEMS_IOS, OPEN),
        (Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS, OPEN),
        (Client.ANDROID_NSC, CHAIN),
        (Client.TRUSTKIT_ANDROID, CHAIN),
    ],
)
def test_only_apple_fetches_a_missing_intermediate(client: Client, expected: tuple[Outcome, str]) -> None:
    found = decide(client, pin_set(rule(HOST, spki(POINTING.facts), BAD)), alone(POINTING.facts))

    assert (found.outcome, found.reason.code) == expected


def test_without_an_address_nothing_can_be_fetched() -> None:
    found = decide(Client.APPLE_ATS, pin_set(rule(HOST, spki(PLAIN.facts))), alone(PLAIN.facts))

    assert (found.outcome, found.reason.code) == CHAIN


@pytest.mark.parametrize("address", ["https://ca.example/issuing.cer", "ldap://ca.example/cn=Issuing"])
def test_only_http_is_spoken_for_it(address: str) -> None:
    leaf = ISSUING.leaf(HOST, issuer_address=address)

    assert decide(Client.APPLE_ATS, pin_set(rule(HOST, spki(leaf.facts))), alone(leaf.facts)).outcome is CHAIN[0]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.CAPGO_IOS, OPEN),
        (Client.AFNETWORKING_CERTIFICATES, OPEN),
        (Client.CAPGO_ANDROID, (Outcome.BLOCKED_BY_PIN, "no_path_to_pinned_certificate")),
    ],
)
def test_it_is_fetched_below_bundled_anchors_too(client: Client, expected: tuple[Outcome, str]) -> None:
    found = decide(client, bundle(ROOT.facts), alone(POINTING.facts))

    assert (found.outcome, found.reason.code) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.TRUSTKIT_IOS, Outcome.INDETERMINATE),
        (Client.KTOR_DARWIN, Outcome.INDETERMINATE),
        (Client.ALAMOFIRE_PUBLIC_KEYS, Outcome.INDETERMINATE),
        (Client.APPLE_ATS, Outcome.CONNECTS),
        (Client.ANDROID_NSC, Outcome.CONNECTS),
    ],
)
def test_who_compares_with_the_path_that_apple_chooses_has_to_know_them_all(client: Client, expected: Outcome) -> None:
    path = (PLAIN.facts, ISSUING.facts, ROOT.facts)
    found = ValidatedPaths("system", (path,), is_exhausted=False)
    met = Encounter(HOST, path, "system", dict.fromkeys(PathOrder, found), NOW)
    before = "sha256/" if client is Client.KTOR_DARWIN else ""
    pins = (
        bundle(ROOT.facts, host=HOST)
        if "alamofire" in client
        else pin_set(rule(HOST, before + spki(ROOT.facts), before + BAD))
    )

    assert decide(client, pins, met).outcome is expected
