"""Whose pin is it: a digest against every identifier of the certificates and keys that are known."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pins.certificate import Certificate
from pins.keys import pem_sha256
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind
from pins.trust import TrustStore


class PinRole(StrEnum):
    """What a pin pins. `backup` is a registered key that no certificate has yet."""

    LEAF = "leaf"
    INTERMEDIATE = "intermediate"
    ROOT = "root"
    BACKUP = "backup"
    PLACEHOLDER = "placeholder"
    UNKNOWN = "unknown"


class Identifier(StrEnum):
    """Over what a matching digest was computed."""

    SPKI_SHA256 = "spki_sha256"
    SPKI_SHA1 = "spki_sha1"
    CERTIFICATE_SHA256 = "certificate_sha256"
    CERTIFICATE_SHA1 = "certificate_sha1"
    RAW_KEY = "raw_key"
    PEM_SHA256 = "pem_sha256"


class OwnerKind(StrEnum):
    """Who decides when a key goes: the vendor of the platform, a customer, or the authority that it belongs to."""

    PLATFORM = "platform"
    CUSTOMER = "customer"
    AUTHORITY = "authority"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Owner:
    kind: OwnerKind = OwnerKind.UNKNOWN
    name: str = ""


NOBODY = Owner()


@dataclass(frozen=True, slots=True)
class Identity:
    """`identifier` says what the digest is of; `is_intended` that it is what such a pin should be the hash of."""

    role: PinRole
    owner: Owner = NOBODY
    certificate: Certificate | None = None
    label: str = ""
    identifier: Identifier | None = None
    is_intended: bool = True


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A registered public key (from a CSR, a key file or a bare hash) that need not be in any certificate yet.

    `certificate_sha256` where it is only a fingerprint that was registered.
    """

    label: str
    owner: Owner = NOBODY
    spki: bytes = b""
    raw_key: bytes = b""
    spki_sha256: bytes = b""
    spki_sha1: bytes = b""
    certificate_sha256: bytes = b""


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Every identifier that a pin can match. Build it once with `know` and ask it often.

    `ends`: when the last certificate with this identifier ends, since several can have one key.
    """

    by_identifier: Mapping[bytes, Identity]
    ends: Mapping[bytes, datetime] = field(default_factory=dict)


UNKNOWN = Identity(PinRole.UNKNOWN)
NOTHING_KNOWN = KnownKeys({})
_ORGANISATION = re.compile(r"(?:^|[,+])O=((?:\\.|[^,+\\])+)")  # RFC 4514 §2.4
_INTENDED = {one: Identifier(one.value) for one in PinKind}


def know(
    certificates: Iterable[Certificate] = (),
    *,
    keys: Iterable[KnownKey] = (),
    stores: Iterable[TrustStore] = (),
    owners: Mapping[bytes, Owner] | None = None,
) -> KnownKeys:
    """`owners` maps the SHA-256 of a certificate, or of its key, to whoever decides when it goes; an authority that is
    not in it belongs to itself. A certificate beats a bare key, an earlier one a later.

    Anchors of `stores` are roots, whatever else they look like.
    """
    found: dict[bytes, Identity] = {}
    ends: dict[bytes, datetime] = {}
    names = owners or {}
    for store in stores:
        for anchor in store.anchors:
            _add(found, ends, _identity(anchor, PinRole.ROOT, names), anchor)
    for certificate in certificates:
        _add(found, ends, _identity(certificate, _role(certificate), names), certificate)
    for key in keys:
        _add_key(found, key)
    return KnownKeys(found, ends)


def identify(pin: Pin, known: KnownKeys = NOTHING_KNOWN) -> Identity:
    """What the pin pins, from its decoded bytes; a hash of nothing and a placeholder are told without any knowledge.

    A pin that holds a whole certificate is known by it, also where nobody has seen that certificate.
    """
    if pin.certificate is not None and pin.digest not in known.by_identifier:
        identifier = _INTENDED[pin.kind]
        return _named(_identity(pin.certificate, _role(pin.certificate), {}), identifier)
    return identify_digest(pin.digest, known, pin.kind, body=pin.text.removeprefix("sha256/").removeprefix("sha1/"))


def identify_digest(digest: bytes | None, known: KnownKeys, kind: PinKind, *, body: str = "") -> Identity:
    if digest is None:
        return UNKNOWN
    found = known.by_identifier.get(digest)
    if found is not None:
        return _with_intent(found, kind)
    text = body or base64.b64encode(digest).decode()
    problem = pin_problem(text, digest, kind)
    if problem in ("placeholder_pin", "hash_of_empty_input", "hash_of_newline"):
        return Identity(PinRole.PLACEHOLDER, label=problem)
    return UNKNOWN


def _role(certificate: Certificate) -> PinRole:
    if not certificate.is_ca:
        return PinRole.LEAF
    return PinRole.ROOT if certificate.is_self_issued else PinRole.INTERMEDIATE


def _identity(certificate: Certificate, role: PinRole, owners: Mapping[bytes, Owner]) -> Identity:
    owner = owners.get(certificate.sha256) or owners.get(certificate.spki_sha256) or NOBODY
    name = certificate.common_name or certificate.subject_text
    if owner is NOBODY and role is not PinRole.LEAF:
        owner = Owner(OwnerKind.AUTHORITY, _organisation(certificate) or name)
    return Identity(role, owner, certificate, name)


def _organisation(certificate: Certificate) -> str:
    found = _ORGANISATION.search(certificate.subject_text)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else ""


def _add(
    found: dict[bytes, Identity], ends: dict[bytes, datetime], identity: Identity, certificate: Certificate
) -> None:
    digests = {
        certificate.spki_sha256: Identifier.SPKI_SHA256,
        certificate.spki_sha1: Identifier.SPKI_SHA1,
        certificate.sha256: Identifier.CERTIFICATE_SHA256,
        certificate.sha1: Identifier.CERTIFICATE_SHA1,
        certificate.raw_key: Identifier.RAW_KEY,
        pem_sha256(certificate.spki): Identifier.PEM_SHA256,
    }
    for digest, identifier in digests.items():
        found.setdefault(digest, _named(identity, identifier))
        ends[digest] = max(certificate.not_after, ends.get(digest, certificate.not_after))


def _add_key(found: dict[bytes, Identity], key: KnownKey) -> None:
    digests = {
        key.spki_sha256: Identifier.SPKI_SHA256,
        key.spki_sha1: Identifier.SPKI_SHA1,
        key.raw_key: Identifier.RAW_KEY,
        key.certificate_sha256: Identifier.CERTIFICATE_SHA256,
        pem_sha256(key.spki) if key.spki else b"": Identifier.PEM_SHA256,
    }
    for digest, identifier in digests.items():
        if digest:
            found.setdefault(digest, _named(Identity(PinRole.BACKUP, key.owner, None, key.label), identifier))


def _named(identity: Identity, identifier: Identifier) -> Identity:
    return replace(identity, identifier=identifier)


def _with_intent(found: Identity, kind: PinKind) -> Identity:
    return replace(found, is_intended=found.identifier is _INTENDED[kind])
