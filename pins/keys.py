"""Public keys by their identifiers; they need not be of a type that anything here can compute with."""

import base64
import hashlib
from typing import NamedTuple

from pins import der
from pins.errors import PinError

RSA, EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
CURVES = {
    "1.2.840.10045.3.1.7": "EC-P-256",
    "1.3.132.0.34": "EC-P-384",
    "1.3.132.0.35": "EC-P-521",
    "1.3.132.0.33": "EC-P-224",
    "1.2.840.10045.3.1.1": "EC-P-192",
    "1.3.132.0.10": "EC-secp256k1",
}
EDWARDS = {"1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}


class PublicKey(NamedTuple):
    """The identifiers of one key; `spki` is its DER SubjectPublicKeyInfo, `raw_key` the contents of its BIT STRING."""

    spki: bytes
    spki_sha256: bytes
    spki_sha1: bytes
    raw_key: bytes
    key_kind: str


def read_key(spki: bytes) -> PublicKey:
    algorithm, key = der.read_children(der.read_whole(spki).expect(der.SEQUENCE), at_least=2)[:2]
    raw_key = der.bits(key)
    return PublicKey(
        spki=spki,
        spki_sha256=hashlib.sha256(spki).digest(),
        spki_sha1=hashlib.sha1(spki, usedforsecurity=False).digest(),
        raw_key=raw_key,
        key_kind=_kind(der.read_children(algorithm.expect(der.SEQUENCE), at_least=1), raw_key),
    )


def pem_sha256(spki: bytes) -> bytes:
    """The hash of the printed public key: what a pipeline without `-outform der` gives."""
    body = base64.encodebytes(spki).replace(b"\n", b"")
    lines = b"\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return hashlib.sha256(b"-----BEGIN PUBLIC KEY-----\n" + lines + b"\n-----END PUBLIC KEY-----\n").digest()


def _kind(algorithm: list[der.Element], raw_key: bytes) -> str:
    oid = der.object_id(algorithm[0])
    if oid == RSA:
        return _rsa_kind(raw_key)
    if oid == EC and len(algorithm) > 1 and algorithm[1].tag == der.OID:
        return CURVES.get(der.object_id(algorithm[1]), "other")
    return EDWARDS.get(oid, "other")


def _rsa_kind(raw_key: bytes) -> str:
    try:
        modulus = der.integer(der.read_children(der.read_whole(raw_key), at_least=1)[0])
    except PinError:
        return "other"
    return f"RSA-{modulus.bit_length()}"
