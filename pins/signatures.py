"""Which algorithm signed a certificate, and whether a signature is one that a device accepts."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from pins import der
from pins.errors import PinError

PSS = "1.2.840.113549.1.1.10"
NAMES = {
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    PSS: "RSASSA-PSS",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha224WithRSAEncryption": hashes.SHA224(),
    "sha256WithRSAEncryption": hashes.SHA256(),
    "sha384WithRSAEncryption": hashes.SHA384(),
    "sha512WithRSAEncryption": hashes.SHA512(),
    "ecdsa-with-SHA224": hashes.SHA224(),
    "ecdsa-with-SHA256": hashes.SHA256(),
    "ecdsa-with-SHA384": hashes.SHA384(),
    "ecdsa-with-SHA512": hashes.SHA512(),
}
PSS_HASHES: dict[str, hashes.HashAlgorithm] = {  # RFC 4055; without parameters it is SHA-1
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_MADE_BY = {"WithRSA": "RSA-", "RSASSA": "RSA-", "ecdsa": "EC-", "Ed25519": "Ed25519", "Ed448": "Ed448"}
WEAK = frozenset({"md5WithRSAEncryption", "sha1WithRSAEncryption", "ecdsa-with-SHA1"})


def algorithm_name(oid: str) -> str:
    return NAMES.get(oid, oid)


def is_weak(name: str) -> bool:
    """SHA-1 and MD5 signatures: no current platform accepts them below an anchor."""
    return name in WEAK


def fits_key(name: str, key_kind: str) -> bool:
    """Whether a key of this kind can have made such a signature; what is not known here fits."""
    made_by = next((kind for word, kind in _MADE_BY.items() if word in name), None)
    return made_by is None or key_kind.startswith((made_by, "other"))


def is_valid(signed: bytes, spki: bytes) -> bool:
    """Whether `signed`, the DER of a certificate or request, carries a signature of this key that devices accept.

    An algorithm that is weak or that this program cannot compute counts as no signature.
    """
    try:
        body, algorithm, signature = der.read_children(der.read_whole(signed), at_least=3)[:3]
        return _verifies(spki, algorithm, der.bits(signature), body.raw)
    except PinError:
        return False


def _verifies(spki: bytes, algorithm: der.Element, signature: bytes, message: bytes) -> bool:
    key = _load(spki)
    name = algorithm_name(der.object_id(der.read_children(algorithm, at_least=1)[0]))
    digest = _digest(name, algorithm)
    try:
        match key:
            case rsa.RSAPublicKey() if digest and name == "RSASSA-PSS":
                key.verify(signature, message, padding.PSS(padding.MGF1(digest), padding.PSS.AUTO), digest)
            case rsa.RSAPublicKey() if digest and "WithRSA" in name:
                key.verify(signature, message, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() if digest and name.startswith("ecdsa"):
                key.verify(signature, message, ec.ECDSA(digest))
            case ed25519.Ed25519PublicKey() if name == "Ed25519":
                key.verify(signature, message)
            case ed448.Ed448PublicKey() if name == "Ed448":
                key.verify(signature, message)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _load(spki: bytes) -> object:
    """None where the key is damaged or of a type that cannot be used."""
    try:
        return load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return None


def _digest(name: str, algorithm: der.Element) -> hashes.HashAlgorithm | None:
    if name == "RSASSA-PSS":
        return _pss_digest(algorithm)
    return DIGESTS.get(name)


def _pss_digest(algorithm: der.Element) -> hashes.HashAlgorithm | None:
    parameters = der.read_children(algorithm)[1:]
    for part in parameters[0].children() if parameters else ():
        if part.tag == 0xA0:
            identifier = der.read_children(part, at_least=1)[0]
            return PSS_HASHES.get(der.object_id(der.read_children(identifier, at_least=1)[0]))
    return None
