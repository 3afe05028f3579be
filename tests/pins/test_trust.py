"""Trust stores."""

import base64
from pathlib import Path

import certifi
import pytest

from pins.distinguished import read_name
from pins.errors import PinError, Place
from pins.trust import AnchorKeys, TrustStore, known_store, parse_store
from tests.pki import Authority, facts, pem

ONE, OTHER = Authority.root("One"), Authority.root("Other")


def test_a_bundle_becomes_a_store_in_its_order_without_repetitions() -> None:
    found = parse_store("lab", pem(ONE, OTHER, ONE), is_public=False, version="3")

    assert found == TrustStore("lab", facts(ONE, OTHER), is_public=False, version="3")


def test_a_store_knows_its_members() -> None:
    store = TrustStore("lab", facts(ONE))

    assert ONE.facts in store
    assert OTHER.facts not in store


def test_anchors_are_found_by_name() -> None:
    namesake = Authority.root("One")
    store = TrustStore("lab", facts(ONE, OTHER, namesake))

    assert store.named(read_name(ONE.facts.subject)) == facts(ONE, namesake)
    assert store.named(read_name(Authority.root("Nobody").facts.subject)) == ()


def test_a_twin_has_the_subject_and_the_key() -> None:
    renewed, namesake = ONE.reissue(ONE), Authority.root("One")
    store = TrustStore("lab", facts(namesake, ONE))

    assert store.twin_of(renewed.facts) == ONE.facts
    assert TrustStore("lab", facts(namesake)).twin_of(renewed.facts) is None


def test_anchors_are_found_by_the_hashes_of_their_keys() -> None:
    keys = AnchorKeys(facts(ONE, OTHER))

    assert dict(keys) == {
        ONE.facts.spki_sha256: ONE.facts,
        ONE.facts.spki_sha1: ONE.facts,
        OTHER.facts.spki_sha256: OTHER.facts,
        OTHER.facts.spki_sha1: OTHER.facts,
    }


def test_a_store_that_reads_its_anchors_late_answers_as_any_other() -> None:
    renewed, namesake = ONE.reissue(ONE), Authority.root("One")
    store = known_store("lab", pem(namesake, OTHER, ONE, OTHER))

    assert tuple(store.anchors) == facts(namesake, OTHER, ONE)
    assert store.anchors[1:] == facts(OTHER, ONE)
    assert store.named(read_name(ONE.facts.subject)) == facts(namesake, ONE)
    assert store.named(read_name(Authority.root("Nobody").facts.subject)) == ()
    assert (ONE.facts in store, renewed.facts in store) == (True, False)
    assert store.twin_of(renewed.facts) == ONE.facts
    assert AnchorKeys(store.anchors)[OTHER.facts.spki_sha1] == OTHER.facts


@pytest.mark.slow
def test_names_that_devices_find_equal_are_found_in_the_bundle_of_the_web() -> None:
    source = Path(certifi.where()).read_bytes()
    eager, late = parse_store("web", source), known_store("web", source)

    assert [late.named(read_name(one.subject)) for one in eager.anchors] == [
        tuple(two for two in eager.anchors if read_name(two.subject).comparable == read_name(one.subject).comparable)
        for one in eager.anchors
    ]


def test_a_damaged_bundle_is_refused_with_the_name_of_the_store_and_the_line() -> None:
    with pytest.raises(PinError) as caught:
        parse_store("lab", ONE.pem + OTHER.pem.replace(b"MII", b"?II", 1))

    assert caught.value.sentence == (
        "Trust store lab: The text of the certificate is not base64. Copy it again from its file."
    )
    assert caught.value.place == Place(line=ONE.pem.count(b"\n") + 1)


def test_an_empty_bundle_is_refused() -> None:
    with pytest.raises(PinError):
        parse_store("lab", b"")


@pytest.mark.parametrize(
    ("name", "pin"),
    [  # letsencrypt/website content/en/certificates.md; the documentation of AWS Certificate Manager
        ("ISRG Root X1", "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="),
        ("ISRG Root X2", "diGVwiVYbubAI3RW4hB9xU8e/CH2GnkuvVFZE8zmgzI="),
        ("Amazon Root CA 1", "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI="),
        ("Amazon Root CA 4", "9+ze1cZgR9KO1kZrVDxA4HQ6voHRCSVNz4RdTCx4U8U="),
    ],
)
def test_well_known_roots_have_their_published_pins(name: str, pin: str) -> None:
    web = parse_store("certifi", Path(certifi.where()).read_bytes())

    assert [base64.b64encode(one.spki_sha256).decode() for one in web.anchors if one.common_name == name] == [pin]


@pytest.mark.filterwarnings("error")
def test_the_bundle_of_the_web_is_read_without_warnings() -> None:
    store = parse_store("certifi", Path(certifi.where()).read_bytes())

    assert len(store.anchors) > 100
    assert all(one.is_ca and one.is_self_issued for one in store.anchors)
