"""Wultra on both platforms: names, ends, and what each platform checks beside the fingerprint."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.encounter import Encounter
from pins.formats import read
from pins.pinset import PinSet
from tests.pins.encounters import MISSING_INTERMEDIATE, encounter
from tests.pki import NOW, Authority

ANDROID, IOS = Client.WULTRA_ANDROID, Client.WULTRA_IOS
ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("www.x.com", "api.x.com")
RENEWED = ISSUING.renew(LEAF, "www.x.com", "api.x.com").facts
NAMELESS = ISSUING.leaf("www.x.com", common_name=None).facts
HOST = "www.x.com"
LATER = int(NOW.timestamp()) + 3600


def fingerprint(certificate: Certificate) -> str:
    return base64.b64encode(certificate.sha256).decode()


def listed(*entries: tuple[str, str, int]) -> PinSet:
    keys = ("name", "fingerprint", "expires")
    return read(json.dumps({"fingerprints": [dict(zip(keys, one, strict=True)) for one in entries]}).encode())


def met(leaf: ChainCertificate, host: str = HOST, *, covers: bool = True) -> Encounter:
    return encounter(host, leaf, ISSUING.facts, ROOT.facts, covers=covers)


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


OWN = listed((HOST, fingerprint(LEAF.facts), LATER))


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_a_renewal_with_the_same_key_is_blocked(client: Client) -> None:
    decision = decide(client, OWN, met(RENEWED))

    assert codes(decision) == (Outcome.BLOCKED_BY_PIN, "fingerprint_untrusted")
    assert decision.reason.text == (
        "No entry of the list for the name www.x.com has this fingerprint, so the app cannot connect before it has "
        "fetched a list with this certificate."
    )


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_the_common_name_counts_and_not_the_host(client: Client) -> None:
    assert decide(client, OWN, met(LEAF.facts, "api.x.com")).outcome is Outcome.CONNECTS
    other = listed(("api.x.com", fingerprint(LEAF.facts), LATER))
    assert codes(decide(client, other, met(LEAF.facts, "api.x.com"))) == (Outcome.BLOCKED_BY_PIN, "fingerprints_empty")


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_an_entry_holds_until_its_very_second(client: Client) -> None:
    ends = listed((HOST, fingerprint(LEAF.facts), int(NOW.timestamp())))
    later = replace(met(LEAF.facts), instant=NOW + timedelta(seconds=1))

    assert decide(client, ends, met(LEAF.facts)).outcome is Outcome.CONNECTS
    assert codes(decide(client, ends, later)) == (Outcome.BLOCKED_BY_PIN, "fingerprints_empty")


def test_android_validates_no_chain_and_ios_does() -> None:
    broken = replace(encounter(HOST, problem=MISSING_INTERMEDIATE), served=(LEAF.facts,))

    assert codes(decide(ANDROID, OWN, broken)) == (Outcome.CONNECTS, "fingerprint_matches")
    assert codes(decide(IOS, OWN, broken)) == (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate")


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_a_wrong_host_name_blocks_after_the_fingerprint(client: Client) -> None:
    assert codes(decide(client, OWN, met(LEAF.facts, covers=False))) == (Outcome.BLOCKED_BY_CHAIN, "host_not_covered")
    assert decide(client, OWN, met(RENEWED, covers=False)).outcome is Outcome.BLOCKED_BY_PIN


def test_without_a_common_name_android_blocks_and_ios_is_open() -> None:
    own = listed((HOST, fingerprint(NAMELESS), LATER))

    assert codes(decide(ANDROID, own, met(NAMELESS))) == (Outcome.BLOCKED_BY_PIN, "common_name_missing")
    assert codes(decide(IOS, own, met(NAMELESS))) == (Outcome.INDETERMINATE, "subject_summary_unknown")
    assert codes(decide(IOS, OWN, met(NAMELESS))) == (Outcome.BLOCKED_BY_PIN, "fingerprints_empty")


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_of_the_next_certificate_a_registered_fingerprint_is_enough(client: Client) -> None:
    unknown, announced = UnknownCertificate("leaf"), UnknownCertificate("leaf", sha256=LEAF.facts.sha256)

    assert codes(decide(client, OWN, met(unknown))) == (Outcome.BLOCKED_BY_PIN, "fingerprint_untrusted")
    assert codes(decide(client, OWN, met(announced))) == (Outcome.CONNECTS, "fingerprint_matches")


@pytest.mark.parametrize("client", [ANDROID, IOS])
def test_an_empty_list_and_an_empty_chain(client: Client) -> None:
    nothing = encounter(HOST, problem=MISSING_INTERMEDIATE)

    assert codes(decide(client, listed(), met(LEAF.facts))) == (Outcome.BLOCKED_BY_PIN, "fingerprints_empty")
    assert codes(decide(client, OWN, nothing)) == (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate")


def test_what_only_ios_cannot_read_stops_ios_alone() -> None:
    own = listed((HOST, fingerprint(LEAF.facts).rstrip("="), LATER))

    assert codes(decide(IOS, own, met(LEAF.facts))) == (Outcome.CONFIG_ERROR, "non_canonical_base64")
    assert decide(ANDROID, own, met(LEAF.facts)).outcome is Outcome.CONNECTS


def test_the_pins_of_a_host_stand_under_its_name_or_its_wildcard() -> None:
    own = listed(("*.x.com", "AA==", LATER), ("y.com", "BB==", LATER), (HOST, "CC==", LATER))

    assert [one.text for one in pins_for(ANDROID, own, HOST)] == ["AA==", "CC=="]
    assert [one.text for one in pins_for(IOS, own, "z.com")] == ["AA==", "BB==", "CC=="]
