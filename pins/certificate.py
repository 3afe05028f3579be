"""Facts of one certificate, parsed once, with every identifier a pin can be computed from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["leaf", "intermediate", "root"]


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """A parsed certificate; equal to another when their DER is. Instants are aware and in UTC.

    `spki` is the DER SubjectPublicKeyInfo as it stands in the certificate, `raw_key` the contents of its BIT STRING.
    `subject` and `issuer` are DER names for comparison, their `_text` twins RFC 4514 strings for people.
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
    can_sign_certificates: bool
    is_server_auth: bool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


@dataclass(frozen=True, slots=True, eq=False)
class UnknownCertificate:
    """A certificate of a future chain of which little or nothing is known; it equals nothing but itself.

    A registered CSR, key or hash fills `spki_sha256` (and what follows from it), a registered fingerprint `sha256`.
    """

    role: Role
    sha256: bytes | None = None
    sha1: bytes | None = None
    spki_sha256: bytes | None = None
    spki_sha1: bytes | None = None
    raw_key: bytes | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None


ChainCertificate = Certificate | UnknownCertificate
