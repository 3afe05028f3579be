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


_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")
_POINTS = {
    65: "301306072a8648ce3d020106082a8648ce3d030107",  # P-256
    97: "301006072a8648ce3d020106052b81040022",  # P-384
    133: "301006072a8648ce3d020106052b81040023",  # P-521
}


def spki_of_raw_key(raw_key: bytes) -> bytes | None:
    """The SubjectPublicKeyInfo around an RSA key or an uncompressed point; None where the bytes are neither.

    RFC 8017 §A.1, RFC 5480 §2.1.1
    """
    if raw_key.startswith(b"\x04") and len(raw_key) in _POINTS:
        return _element(0x30, bytes.fromhex(_POINTS[len(raw_key)]) + _element(0x03, b"\0" + raw_key))
    if raw_key.startswith(b"\x30\x82"):
        return _element(0x30, _RSA_ALGORITHM + _element(0x03, b"\0" + raw_key))
    return None


def _element(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


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
