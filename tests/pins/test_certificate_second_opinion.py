"""The cryptography library reads the same facts out of every root of the web."""

import warnings
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pins.certificate import Certificate, parse_certificates

pytestmark = pytest.mark.slow

ROOTS = parse_certificates(Path(certifi.where()).read_bytes())


def load(root: Certificate) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # serial numbers of zero
        return x509.load_der_x509_certificate(root.der)


@pytest.mark.parametrize("root", ROOTS, ids=lambda one: one.sha256.hex()[:8])
def test_the_facts_are_the_same(root: Certificate) -> None:
    other = load(root)
    constraints = other.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = other.extensions.get_extension_for_class(x509.KeyUsage).value
    shown = {x509.ObjectIdentifier("1.2.840.113549.1.9.1"): "emailAddress", x509.NameOID.SERIAL_NUMBER: "serialNumber"}

    assert root.spki == other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert (root.subject, root.issuer) == (other.subject.public_bytes(), other.issuer.public_bytes())
    assert (root.subject_text, root.issuer_text) == (
        other.subject.rfc4514_string(shown),
        other.issuer.rfc4514_string(shown),
    )
    assert (root.not_before, root.not_after) == (other.not_valid_before_utc, other.not_valid_after_utc)
    assert (root.is_ca, root.path_length) == (constraints.ca, constraints.path_length)
    assert root.can_sign_certificates == usage.key_cert_sign
