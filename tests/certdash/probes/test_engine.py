"""The engine against well-behaved servers: both profiles, every address, every kind of key."""

import socket
import ssl
from contextlib import ExitStack
from datetime import timedelta

import pytest

from certdash.probes.engine import Limits, probe, sent_name
from certdash.probes.guard import parse_networks
from certdash.probes.reading import AddressReading, Outcome, ReadFailure, ServedChain, Target
from tests import tls
from tests.pki import Authority, KeyKind
from tests.tls import Keeping, Server, serving

LIMITS = Limits(timedelta(seconds=5), 8, parse_networks(["127.0.0.0/8", "::1/128"]))
ROOT = Authority.root()
ISSUING = ROOT.authority("Issuing")
EC = ISSUING.leaf("www.example.test")
RSA = ISSUING.leaf("www.example.test", key="RSA-2048")
EC_CHAIN = ServedChain.of((EC.der, ISSUING.der))
RSA_CHAIN = ServedChain.of((RSA.der, ISSUING.der))
BOTH = tls.tls(Keeping(EC, [ISSUING]), Keeping(RSA, [ISSUING]))


def visit(*servers: Server, **fields: object) -> Outcome:
    target = Target(1, "www.example.test", 443, tuple(server.place for server in servers), **fields)  # type: ignore[arg-type]
    [outcome] = probe([target], LIMITS)
    return outcome


def only_reading(outcome: Outcome) -> object:
    [reading] = outcome.readings
    return reading.reading


def test_the_served_chain_is_read_in_the_servers_order() -> None:
    with serving(tls.tls(Keeping(EC, [ISSUING, ROOT]))) as server:
        outcome = visit(server)

    assert outcome.readings == (
        AddressReading(server.place, "ecdsa_first", ServedChain.of((EC.der, ISSUING.der, ROOT.der))),
    )


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_with_two_chains_shows_one_to_each_profile(version: ssl.TLSVersion) -> None:
    chains = (Keeping(EC, [ISSUING]), Keeping(RSA, [ISSUING]))
    with serving(tls.tls(*chains, configure=tls.only(version))) as server:
        outcome = visit(server)

    assert outcome.readings == (
        AddressReading(server.place, "ecdsa_first", EC_CHAIN),
        AddressReading(server.place, "rsa_only", RSA_CHAIN),
    )


def test_the_second_profile_is_left_out_while_the_first_shows_nothing_new() -> None:
    with serving(BOTH) as server:
        first = visit(server)
        second = visit(server, fingerprint=first.fingerprint)

    assert (second.readings, second.has_both, second.is_changed) == (first.readings[:1], False, False)


def test_the_second_profile_is_probed_on_request_and_then_found_unchanged() -> None:
    with serving(BOTH) as server:
        first = visit(server)
        second = visit(server, fingerprint=first.fingerprint, is_full=True)

    assert (second.readings, second.has_both, second.is_changed) == (first.readings, True, False)


def test_a_chain_that_both_profiles_get_is_told_once() -> None:
    with serving(tls.tls(Keeping(RSA, [ISSUING]))) as server:
        outcome = visit(server)

    assert outcome.readings == (AddressReading(server.place, "ecdsa_first", RSA_CHAIN),)


def test_different_chains_on_different_addresses_are_all_read() -> None:
    with ExitStack() as stack:
        one = stack.enter_context(serving(tls.tls(Keeping(EC, [ISSUING]))))
        two = stack.enter_context(serving(tls.tls(Keeping(RSA)), address="127.0.0.2"))
        outcome = visit(one, two)

    assert outcome.readings == (
        AddressReading(one.place, "ecdsa_first", EC_CHAIN),
        AddressReading(two.place, "ecdsa_first", ServedChain.of((RSA.der,))),
    )


@pytest.mark.parametrize("kind", ["P-384", "P-521", "Ed25519", "RSA-1024", "RSA-3072", "RSA-8192"])
def test_every_kind_of_key_is_read(kind: KeyKind) -> None:
    leaf = ISSUING.leaf("www.example.test", key=kind)
    with serving(tls.tls(Keeping(leaf))) as server:
        outcome = visit(server)

    assert only_reading(outcome) == ServedChain.of((leaf.der,))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_a_client_certificate_is_read_all_the_same(version: ssl.TLSVersion) -> None:
    configure = tls.asking_for_a_certificate(version)
    with serving(tls.tls(Keeping(EC, [ISSUING]), configure=configure)) as server:
        outcome = visit(server)

    assert only_reading(outcome) == EC_CHAIN


def test_a_server_with_one_curve_is_read_after_a_second_hello() -> None:
    with serving(tls.tls(Keeping(EC, [ISSUING]), configure=tls.curve("secp384r1"))) as server:
        outcome = visit(server)

    assert only_reading(outcome) == EC_CHAIN


def test_the_host_is_sent_as_server_name_and_an_address_is_not() -> None:
    asked: list[str | None] = []

    def remember(context: ssl.SSLContext) -> None:
        context.sni_callback = lambda connection, name, _: asked.append(name)

    with serving(tls.tls(Keeping(EC, [ISSUING]), configure=remember)) as server:
        probe([Target(1, "WWW.example.test.", 443, (server.place,))], LIMITS)
        probe([Target(2, "127.0.0.1", server.port)], LIMITS)

    assert asked == ["WWW.example.test", "WWW.example.test", None, None]


def test_a_host_is_resolved_and_an_ipv6_address_needs_no_resolving() -> None:
    with serving(tls.tls(Keeping(EC))) as server:
        [named] = probe([Target(1, "localhost", server.port)], LIMITS)
    assert named.readings == (AddressReading("127.0.0.1", "ecdsa_first", ServedChain.of((EC.der,))),)

    if not socket.has_ipv6:
        return
    with serving(tls.tls(Keeping(EC)), address="::1") as server:
        [literal] = probe([Target(1, "::1", server.port)], LIMITS)
    assert literal.readings == (AddressReading("::1", "ecdsa_first", ServedChain.of((EC.der,))),)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.example.test", b"www.example.test"),
        ("www.example.test.", b"www.example.test"),
        ("bücher.example", b"xn--bcher-kva.example"),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
        ("a\0b", ReadFailure("invalid_host", "'a\\x00b' is not a host name. Correct it.")),
        ("ü" * 64, ReadFailure("invalid_host", f"'{'ü' * 64}' is not a host name. Correct it.")),
    ],
)
def test_the_server_name_is_ascii_and_addresses_have_none(host: str, name: object) -> None:
    assert sent_name(host) == name


def test_more_endpoints_than_may_be_under_way_are_all_visited_once() -> None:
    with serving(BOTH) as server:
        targets = [Target(number, f"h{number}.example.test", 443, (server.place,)) for number in range(50)]
        outcomes = probe(targets, LIMITS)

    assert sorted(outcome.target.endpoint_id for outcome in outcomes) == list(range(50))
    assert {outcome.readings[0].reading for outcome in outcomes} == {EC_CHAIN}
