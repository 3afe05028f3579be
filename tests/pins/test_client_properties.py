"""What holds for all clients: a pin that fits never hurts, and the order of things decides nothing."""

import base64
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pins.certificate import Certificate, ChainCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.encounter import Encounter
from pins.paths import PathOrder, validated_paths
from pins.pinset import Pin, PinKind, PinRule
from pins.trust import TrustStore
from tests.pins.bundles import held
from tests.pins.encounters import cast, pin, pin_set, rule, spki
from tests.pki import NOW

pytestmark = pytest.mark.slow
calm = settings(max_examples=60, deadline=None)
EVERY_CLIENT = pytest.mark.parametrize("client", list(Client))
C = cast()
HOST = "www.example.com"
SERVED = (C.l1, C.i1)
PATH = (C.l1, C.i1, C.r1)
STORE = TrustStore("device", (C.r1,))
PREFIXES = {Client.OKHTTP: "sha256/", Client.KTOR_DARWIN: "sha256/", Client.CURL: "sha256//"}
BUNDLING = frozenset(
    {
        Client.ALAMOFIRE_CERTIFICATES,
        Client.ALAMOFIRE_PUBLIC_KEYS,
        Client.AFNETWORKING_CERTIFICATES,
        Client.AFNETWORKING_PUBLIC_KEYS,
        Client.CORDOVA_ADVANCED_HTTP_ANDROID,
        Client.CORDOVA_ADVANCED_HTTP_IOS,
        Client.REACT_NATIVE_SSL_PINNING_ANDROID,
        Client.REACT_NATIVE_SSL_PINNING_IOS,
        Client.CAPGO_ANDROID,
        Client.CAPGO_IOS,
    }
)
PRINTED = frozenset({Client.HTTP_CERTIFICATE_PINNING, Client.SSL_CERTIFICATE_CHECKER})
WULTRA = frozenset({Client.WULTRA_ANDROID, Client.WULTRA_IOS})


def written(client: Client, certificate: Certificate) -> Pin:
    """The certificate as this client has it pinned."""
    if client in BUNDLING:
        return held(certificate)
    if client in PRINTED:
        return Pin(certificate.sha256.hex(" "), PinKind.CERTIFICATE_SHA256, certificate.sha256, pin("").place)
    if client in WULTRA:
        text = base64.b64encode(certificate.sha256).decode()
        return Pin(text, PinKind.CERTIFICATE_SHA256, certificate.sha256, pin("").place)
    if client is Client.DOTNET_CALLBACK:
        return pin(certificate.raw_key.hex())
    return pin(PREFIXES.get(client, "") + spki(certificate))


def written_rule(client: Client, certificates: Sequence[Certificate], pattern: str = HOST) -> PinRule:
    return replace(rule(pattern), pins=tuple(written(client, one) for one in certificates))


def met(served: tuple[ChainCertificate, ...] = SERVED) -> Encounter:
    paths = {order: validated_paths(served, STORE, NOW, order) for order in PathOrder}
    return Encounter(HOST, served, STORE.name, paths, NOW)


HERE = met()
CERTIFICATES = st.sampled_from([C.l1, C.l1_renewed, C.i1, C.r1, C.l2, C.i2, C.r2, C.x])
LISTS = st.lists(CERTIFICATES, max_size=5)


def essence(decision: Decision) -> tuple[Outcome, str]:
    """Which of two anchors with one name and key is meant does depend on their order."""
    return decision.outcome, decision.reason.code


def decided(client: Client, certificates: Sequence[Certificate], here: Encounter = HERE) -> Decision:
    return decide(client, pin_set(written_rule(client, certificates)), here)


def test_each_of_them_can_connect_by_the_pins_of_the_leaf() -> None:
    outcomes = {client: decided(client, [C.l1, C.x]).outcome for client in Client}

    assert {client for client, outcome in outcomes.items() if outcome is not Outcome.CONNECTS} == {Client.HPKP}
    assert [len(pins_for(client, pin_set(written_rule(client, [C.l1, C.x])), HOST)) for client in Client] == [
        0 if client is Client.HPKP else 2 for client in Client
    ]


@EVERY_CLIENT
@calm
@given(LISTS, st.sampled_from(PATH), st.data())
def test_one_more_pin_that_fits_never_turns_a_connection_into_a_block(
    client: Client, certificates: list[Certificate], fitting: Certificate, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(certificates)))
    more = [*certificates[:at], fitting, *certificates[at:]]

    before, after = decided(client, certificates).outcome, decided(client, more).outcome

    assert not (before is Outcome.CONNECTS and after is not Outcome.CONNECTS)


@EVERY_CLIENT
@calm
@given(LISTS, st.data())
def test_the_order_of_pins_decides_nothing(
    client: Client, certificates: list[Certificate], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(certificates))

    assert essence(decided(client, shuffled)) == essence(decided(client, certificates))


@EVERY_CLIENT
@calm
@given(
    st.lists(
        st.tuples(st.sampled_from([HOST, "example.com", "api.example.com", "example.net"]), LISTS),
        max_size=4,
        unique_by=lambda one: one[0],
    ),
    st.data(),
)
def test_the_order_of_rules_decides_nothing(
    client: Client, listed: list[tuple[str, list[Certificate]]], data: st.DataObject
) -> None:
    rules = [replace(written_rule(client, found, name), include_subdomains=True) for name, found in listed]
    shuffled = data.draw(st.permutations(rules))

    found = [decide(client, pin_set(*one), HERE) for one in (rules, shuffled)]

    assert found[0].outcome is found[1].outcome


@EVERY_CLIENT
@calm
@given(LISTS, st.permutations([C.i1, C.x, C.l2, C.i2, C.r2]), st.integers(0, 5))
def test_certificates_that_are_served_without_need_decide_nothing(
    client: Client, certificates: list[Certificate], extra: list[Certificate], kept: int
) -> None:
    spare = [one for one in extra[:kept] if one != C.i1]
    served = (C.l1, *spare, C.i1) if kept % 2 else (C.l1, C.i1, *spare)

    assert essence(decided(client, certificates, met(served))) == essence(decided(client, certificates))
