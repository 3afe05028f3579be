"""Which algorithm signed a certificate, and whether a signature is one that a device accepts."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

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
RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")  # rsaEncryption, NULL: RFC 3279 §2.3.1
# SubjectPublicKeyInfo up to the byte that says that the point is not compressed: RFC 5480 §2
POINTS: dict[bytes, ec.EllipticCurve] = {
    bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"): ec.SECP256R1(),
    bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004"): ec.SECP384R1(),
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
    key = load_key(spki)
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
def load_key(spki: bytes) -> object:
    """None where the key is damaged or of a type that cannot be used."""
    try:
        return _usual_key(spki) or _any_key(spki)
    except (PinError, ValueError, UnsupportedAlgorithm):
        return None


def _usual_key(spki: bytes) -> object:
    """None where the key is not of one of the kinds that nearly all certificates have, in their usual form."""
    for prefix, curve in POINTS.items():
        if spki.startswith(prefix) and len(spki) == len(prefix) + 2 * (curve.key_size // 8):
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, spki[len(prefix) - 1 :])
    algorithm, key = der.read_children(der.read_whole(spki).expect(der.SEQUENCE), at_least=2)[:2]
    if algorithm.raw != RSA_ALGORITHM or key.tag != der.BIT_STRING or key.content[:1] != b"\0":
        return None
    parts = der.read_children(der.read_whole(key.content[1:]).expect(der.SEQUENCE))
    modulus, exponent = map(der.integer, parts)
    if not modulus > exponent > 0 or any(one.content[:1] == b"\0" and one.content[1] < 0x80 for one in parts):
        return None
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _any_key(spki: bytes) -> object:
    # Loaded for such a key only: it brings the readers of every private key with it, a tenth of what a check costs.
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return load_der_public_key(spki)


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
