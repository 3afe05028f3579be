"""Clients that compare the fingerprint of the leaf: the Flutter plugin, the Cordova checker and .NET's callback."""

from dataclasses import replace

import pytest

from pins.certificate import UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.device import Device
from pins.encounter import Encounter
from pins.errors import Place
from pins.formats import read
from pins.pinset import Pin, PinKind, PinRule, PinSet, Problem
from tests.pins.encounters import cast, encounter, pin_set

C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "www.example.com"
FLUTTER, CHECKER, DOTNET = Client.HTTP_CERTIFICATE_PINNING, Client.SSL_CERTIFICATE_CHECKER, Client.DOTNET_CALLBACK
SHA256, SHA1 = PinKind.CERTIFICATE_SHA256, PinKind.CERTIFICATE_SHA1
HEX, SHORT = C.l1.sha256.hex(), C.l1.sha1.hex()


def policy(text: str, kind: PinKind = SHA256, host: str = HOST) -> PinSet:
    return pin_set(PinRule(host, Place(), (Pin(text, kind, None, Place()),)))


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


def spaced(digest: bytes) -> str:
    return digest.hex(" ").upper()


@pytest.mark.parametrize(
    ("text", "kind", "connects"),
    [
        (HEX, SHA256, True),
        (HEX.upper(), SHA256, True),
        (C.l1.sha256.hex(":"), SHA256, True),
        (C.l1.sha256.hex(" "), SHA256, True),
        (f" {HEX} ", SHA256, True),
        (C.l1.sha1.hex(":"), SHA1, True),
        (SHORT, SHA256, False),
        (HEX, SHA1, False),
        (C.l1.sha256.hex("-"), SHA256, False),
        (C.l1.sha256.hex(":").replace(":", "\t"), SHA256, False),
        ("sha256/" + HEX, SHA256, False),
        (HEX[:-1], SHA256, False),
        (C.i1.sha256.hex(), SHA256, False),
        (C.l1.spki_sha256.hex(), SHA256, False),
    ],
)
def test_how_the_flutter_plugin_reads_a_fingerprint(text: str, kind: PinKind, connects: bool) -> None:
    decision = decide(FLUTTER, policy(text, kind), encounter(HOST, *PATH))

    assert decision.outcome is (Outcome.CONNECTS if connects else Outcome.BLOCKED_BY_PIN)


@pytest.mark.parametrize(
    ("text", "version", "connects"),
    [
        (spaced(C.l1.sha256), None, True),
        (spaced(C.l1.sha256).lower(), "6.0.0", True),
        (spaced(C.l1.sha1), None, False),
        (spaced(C.l1.sha1), "5.0.1", True),
        (spaced(C.l1.sha256), "5.0.1", False),
        (HEX, None, False),
        (C.l1.sha256.hex(":"), None, False),
        (spaced(C.l1.sha256) + " ", None, False),
        (spaced(C.i1.sha256), None, False),
    ],
)
def test_how_the_checker_compares_the_printed_fingerprint(text: str, version: str | None, connects: bool) -> None:
    met = encounter(HOST, *PATH, device=Device(client_version=version))

    decision = decide(CHECKER, policy(text), met)

    assert decision.outcome is (Outcome.CONNECTS if connects else Outcome.BLOCKED_BY_PIN)


@pytest.mark.parametrize(
    ("text", "connects"),
    [
        (C.l1.raw_key.hex().upper(), True),
        (SHORT.upper(), True),
        (HEX.upper(), True),
        (C.l1.spki.hex(), False),
        (C.l1.spki_sha256.hex(), False),
        (C.i1.raw_key.hex(), False),
        (C.l1.sha1.hex(":"), False),
        ("no hex", False),
    ],
)
def test_what_a_callback_of_dotnet_compares(text: str, connects: bool) -> None:
    decision = decide(DOTNET, policy(text, PinKind.RAW_KEY), encounter(HOST, *PATH))

    assert decision.outcome is (Outcome.CONNECTS if connects else Outcome.BLOCKED_BY_PIN)


def test_a_renewal_breaks_fingerprints_and_leaves_raw_keys_alone() -> None:
    renewed = encounter(HOST, C.l1_renewed, C.i1, C.r1)

    outcomes = [
        decide(client, policy(text), renewed).outcome
        for client, text in (
            (FLUTTER, HEX),
            (CHECKER, spaced(C.l1.sha256)),
            (DOTNET, SHORT),
            (DOTNET, C.l1.raw_key.hex()),
        )
    ]

    assert outcomes == [Outcome.BLOCKED_BY_PIN] * 3 + [Outcome.CONNECTS]


@pytest.mark.parametrize("client", [FLUTTER, CHECKER, DOTNET])
@pytest.mark.parametrize(
    ("met", "code"),
    [(encounter(HOST), "untrusted_root"), (encounter(HOST, *PATH, covers=False), "host_not_covered")],
)
def test_the_platform_validates_first(client: Client, met: Encounter, code: str) -> None:
    wrong = policy("00" * 32)

    assert codes(decide(client, wrong, met)) == (Outcome.BLOCKED_BY_CHAIN, code)


def test_a_callback_that_ignores_errors_looks_at_the_leaf_alone() -> None:
    known = policy(SHORT)
    careless = pin_set(replace(known.rules[0], ignores_chain=True))
    met = replace(encounter(HOST, covers=False), served=(C.l1,))

    assert decide(DOTNET, careless, met).outcome is Outcome.CONNECTS
    assert decide(DOTNET, known, met).outcome is Outcome.BLOCKED_BY_CHAIN


@pytest.mark.parametrize(
    ("client", "text", "known"),
    [
        (FLUTTER, HEX, UnknownCertificate("leaf", sha256=C.l1.sha256)),
        (CHECKER, spaced(C.l1.sha256), UnknownCertificate("leaf", sha256=C.l1.sha256)),
        (DOTNET, C.l1.raw_key.hex(), UnknownCertificate("leaf", raw_key=C.l1.raw_key)),
    ],
)
def test_a_next_leaf_matches_by_what_is_known_of_it(client: Client, text: str, known: UnknownCertificate) -> None:
    nothing = UnknownCertificate("leaf", spki_sha256=C.l1.spki_sha256)

    outcomes = [decide(client, policy(text), encounter(HOST, leaf, *PATH[1:])).outcome for leaf in (known, nothing)]

    assert outcomes == [Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN]


@pytest.mark.parametrize("client", [FLUTTER, CHECKER, DOTNET])
def test_other_hosts_are_not_pinned_and_refused_files_connect_to_nothing(client: Client) -> None:
    other = policy(HEX, host="b.example")
    refused = replace(other, problems=(Problem("not_base64", "No.", Place(), is_refused=True),))

    assert codes(decide(client, other, encounter(HOST, *PATH))) == (Outcome.NOT_PINNED, "no_rule_for_host")
    assert codes(decide(client, refused, encounter(HOST, *PATH))) == (Outcome.CONFIG_ERROR, "not_base64")
    assert pins_for(client, other, HOST) == ()


def test_a_header_of_hpkp_decides_nothing_whatever_is_served() -> None:
    header = read(b'Public-Key-Pins: pin-sha256="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; max-age=1')

    for met in (encounter(HOST, *PATH), encounter(HOST)):
        assert codes(decide(Client.HPKP, header, met)) == (Outcome.NOT_PINNED, "header_ignored")
    assert pins_for(Client.HPKP, header, HOST) == ()
