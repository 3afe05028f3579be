"""Trust stores."""

from pathlib import Path

import certifi
import pytest

from pins.distinguished import read_name
from pins.errors import PinError, Place
from pins.trust import TrustStore, parse_store
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


@pytest.mark.filterwarnings("error")
def test_the_bundle_of_the_web_is_read_without_warnings() -> None:
    store = parse_store("certifi", Path(certifi.where()).read_bytes())

    assert len(store.anchors) > 100
    assert all(one.is_ca and one.is_self_issued for one in store.anchors)
