"""Keys that have no certificate yet: signing requests and public keys, with the identifiers a pin needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from pins import der, pem, signatures
from pins.distinguished import read_name
from pins.errors import PinError
from pins.extensions import read_extensions
from pins.keys import PublicKey, read_key

EXTENSION_REQUEST = "1.2.840.113549.1.9.14"  # RFC 2985 §5.4.2
REQUEST_LABELS = frozenset({"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", ""})
RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")  # rsaEncryption with NULL parameters, RFC 3279 §2.3.1


@dataclass(frozen=True, slots=True)
class Request:
    """A certificate signing request; `is_signature_valid` False means that nobody proved to hold the key."""

    der: bytes
    public_key: PublicKey
    subject_text: str
    common_name: str | None
    dns_names: tuple[str, ...]
    is_signature_valid: bool

    @property
    def spki_sha256(self) -> bytes:
        return self.public_key.spki_sha256


def parse_request(source: bytes) -> Request:
    """The first request in PEM, DER or base64."""
    for block in pem.read_blocks(source):
        if block.label in REQUEST_LABELS:
            return _request(block)
    raise PinError(
        "This holds no certificate signing request. Give the CSR file, with its BEGIN CERTIFICATE REQUEST line.",
        code="unreadable",
    )


def parse_public_key(source: bytes) -> PublicKey:
    """The first public key in PEM, DER or base64: a SubjectPublicKeyInfo, or PKCS#1 as `RSA PUBLIC KEY`."""
    for block in pem.read_blocks(source):
        if block.label in ("PUBLIC KEY", ""):
            return _at(block, block.body)
        if block.label == "RSA PUBLIC KEY":
            return _at(block, _wrap_rsa(block.body))
    raise PinError(
        "This holds no public key. Give PEM text with a BEGIN PUBLIC KEY line, or a DER file "
        "(`openssl x509 -pubkey -noout` prints that of a certificate).",
        code="unreadable",
    )


def _at(block: pem.Block, spki: bytes) -> PublicKey:
    try:
        return read_key(spki)
    except PinError as error:
        raise PinError(error.sentence, block.place, code=error.code) from None


def _wrap_rsa(key: bytes) -> bytes:
    der.read_whole(key).expect(der.SEQUENCE)
    return der.encode(der.SEQUENCE, RSA_ALGORITHM + der.encode(der.BIT_STRING, b"\x00" + key))


def _request(block: pem.Block) -> Request:
    try:
        body = der.read_children(der.read_whole(block.body).expect(der.SEQUENCE), at_least=3)[0]
        _version, subject, key, *attributes = der.read_children(body.expect(der.SEQUENCE), at_least=3)
        public_key = read_key(key.expect(der.SEQUENCE).raw)
        name = read_name(subject.raw)
        dns_names = tuple(_dns_names(attributes))
    except PinError as error:
        raise PinError(error.sentence, block.place, code=error.code) from None
    return Request(
        der=block.body,
        public_key=public_key,
        subject_text=name.text,
        common_name=name.common_name,
        dns_names=dns_names,
        is_signature_valid=signatures.is_valid(block.body, public_key.spki),
    )


def _dns_names(attributes: list[der.Element]) -> Iterator[str]:
    for attribute in (one for listed in attributes for one in listed.children()):
        kind, values = der.read_children(attribute, at_least=2)[:2]
        if der.object_id(kind) == EXTENSION_REQUEST:
            for listed in values.children():
                yield from read_extensions(listed)["dns_names"]
