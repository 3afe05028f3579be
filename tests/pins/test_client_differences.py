"""Where clients differ: real files against real chains, from the bytes of both to the decision."""

import base64
import json
from datetime import datetime, timedelta

import pytest

from pins.decide import decide
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.formats import read
from pins.names import covers
from pins.paths import PathOrder, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, facts

NSC, OKHTTP = Client.ANDROID_NSC, Client.OKHTTP
OS_ANDROID, OS_IOS = Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS
ALL = [NSC, OKHTTP, OS_ANDROID, OS_IOS]
HOST = "app.example.com"
BAD, BAD_2 = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlIT0=", "YW5vdGhlciBzaXh0ZWVuIGFuZCBzaXh0ZWVuIG1vcmU="
CONNECTS, BLOCKED, NOT_PINNED = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.NOT_PINNED
BLOCKED_CHAIN, CONFIG_ERROR = Outcome.BLOCKED_BY_CHAIN, Outcome.CONFIG_ERROR

ROOT, OTHER_ROOT = Authority.root("Root"), Authority.root("Other root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf(HOST, "*.app.example.com", "example.com", "xn--mnchen-3ya.example")
STRANGER = OTHER_ROOT.leaf("elsewhere.example")
SERVED = (LEAF, ISSUING)


def spki(issued: Issued) -> str:
    return base64.b64encode(issued.facts.spki_sha256).decode()


def fingerprint(issued: Issued) -> str:
    return base64.b64encode(issued.facts.sha256).decode()


def nsc(domain: str, *pins: str, sub: bool = False) -> bytes:
    return network_security(rule(domain, *pins, sub=sub))


def network_security(*rules: str) -> bytes:
    return f"<network-security-config>{''.join(rules)}</network-security-config>".encode()


def rule(domain: str, *pins: str, sub: bool = False, inner: str = "") -> str:
    listed = "".join(f'<pin digest="SHA-256">{pin}</pin>' for pin in pins)
    scope = f'<domain includeSubdomains="{str(sub).lower()}">{domain}</domain>'
    return f"<domain-config>{scope}<pin-set>{listed}</pin-set>{inner}</domain-config>"


def okhttp(*adds: tuple[str, ...]) -> bytes:
    calls = "".join(f".add({', '.join(json.dumps(one) for one in add)})" for add in adds)
    return f"val pinner = CertificatePinner.Builder(){calls}.build()".encode()


def outsystems(host: str, *hashes: str) -> bytes:
    return json.dumps({"hosts": [{"host": host, "hashes": hashes}]}).encode()


def one_file(client: Client, domain: str, *pins: str) -> bytes:
    """The same pins in the format of the client."""
    if client is NSC:
        return nsc(domain, *pins)
    prefixed = tuple("sha256/" + pin for pin in pins)
    return okhttp((domain, *prefixed)) if client is OKHTTP else outsystems(domain, *prefixed)


def met(
    client: Client,
    source: bytes,
    *,
    host: str = HOST,
    served: tuple[Issued, ...] = SERVED,
    anchors: tuple[Issued, ...] = (ROOT,),
    at: datetime = NOW,
    device: Device | None = None,
) -> Decision:
    store = TrustStore("device", facts(*anchors))
    chain, here = facts(*served), device or Device()
    extra = here.cached_intermediates
    paths = {order: validated_paths(chain, store, at, order, extra=extra) for order in PathOrder}
    encounter = Encounter(host, chain, "device", paths, at, covers(chain[0], host), here)
    return decide(client, read(source), encounter)


@pytest.mark.parametrize("client", ALL)
@pytest.mark.parametrize("pinned", [LEAF, ISSUING, ROOT])
def test_every_certificate_of_the_validated_path_counts_the_unsent_root_too(client: Client, pinned: Issued) -> None:
    decision = met(client, one_file(client, HOST, BAD, spki(pinned)))

    assert (decision.outcome, decision.match and decision.match.certificate) == (CONNECTS, pinned.facts)


@pytest.mark.parametrize("client", ALL)
def test_a_certificate_that_is_only_served_counts_for_nobody(client: Client) -> None:
    source = one_file(client, HOST, BAD, spki(STRANGER))

    assert met(client, source, served=(LEAF, ISSUING, STRANGER, OTHER_ROOT)).outcome is BLOCKED


@pytest.mark.parametrize("client", ALL)
def test_the_hash_is_of_the_key_and_not_of_the_certificate(client: Client) -> None:
    assert met(client, one_file(client, HOST, BAD, fingerprint(LEAF))).outcome is BLOCKED


@pytest.mark.parametrize("client", ALL)
def test_a_renewal_with_the_same_key_changes_nothing(client: Client) -> None:
    renewed = ISSUING.renew(LEAF, HOST)

    assert met(client, one_file(client, HOST, BAD, spki(LEAF)), served=(renewed, ISSUING)).outcome is CONNECTS


@pytest.mark.parametrize("client", ALL)
def test_a_missing_intermediate_blocks_until_the_device_has_it(client: Client) -> None:
    source = one_file(client, HOST, BAD, spki(LEAF))

    cold = met(client, source, served=(LEAF,))
    warm = met(client, source, served=(LEAF,), device=Device(cached_intermediates=(ISSUING.facts,)))

    assert (cold.outcome, cold.reason.code, warm.outcome) == (BLOCKED_CHAIN, "missing_intermediate", CONNECTS)


@pytest.mark.parametrize("client", ALL)
def test_another_trust_store_is_another_decision(client: Client) -> None:
    crossed = OTHER_ROOT.cross_sign(ROOT)
    source = one_file(client, HOST, BAD, spki(OTHER_ROOT))
    served = (LEAF, ISSUING, crossed)

    found = [met(client, source, served=served, anchors=anchors).outcome for anchors in ((ROOT,), (OTHER_ROOT,))]

    assert found == [BLOCKED, CONNECTS]


@pytest.mark.parametrize("client", ALL)
def test_an_expired_leaf_with_a_wrong_pin_is_a_chain_failure(client: Client) -> None:
    later = LEAF.facts.not_after + timedelta(days=1)

    decision = met(client, one_file(client, HOST, BAD, BAD_2), at=later)

    assert (decision.outcome, decision.reason.code) == (BLOCKED_CHAIN, "expired")


@pytest.mark.parametrize(
    ("client", "outcome"), [(NSC, BLOCKED), (OKHTTP, BLOCKED_CHAIN), (OS_ANDROID, BLOCKED), (OS_IOS, BLOCKED_CHAIN)]
)
def test_a_wrong_name_with_a_wrong_pin(client: Client, outcome: Outcome) -> None:
    assert met(client, one_file(client, "other.example.com", BAD, BAD_2), host="other.example.com").outcome is outcome


@pytest.mark.parametrize(
    ("client", "one", "other", "outcome"),
    [
        (NSC, BAD, spki(LEAF), BLOCKED),
        (OKHTTP, BAD, spki(LEAF), CONNECTS),
    ],
)
def test_the_most_specific_rule_speaks_alone_or_all_speak(
    client: Client, one: str, other: str, outcome: Outcome
) -> None:
    source = (
        network_security(rule(HOST, one), rule("example.com", other, sub=True))
        if client is NSC
        else okhttp((HOST, "sha256/" + one), ("*.example.com", "sha256/" + other))
    )

    assert met(client, source).outcome is outcome


@pytest.mark.parametrize(
    ("client", "source", "pinned"),
    [
        (NSC, nsc("example.com", BAD, sub=True), ["example.com", HOST, f"a.{HOST}"]),
        (OKHTTP, okhttp(("*.example.com", "sha256/" + BAD)), [HOST]),
        (OKHTTP, okhttp(("**.example.com", "sha256/" + BAD)), ["example.com", HOST, f"a.{HOST}"]),
        (OS_ANDROID, outsystems("example.com", "sha256/" + BAD, "sha256/" + BAD_2), ["example.com", HOST, f"a.{HOST}"]),
        (OS_IOS, outsystems("example.com", "sha256/" + BAD, "sha256/" + BAD_2), ["example.com"]),
    ],
)
def test_how_deep_a_rule_reaches(client: Client, source: bytes, pinned: list[str]) -> None:
    hosts = ["example.com", HOST, f"a.{HOST}"]

    assert [host for host in hosts if met(client, source, host=host).outcome is BLOCKED] == pinned


@pytest.mark.parametrize(("client", "outcome"), [(NSC, NOT_PINNED), (OKHTTP, BLOCKED)])
def test_a_star_is_a_wildcard_for_okhttp_only(client: Client, outcome: Outcome) -> None:
    assert met(client, one_file(client, "*.example.com", BAD)).outcome is outcome


@pytest.mark.parametrize(
    ("client", "host", "outcome"),
    [
        (NSC, "app.example.com.", BLOCKED),
        (OKHTTP, "app.example.com.", NOT_PINNED),
        (NSC, "APP.example.com", BLOCKED),
        (OKHTTP, "APP.example.com", BLOCKED),
        (OS_IOS, "APP.example.com", NOT_PINNED),
    ],
)
def test_letter_case_and_last_dot_of_the_host(client: Client, host: str, outcome: Outcome) -> None:
    assert met(client, one_file(client, HOST, BAD, BAD_2), host=host).outcome is outcome


@pytest.mark.parametrize(("client", "outcome"), [(NSC, NOT_PINNED), (OKHTTP, BLOCKED)])
def test_a_name_with_foreign_letters(client: Client, outcome: Outcome) -> None:
    source = one_file(client, "münchen.example", BAD)

    assert met(client, source, host="xn--mnchen-3ya.example").outcome is outcome


@pytest.mark.parametrize(
    ("inner", "outcome"),
    [
        (f"<domain-config><domain>{HOST}</domain></domain-config>", BLOCKED),
        (f"<domain-config><domain>{HOST}</domain><pin-set/></domain-config>", NOT_PINNED),
        (rule(HOST, spki(LEAF)), CONNECTS),
    ],
)
def test_only_android_has_nested_rules(inner: str, outcome: Outcome) -> None:
    assert met(NSC, network_security(rule("example.com", BAD, sub=True, inner=inner))).outcome is outcome


@pytest.mark.parametrize(
    ("client", "outcome"), [(NSC, CONNECTS), (OKHTTP, CONNECTS), (OS_ANDROID, CONNECTS), (OS_IOS, CONFIG_ERROR)]
)
def test_two_different_pins_are_needed_on_ios_only(client: Client, outcome: Outcome) -> None:
    assert met(client, one_file(client, HOST, spki(LEAF), spki(LEAF))).outcome is outcome


@pytest.mark.parametrize(
    ("client", "outcome"), [(NSC, CONFIG_ERROR), (OKHTTP, CONNECTS), (OS_ANDROID, CONFIG_ERROR), (OS_IOS, CONFIG_ERROR)]
)
def test_a_pin_of_the_wrong_length_is_fatal_or_dead(client: Client, outcome: Outcome) -> None:
    assert met(client, one_file(client, HOST, spki(LEAF), "aGV4")).outcome is outcome


@pytest.mark.parametrize(
    ("client", "outcome"), [(NSC, CONNECTS), (OKHTTP, CONNECTS), (OS_ANDROID, CONNECTS), (OS_IOS, CONFIG_ERROR)]
)
def test_padding_may_be_missing_for_most(client: Client, outcome: Outcome) -> None:
    assert met(client, one_file(client, HOST, BAD, spki(LEAF).rstrip("="))).outcome is outcome


@pytest.mark.slow
@pytest.mark.parametrize(
    ("client", "outcome"), [(NSC, CONNECTS), (OKHTTP, CONNECTS), (OS_ANDROID, CONNECTS), (OS_IOS, CONFIG_ERROR)]
)
def test_a_3072_bit_intermediate_crashes_the_plugin_on_ios_only(client: Client, outcome: Outcome) -> None:
    strong = ROOT.authority("Strong", key="RSA-3072")
    leaf = strong.leaf(HOST)

    assert met(client, one_file(client, HOST, BAD, spki(leaf)), served=(leaf, strong)).outcome is outcome


@pytest.mark.parametrize(("api_level", "outcome"), [(23, NOT_PINNED), (24, BLOCKED)])
def test_one_json_is_read_by_two_clients_on_android(api_level: int, outcome: Outcome) -> None:
    source = outsystems(HOST, "sha256/" + BAD, "sha256/" + BAD_2)
    device = Device(os_version=api_level)

    assert met(OS_ANDROID, source, host=f"a.{HOST}", device=device).outcome is outcome


@pytest.mark.parametrize(
    ("anchors", "outcome"),
    [
        ('<certificates src="system"/>', CONNECTS),
        ('<certificates src="@raw/own"/>', Outcome.INDETERMINATE),
        ("", BLOCKED_CHAIN),
    ],
)
def test_only_android_restricts_trust_anchors_and_does_so_for_unpinned_hosts_too(
    anchors: str, outcome: Outcome
) -> None:
    base = f"<base-config><trust-anchors>{anchors}</trust-anchors></base-config>"
    pinned = network_security(base, rule(HOST, spki(LEAF)))
    unpinned = network_security(base, rule("elsewhere.example", BAD))

    assert met(NSC, pinned).outcome is outcome
    assert met(NSC, unpinned).outcome is (NOT_PINNED if outcome is CONNECTS else outcome)
