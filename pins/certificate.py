"""Facts of one certificate, parsed once, with every identifier a pin can be computed from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from pins import der, pem, signatures
from pins.distinguished import read_name
from pins.errors import PinError
from pins.extensions import ABSENT, Facts, read_extensions
from pins.keys import read_key

MAXIMUM_CERTIFICATE_BYTES = 1024 * 1024
LABELS = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", ""})
VERSION, EXTENSIONS = 0xA0, 0xA3  # context tags of TBSCertificate, RFC 5280 §4.1

Role = Literal["leaf", "intermediate", "root"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certificate:
    """A parsed certificate; equal to another when their DER is. Instants are aware and in UTC.

    `spki` is the DER SubjectPublicKeyInfo as it stands in the certificate, `raw_key` the contents of its BIT STRING.
    `subject` and `issuer` are DER names for comparison, their `_text` twins RFC 4514 strings for people.
    `permitted_dns` and `excluded_dns` are its name constraints; None means that it permits every DNS name.
    `is_server_auth` counts the usage “any”, `is_server_auth_by_name` does not; both are true where no usage is named.
    `has_issuer_address`: it says where its issuer's certificate can be fetched over HTTP.
    `key_kind` is for people and for clients with key tables: `RSA-2048`, `EC-P-256`, `Ed25519`, `other`.
    """

    der: bytes
    sha256: bytes
    sha1: bytes
    spki: bytes
    spki_sha256: bytes
    spki_sha1: bytes
    raw_key: bytes
    subject: bytes
    issuer: bytes
    subject_text: str
    issuer_text: str
    common_name: str | None
    serial: int
    not_before: datetime
    not_after: datetime
    dns_names: tuple[str, ...]
    ip_addresses: tuple[str, ...]
    key_kind: str
    signature_algorithm: str
    is_ca: bool
    path_length: int | None
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    authority_serial: int | None
    authority_issuer: bytes | None
    can_sign_certificates: bool
    is_server_auth: bool
    is_server_auth_by_name: bool
    has_extensions: bool
    has_basic_constraints: bool
    has_key_usage: bool
    permitted_dns: tuple[str, ...] | None = None
    excluded_dns: tuple[str, ...] = ()
    has_issuer_address: bool = False

    @property
    def is_self_issued(self) -> bool:
        """Subject and issuer are the same name; a self-signed certificate is one whose own key signed it as well."""
        return self.subject == self.issuer or read_name(self.subject).comparable == read_name(self.issuer).comparable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __repr__(self) -> str:
        return f"<Certificate {self.sha256.hex()[:8]} {self.subject_text}, issued by {self.issuer_text}>"


@dataclass(frozen=True, slots=True, eq=False)
class UnknownCertificate:
    """A certificate of a future chain of which little or nothing is known; it equals nothing but itself.

    A registered CSR, key or hash fills `spki_sha256` (and what follows from it), a registered fingerprint `sha256`.
    `key_kind` is known wherever the key itself is. `subject` and `issuer` (DER names) are there where it is certain
    that they stay: an intermediate issued anew, a leaf whose issuer is known by name alone.
    """

    role: Role
    sha256: bytes | None = None
    sha1: bytes | None = None
    spki_sha256: bytes | None = None
    spki_sha1: bytes | None = None
    raw_key: bytes | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_kind: str | None = None
    subject: bytes | None = None
    issuer: bytes | None = None


ChainCertificate = Certificate | UnknownCertificate


class Outline(NamedTuple):
    """As much of a certificate as finds it among others; it takes a fifth of the time of reading all of it."""

    der: bytes
    sha256: bytes
    subject: bytes
    spki: bytes


def outline(source: bytes) -> Outline:
    subject, key = _fields(source)[4:6]
    return Outline(source, hashlib.sha256(source).digest(), subject.raw, key.raw)


def parse_certificate(source: bytes) -> Certificate:
    """One certificate in DER. Odd but harmless contents (a negative serial, a name that is no UTF-8) are facts."""
    if len(source) > MAXIMUM_CERTIFICATE_BYTES:
        raise PinError(
            f"The certificate is larger than {MAXIMUM_CERTIFICATE_BYTES // 1024} kB; no device takes that. "
            "Check that the file is a certificate.",
            code="too_large",
        )
    pem.refuse_private_key(source)
    return _assemble(source, _fields(source))


def _fields(source: bytes) -> list[der.Element]:
    """Of the TBSCertificate, without its version."""
    body = der.read_children(der.read_whole(source).expect(der.SEQUENCE), at_least=3)[0].expect(der.SEQUENCE)
    fields = [one for one in der.read_children(body, at_least=6) if one.tag != VERSION]
    if len(fields) < 6:
        raise der.damaged("a certificate lacks one of its fields")
    return fields


def parse_certificates(source: bytes) -> tuple[Certificate, ...]:
    """Every certificate of a PEM bundle, a DER file or the base64 of one, in order; at least one, or PinError."""
    found = []
    for block in pem.read_blocks(source):
        if block.label not in LABELS:
            continue
        try:
            found.append(parse_certificate(block.body))
        except PinError as error:
            raise PinError(error.sentence, block.place, code=error.code) from None
    if not found:
        raise PinError(
            "This holds no certificate. Give PEM text with BEGIN CERTIFICATE lines, or a DER file.", code="unreadable"
        )
    return tuple(found)


def _assemble(source: bytes, fields: list[der.Element]) -> Certificate:
    serial, algorithm, issuer, validity, subject, key = fields[:6]
    not_before, not_after = (der.instant(one) for one in der.read_children(validity, at_least=2)[:2])
    public_key = read_key(key.raw)
    subject_name, issuer_name = read_name(subject.raw), read_name(issuer.raw)
    return Certificate(
        der=source,
        sha256=hashlib.sha256(source).digest(),
        sha1=hashlib.sha1(source, usedforsecurity=False).digest(),
        spki=public_key.spki,
        spki_sha256=public_key.spki_sha256,
        spki_sha1=public_key.spki_sha1,
        raw_key=public_key.raw_key,
        subject=subject.raw,
        issuer=issuer.raw,
        subject_text=subject_name.text,
        issuer_text=issuer_name.text,
        common_name=subject_name.common_name,
        serial=der.integer(serial),
        not_before=not_before,
        not_after=not_after,
        key_kind=public_key.key_kind,
        signature_algorithm=signatures.algorithm_name(
            der.object_id(der.read_children(algorithm.expect(der.SEQUENCE), at_least=1)[0])
        ),
        **_extensions(fields[6:]),
    )


def _extensions(rest: list[der.Element]) -> Facts:
    for field in rest:
        if field.tag == EXTENSIONS:
            return read_extensions(der.read_children(field, at_least=1)[0])
    return ABSENT
