"""Certificates that no builder writes: edited bodies under fitting signatures, weak and broken signatures."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from pins import der
from tests.pki import Authority, Issued, PrivateKey

SHA256_WITH_RSA, SHA1_WITH_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")


def forge(issued: Issued, issuer: Authority, edit: Callable[[bytes], bytes]) -> bytes:
    """DER with an edited TBSCertificate (same length) and a signature that fits: what no builder would write."""
    tbs = edit(issued.certificate.tbs_certificate_bytes)
    return _assemble(tbs, _algorithm(issued), _signature(issuer.key, tbs))


def with_sha1(issued: Issued, issuer: Authority) -> bytes:
    """DER with a correct SHA-1 signature, which the library itself no longer makes; the issuer has an RSA key."""
    tbs = issued.certificate.tbs_certificate_bytes.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    algorithm = _algorithm(issued).replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    return _assemble(tbs, algorithm, _sha1_signature(issuer.key, tbs))


def _algorithm(issued: Issued) -> bytes:
    behind = issued.der.split(issued.certificate.tbs_certificate_bytes)[1]
    return behind[: 2 + behind[1]]


def _assemble(tbs: bytes, algorithm: bytes, signature: bytes) -> bytes:
    return der.encode(der.SEQUENCE, tbs + algorithm + der.encode(der.BIT_STRING, b"\x00" + signature))


def _sha1_signature(key: PrivateKey, message: bytes) -> bytes:
    """RFC 8017 §8.2.1, by hand."""
    assert isinstance(key, rsa.RSAPrivateKey)
    info = bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(message, usedforsecurity=False).digest()
    size = key.key_size // 8
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    numbers = key.private_numbers()
    return pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")


def with_broken_signature(issued: Issued) -> bytes:
    """DER of a certificate whose signature does not verify but still has its shape."""
    return issued.der[:-1] + bytes([issued.der[-1] ^ 1])


def _signature(key: PrivateKey, message: bytes) -> bytes:
    match key:
        case ed25519.Ed25519PrivateKey():
            return key.sign(message)
        case ec.EllipticCurvePrivateKey():
            return key.sign(message, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPrivateKey():
            return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
