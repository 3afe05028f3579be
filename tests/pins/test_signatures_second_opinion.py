"""A key is loaded, or is none, as the cryptography library's own reader has it; damage included."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from pins.signatures import load_key
from tests.pki import make_key

pytestmark = pytest.mark.slow

KEYS = [
    *(make_key(kind) for kind in ("P-256", "P-384", "P-521", "RSA-1024", "RSA-2048", "Ed25519")),
    ec.generate_private_key(ec.SECP256K1()),
]
SOURCES = [key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in KEYS]


def facts(key: object) -> tuple[str, bytes] | None:
    """None where signatures of such a key are not checked at all."""
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        return None
    return type(key).__name__, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def second_opinion(source: bytes) -> object:
    try:
        return load_der_public_key(source)
    except (ValueError, UnsupportedAlgorithm):
        return None


@pytest.mark.parametrize("source", SOURCES)
def test_every_kind_of_key_is_loaded(source: bytes) -> None:
    assert facts(load_key(source)) == facts(second_opinion(source))
    assert facts(load_key(source)) is not None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SOURCES), st.integers(0, 80), st.integers(0, 255), st.integers(0, 3))
def test_a_damaged_key_is_taken_or_not_alike(source: bytes, place: int, value: int, cut: int) -> None:
    damaged = source[:place] + bytes((value,)) + source[place + 1 :]
    damaged = damaged[: len(damaged) - cut]

    assert facts(load_key(damaged)) == facts(second_opinion(damaged))
