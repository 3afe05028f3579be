"""What each kind of rotation does to each kind of pin, client family by client family, on real chains.

The eight columns, in this order: a renewed leaf with the same key; a new key under the same intermediate; a new
intermediate; a new root; the root cross-signed by an older one; no intermediate; further certificates besides; the
same key in a certificate for other names. `+` connects, `-` is stopped by the pins, `x` by the chain, `?` is open.
"""

import base64
from dataclasses import replace

import pytest

from pins.certificate import Certificate
from pins.decide import decide
from pins.decision import Client, Outcome
from pins.encounter import Encounter
from pins.errors import Place
from pins.names import covers
from pins.paths import PathOrder, validated_paths
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position
from pins.trust import TrustStore
from tests.pins.bundles import bundle
from tests.pins.encounters import BAD, pin_set, rule, spki
from tests.pki import NOW, Authority, Issued, facts

HOST = "app.example.com"
OLD, ROOT, OTHER = (Authority.root(f"{name} root") for name in ("Old", "First", "Other"))
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf(HOST, issuer_address="http://ca.example/issuing.cer")
RENEWED = ISSUING.renew(LEAF, HOST)
SIBLING, FOREIGN = ROOT.authority("Sibling"), OTHER.authority("Foreign")
CROSSED = OLD.cross_sign(ROOT)
ROTATIONS: tuple[tuple[Issued, ...], ...] = (
    (RENEWED, ISSUING),
    (ISSUING.leaf(HOST), ISSUING),
    (SIBLING.leaf(HOST), SIBLING),
    (FOREIGN.leaf(HOST), FOREIGN),
    (RENEWED, ISSUING, CROSSED),
    (LEAF,),
    (LEAF, ISSUING, OTHER.leaf("elsewhere.example"), FOREIGN),
    (ISSUING.renew(LEAF, "*.example.com"), ISSUING),
)
SIGNS = {
    Outcome.CONNECTS: "+",
    Outcome.BLOCKED_BY_PIN: "-",
    Outcome.BLOCKED_BY_CHAIN: "x",
    Outcome.INDETERMINATE: "?",
}
WITH_PREFIX = frozenset({Client.OKHTTP, Client.KTOR_DARWIN})

ANDROID_KEYS = [
    Client.ANDROID_NSC,
    Client.OKHTTP,
    Client.TRUSTKIT_ANDROID,
    Client.OUTSYSTEMS_ANDROID,
    Client.APPROOV,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
]
APPLE_KEYS = [
    Client.TRUSTKIT_IOS,
    Client.OUTSYSTEMS_IOS,
    Client.KTOR_DARWIN,
    Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
]
PRINTED = [Client.HTTP_CERTIFICATE_PINNING, Client.SSL_CERTIFICATE_CHECKER]
APPLE_FILES = [
    Client.ALAMOFIRE_CERTIFICATES,
    Client.AFNETWORKING_CERTIFICATES,
    Client.CORDOVA_ADVANCED_HTTP_IOS,
    Client.REACT_NATIVE_SSL_PINNING_IOS,
]
APPLE_FILE_KEYS = [Client.ALAMOFIRE_PUBLIC_KEYS, Client.AFNETWORKING_PUBLIC_KEYS]
ANDROID_ANCHORS = [
    Client.CORDOVA_ADVANCED_HTTP_ANDROID,
    Client.REACT_NATIVE_SSL_PINNING_ANDROID,
    Client.CAPGO_ANDROID,
]


def on_device(served: tuple[Issued, ...], *anchors: Issued) -> Encounter:
    store, chain = TrustStore("device", facts(*anchors)), facts(*served)
    paths = {order: validated_paths(chain, store, NOW, order) for order in PathOrder}
    return Encounter(HOST, chain, store.name, paths, NOW, covers(chain[0], HOST))


def row(client: Client, policy: PinSet) -> str:
    return "".join(SIGNS[decide(client, policy, on_device(served, ROOT, OTHER)).outcome] for served in ROTATIONS)


def keys(client: Client, *certificates: Issued) -> PinSet:
    before = {Client.CURL: "sha256//"}.get(client, "sha256/" if client in WITH_PREFIX else "")
    spare = () if client is Client.CURL else (before + BAD,)
    return pin_set(rule(HOST, *(before + spki(one.facts) for one in certificates), *spare))


def printed(certificate: Certificate) -> PinSet:
    pin = Pin(certificate.sha256.hex(" ").upper(), PinKind.CERTIFICATE_SHA256, certificate.sha256, Place())
    return pin_set(PinRule(HOST, Place(), (pin,)))


def raw(certificate: Certificate) -> PinSet:
    return pin_set(rule(HOST, certificate.raw_key.hex().upper()))


def listed(certificate: Certificate) -> PinSet:
    digest = certificate.sha256
    pin = Pin(base64.b64encode(digest).decode(), PinKind.CERTIFICATE_SHA256, digest, Place())
    return pin_set(PinRule(HOST, Place(), (pin,)))


def apple(**lists: Issued) -> PinSet:
    return pin_set(*(replace(rule(HOST, spki(one.facts)), position=Position(name)) for name, one in lists.items()))


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "+---+x++"), (ISSUING, "++--+x++"), (ROOT, "+++-+x++")])
@pytest.mark.parametrize("client", ANDROID_KEYS)
def test_keys_on_android(client: Client, pinned: Issued, expected: str) -> None:
    assert row(client, keys(client, pinned)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "+---+?++"), (ISSUING, "++--+?++"), (ROOT, "+++-+?++")])
@pytest.mark.parametrize("client", APPLE_KEYS)
def test_keys_on_apple(client: Client, pinned: Issued, expected: str) -> None:
    assert row(client, keys(client, pinned)) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({"leaf": LEAF}, "+---+?++"),
        ({"leaf": ISSUING}, "-----?--"),
        ({"leaf": ROOT}, "-----?--"),
        ({"ca": LEAF}, "-----?--"),
        ({"ca": ISSUING}, "++--+?++"),
        ({"ca": ROOT}, "+++-+?++"),
        ({"leaf": LEAF, "ca": ISSUING}, "+---+?++"),
        ({"leaf": LEAF, "ca": OTHER}, "-----?--"),
    ],
)
def test_the_two_lists_of_apple(lists: dict[str, Issued], expected: str) -> None:
    assert row(Client.APPLE_ATS, apple(**lists)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "+---+x++"), (ISSUING, "-----x--"), (ROOT, "-----x--")])
def test_keys_of_the_leaf_alone(pinned: Issued, expected: str) -> None:
    found = [row(Client.CURL, keys(Client.CURL, pinned)), row(Client.DOTNET_CALLBACK, raw(pinned.facts))]

    assert found == [expected, expected]


@pytest.mark.parametrize("client", PRINTED)
def test_the_fingerprint_of_the_leaf(client: Client) -> None:
    assert row(client, printed(LEAF.facts)) == "-----x+-"


@pytest.mark.parametrize(("client", "expected"), [(Client.WULTRA_ANDROID, "-----++-"), (Client.WULTRA_IOS, "-----?+-")])
def test_a_list_of_fingerprints(client: Client, expected: str) -> None:
    assert row(client, listed(LEAF.facts)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "-----?+-"), (ISSUING, "++--+?++"), (ROOT, "+++-+?++")])
@pytest.mark.parametrize("client", APPLE_FILES)
def test_bundled_certificates_on_apple(client: Client, pinned: Issued, expected: str) -> None:
    assert row(client, bundle(pinned.facts, host=HOST)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "+---+?++"), (ISSUING, "++--+?++"), (ROOT, "+++-+?++")])
@pytest.mark.parametrize("client", APPLE_FILE_KEYS)
def test_keys_of_bundled_certificates_on_apple(client: Client, pinned: Issued, expected: str) -> None:
    assert row(client, bundle(pinned.facts, host=HOST)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "+---+++-"), (ISSUING, "++--++++"), (ROOT, "+++-+-++")])
@pytest.mark.parametrize("client", ANDROID_ANCHORS)
def test_bundled_anchors_on_android(client: Client, pinned: Issued, expected: str) -> None:
    assert row(client, bundle(pinned.facts, host=HOST)) == expected


@pytest.mark.parametrize(("pinned", "expected"), [(LEAF, "-----++-"), (ISSUING, "++--++++"), (ROOT, "+++-+?++")])
def test_bundled_anchors_on_apple(pinned: Issued, expected: str) -> None:
    assert row(Client.CAPGO_IOS, bundle(pinned.facts)) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client.ANDROID_NSC, "+--"),
        (Client.OKHTTP, "+--"),
        (Client.TRUSTKIT_IOS, "+--"),
        (Client.APPLE_ATS, "+-+"),
        (Client.CAPGO_ANDROID, "+++"),
    ],
)
def test_a_pin_on_the_root_behind_the_cross_certificate(client: Client, expected: str) -> None:
    served = (LEAF, ISSUING, CROSSED)
    stores = [(OLD,), (ROOT,), (OLD, ROOT)]
    policy = bundle(OLD.facts) if client is Client.CAPGO_ANDROID else keys(client, OLD)
    policy = apple(ca=OLD) if client is Client.APPLE_ATS else policy

    assert "".join(SIGNS[decide(client, policy, on_device(served, *store)).outcome] for store in stores) == expected


@pytest.mark.parametrize(("client", "expected"), [(Client.ANDROID_NSC, "+"), (Client.ALAMOFIRE_CERTIFICATES, "-")])
def test_an_intermediate_issued_anew_keeps_key_pins_alone(client: Client, expected: str) -> None:
    again = ROOT.reissue(ISSUING)
    policy = bundle(ISSUING.facts) if client is Client.ALAMOFIRE_CERTIFICATES else keys(client, ISSUING)

    assert SIGNS[decide(client, policy, on_device((RENEWED, again), ROOT)).outcome] == expected
