"""AFNetworking's security policy, and the plugin that carries a copy of it."""

import pytest

from pins.certificate import Certificate, UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Match, Outcome, Reason
from tests.pins.bundles import bundle, held, key_pin
from tests.pins.encounters import cast, encounter

CERTIFICATES, KEYS = Client.AFNETWORKING_CERTIFICATES, Client.AFNETWORKING_PUBLIC_KEYS
MODES = [CERTIFICATES, Client.CORDOVA_ADVANCED_HTTP_IOS, Client.REACT_NATIVE_SSL_PINNING_IOS]
ALL = [*MODES, KEYS]
C = cast()
HOST = "www.example.com"
PATH = (C.l1, C.i1, C.r1)
UNTRUSTED = Reason("untrusted_root", "Nobody knows this root.")


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize("client", ALL)
@pytest.mark.parametrize("bundled", [(C.l1,), (C.i1,), (C.r1,), PATH, (C.x, *PATH)])
@pytest.mark.parametrize("host", [HOST, "b.example"])
def test_leaf_intermediate_root_or_all_of_them_are_enough_on_every_host(
    client: Client, bundled: tuple[Certificate, ...], host: str
) -> None:
    assert decide(client, bundle(*bundled), encounter(host, *PATH)).outcome is Outcome.CONNECTS


def test_certificate_mode_ends_the_path_at_the_bundled_one() -> None:
    decision = decide(CERTIFICATES, bundle(C.i1), encounter(HOST, *PATH))

    assert (decision.match, decision.path) == (Match(held(C.i1), C.i1), (C.l1, C.i1))


def test_public_key_mode_compares_keys_with_the_systems_path() -> None:
    decision = decide(KEYS, bundle(C.l1), encounter(HOST, C.l1_renewed, C.i1, C.r1))

    assert decision.match == Match(key_pin(held(C.l1)), C.l1_renewed)


@pytest.mark.parametrize("client", MODES)
def test_certificate_mode_takes_no_renewed_leaf_though_the_key_stays(client: Client) -> None:
    assert codes(decide(client, bundle(C.l1), encounter(HOST, C.l1_renewed, C.i1, C.r1))) == (
        Outcome.BLOCKED_BY_PIN,
        "no_path_to_pinned_certificate",
    )


@pytest.mark.parametrize("client", ALL)
def test_the_system_must_trust_the_chain_first(client: Client) -> None:
    policy = bundle(C.l1)

    assert codes(decide(client, policy, encounter(HOST, problem=UNTRUSTED))) == (
        Outcome.BLOCKED_BY_CHAIN,
        "untrusted_root",
    )
    assert codes(decide(client, policy, encounter(HOST, *PATH, covers=False))) == (
        Outcome.BLOCKED_BY_CHAIN,
        "host_not_covered",
    )


@pytest.mark.parametrize("client", ALL)
def test_no_bundled_certificate_blocks_every_connection(client: Client) -> None:
    assert codes(decide(client, bundle(), encounter(HOST, *PATH))) == (
        Outcome.INDETERMINATE if client is Client.REACT_NATIVE_SSL_PINNING_IOS else Outcome.BLOCKED_BY_PIN,
        "bundled_certificates_unknown" if client is Client.REACT_NATIVE_SSL_PINNING_IOS else "no_certificates_bundled",
    )


@pytest.mark.parametrize("form", ["pem_certificate", "text_before_certificate", "pkcs7_certificate"])
def test_one_file_that_is_not_der_crashes_certificate_mode_and_is_ignored_in_the_other(form: str) -> None:
    policy = bundle(C.l1, held(C.x, form))

    crashes = [decide(client, policy, encounter(HOST, *PATH)) for client in MODES]

    assert [codes(one) for one in crashes] == [(Outcome.CONFIG_ERROR, "crashes_on_certificate")] * 3
    assert crashes[0].reason.text == (
        f"The bundled certificate {C.x.sha256.hex()} is not a DER file, so the app crashes at the first connection."
    )
    assert decide(KEYS, policy, encounter(HOST, *PATH)).outcome is Outcome.CONNECTS
    assert pins_for(KEYS, policy, HOST) == (key_pin(held(C.l1)), held(C.x, "ignored_certificate"))


@pytest.mark.parametrize("client", ALL)
def test_an_unknown_leaf_under_a_bundled_intermediate_connects(client: Client) -> None:
    met = encounter(HOST, UnknownCertificate("leaf"), C.i1, C.r1)

    assert [decide(client, bundle(one), met).outcome for one in (C.i1, C.l1)] == [
        Outcome.CONNECTS,
        Outcome.BLOCKED_BY_PIN,
    ]
