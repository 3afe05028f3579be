"""Signing requests and public keys."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pins.csr import parse_public_key, parse_request
from pins.errors import PinError
from tests.pki import Authority, KeyKind, csr, make_key

CA = Authority.root("Root")


def armoured(label: str, body: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(body).decode()}-----END {label}-----\n".encode()


@pytest.mark.parametrize("kind", ["P-256", "P-521", "RSA-1024", "Ed25519"])
def test_a_request_has_the_identifiers_of_the_certificate_that_comes_of_it(kind: KeyKind) -> None:
    key = make_key(kind)
    leaf = CA.leaf("www.example.com", key=key).facts

    found = parse_request(csr("www.example.com", "api.example.com", key=key))

    assert (found.public_key.spki, found.public_key.spki_sha256) == (leaf.spki, leaf.spki_sha256)
    assert (found.public_key.spki_sha1, found.public_key.raw_key) == (leaf.spki_sha1, leaf.raw_key)
    assert (found.public_key.key_kind, found.spki_sha256) == (leaf.key_kind, leaf.spki_sha256)
    assert (found.subject_text, found.dns_names) == (leaf.subject_text, ("www.example.com", "api.example.com"))
    assert found.is_signature_valid


def test_a_request_without_names_has_none() -> None:
    assert parse_request(csr(common_name="www.example.com")).dns_names == ()


@pytest.mark.parametrize("label", ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
def test_a_request_is_read_from_pem(label: str) -> None:
    request = csr("www.example.com")

    assert parse_request(b"for the vendor:\n" + armoured(label, request)).der == request


def test_a_request_whose_signature_does_not_fit_is_read_and_marked() -> None:
    request = csr("www.example.com").replace(b"www.example.com", b"www.example.org")

    assert not parse_request(request).is_signature_valid


def test_a_public_key_is_read_from_pem_der_and_pkcs1() -> None:
    key = make_key("RSA-1024")
    leaf = CA.leaf("www.example.com", key=key)
    pkcs1 = key.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)

    found = [parse_public_key(one) for one in (leaf.public_key_pem, leaf.public_key_der, pkcs1)]

    assert [one.spki for one in found] == [leaf.facts.spki] * 3
    assert {one.key_kind for one in found} == {"RSA-1024"}


@pytest.mark.parametrize("source", [b"", b"nothing", csr("a.example.com")[:60], CA.pem])
def test_what_is_neither_is_refused_by_both(source: bytes) -> None:
    for read in (parse_request, parse_public_key):
        with pytest.raises(PinError) as caught:
            read(source)
        assert caught.value.code == "unreadable"


def test_a_certificate_is_no_request_and_a_request_no_key() -> None:
    with pytest.raises(PinError):
        parse_request(CA.der)
    with pytest.raises(PinError):
        parse_public_key(csr("a.example.com"))


def test_private_keys_are_refused_by_both() -> None:
    for read in (parse_request, parse_public_key):
        with pytest.raises(PinError) as caught:
            read(CA.key_pem)
        assert caught.value.code == "private_key"
