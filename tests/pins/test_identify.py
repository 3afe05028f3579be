"""Whose key a pin pins, by every identifier of what is known."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pins.certificate import Certificate
from pins.errors import Place
from pins.identify import UNKNOWN, Identifier, Identity, KnownKey, Owner, OwnerKind, PinRole, identify, know
from pins.keys import spki_of_raw_key
from pins.pinset import Pin, PinKind
from pins.trust import TrustStore
from tests.pki import Authority, KeyKind

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("a.com")
SHOP = Owner(OwnerKind.CUSTOMER, "Shop")


def pin(digest: bytes | None, kind: PinKind = PinKind.SPKI_SHA256) -> Pin:
    return Pin("sha256/" + base64.b64encode(digest or b"").decode(), kind, digest, Place())


def test_a_pin_is_known_by_any_identifier_and_meant_as_one() -> None:
    leaf = LEAF.facts
    known = know([leaf], owners={leaf.sha256: SHOP})
    key = LEAF.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    found = [
        (identify(pin(digest), known).identifier, identify(pin(digest), known).is_intended)
        for digest in (
            leaf.spki_sha256,
            leaf.spki_sha1,
            leaf.sha256,
            leaf.sha1,
            leaf.raw_key,
            hashlib.sha256(key).digest(),
        )
    ]

    assert found == [(one, one is Identifier.SPKI_SHA256) for one in Identifier]
    assert identify(pin(leaf.sha256, PinKind.CERTIFICATE_SHA256), known) == Identity(
        PinRole.LEAF, SHOP, leaf, "a.com", Identifier.CERTIFICATE_SHA256, is_intended=True
    )


def test_the_role_comes_from_the_certificate_and_from_trust_stores() -> None:
    chain: list[Certificate] = [LEAF.facts, ISSUING.facts, ROOT.facts]

    assert [identify(pin(one.spki_sha256), know(chain)).role for one in chain] == [
        PinRole.LEAF,
        PinRole.INTERMEDIATE,
        PinRole.ROOT,
    ]
    stored = know(chain, stores=[TrustStore("private", (ISSUING.facts,))])
    assert identify(pin(ISSUING.facts.spki_sha256), stored).role is PinRole.ROOT


def test_a_registered_key_is_a_backup_until_a_certificate_has_it() -> None:
    leaf = LEAF.facts
    key = KnownKey("next key", SHOP, spki=leaf.spki, raw_key=leaf.raw_key, spki_sha256=leaf.spki_sha256)

    assert identify(pin(leaf.spki_sha256), know(keys=[key])) == Identity(
        PinRole.BACKUP, SHOP, None, "next key", Identifier.SPKI_SHA256
    )
    assert identify(pin(leaf.spki_sha256), know([leaf], keys=[key])).role is PinRole.LEAF


def test_a_hash_of_nothing_is_told_without_any_knowledge() -> None:
    assert identify(pin(hashlib.sha256(b"").digest())) == Identity(PinRole.PLACEHOLDER, label="hash_of_empty_input")
    assert identify(pin(bytes(32))) == Identity(PinRole.PLACEHOLDER, label="placeholder_pin")
    assert identify(pin(hashlib.sha256(b"x").digest())) == UNKNOWN
    assert identify(pin(None)) == UNKNOWN


def test_a_bundled_certificate_is_known_by_itself_and_by_more_where_more_is_known() -> None:
    leaf = LEAF.facts
    whole = Pin(leaf.sha256.hex(), PinKind.CERTIFICATE_SHA256, leaf.sha256, Place(), None, leaf)
    key = Pin(leaf.sha256.hex(), PinKind.SPKI_SHA256, leaf.spki_sha256, Place(), None, leaf)

    assert [identify(one) for one in (whole, key)] == [
        Identity(PinRole.LEAF, Owner(), leaf, "a.com", Identifier.CERTIFICATE_SHA256),
        Identity(PinRole.LEAF, Owner(), leaf, "a.com", Identifier.SPKI_SHA256),
    ]
    assert identify(whole, know([leaf], owners={leaf.sha256: SHOP})).owner == SHOP


@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "RSA-2048"])
def test_a_raw_key_leads_back_to_its_hash(kind: KeyKind) -> None:
    leaf = ISSUING.leaf("a.com", key=kind).facts

    assert spki_of_raw_key(leaf.raw_key) == leaf.spki


@pytest.mark.parametrize("raw", [b"", b"\x04" * 64, bytes(32)])
def test_other_bytes_are_no_raw_key(raw: bytes) -> None:
    assert spki_of_raw_key(raw) is None


def test_a_registered_fingerprint_is_known_as_one() -> None:
    known = know(keys=[KnownKey("a.com", certificate_sha256=LEAF.facts.sha256)])

    assert identify(pin(LEAF.facts.sha256, PinKind.CERTIFICATE_SHA256), known) == Identity(
        PinRole.BACKUP, label="a.com", identifier=Identifier.CERTIFICATE_SHA256
    )
