"""An in-memory certification authority: every certificate a test needs, good or deliberately faulty, and its key.

root = Authority.root("Root")
issuing = root.authority("Issuing CA")
leaf = issuing.leaf("www.example.com", "*.example.com")
leaf.facts, leaf.pem, leaf.key_pem; pem(leaf, issuing)
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from ipaddress import ip_address
from itertools import count
from typing import Literal, Self, TypedDict, Unpack

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from pins.certificate import Certificate, parse_certificate
from tests.wide_rsa import rsa_8192

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
KeyKind = Literal["P-256", "P-384", "P-521", "RSA-1024", "RSA-2048", "RSA-3072", "RSA-4096", "RSA-8192", "Ed25519"]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CA_FROM, CA_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
LEAF_FROM, LEAF_UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC)
CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}

_serials = count(1000)


class Options(TypedDict, total=False):
    """Every wish has a default that gives a certificate which all platforms accept."""

    key: PrivateKey | KeyKind
    common_name: str | None  # None: an empty subject
    subject: x509.Name
    not_before: datetime
    not_after: datetime
    serial: int
    is_ca: bool
    path_length: int | None
    can_sign: bool
    usages: tuple[x509.ObjectIdentifier, ...]  # empty: no extended key usage extension
    permitted: tuple[str, ...]  # name constraints, DNS
    excluded: tuple[str, ...]
    has_extensions: bool
    has_key_ids: bool
    issuer_address: str  # where the certificate of its issuer can be fetched


def private_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make_key(kind: KeyKind = "P-256", label: str = "") -> PrivateKey:
    """Fresh for curves; RSA keys are slow to make, so that one per kind and label is kept for the whole run."""
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind])
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "RSA-8192":
        return rsa_8192()
    return _rsa_key(int(kind.removeprefix("RSA-")), label)


@cache
def _rsa_key(bits: int, label: str) -> rsa.RSAPrivateKey:
    """`label` keeps two keys of one size apart in the cache."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return private_pem(self.key)

    @property
    def public_key_der(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def public_key_pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def facts(self) -> Certificate:
        return parse_certificate(self.der)


@dataclass(frozen=True)
class Authority(Issued):
    """A certification authority: root, intermediate or the cross certificate of one."""

    @classmethod
    def root(cls, name: str = "Test Root", **options: Unpack[Options]) -> Self:
        key = _key_of(options)
        wishes = _ca_defaults(name, options)
        return cls(_sign(wishes, key, (), wishes["subject"], key), key)

    def authority(self, name: str = "Test CA", **options: Unpack[Options]) -> "Authority":
        key = _key_of(options)
        return Authority(self._issue(_ca_defaults(name, options), key, ()), key)

    def cross_sign(self, other: "Authority", **options: Unpack[Options]) -> "Authority":
        """The same subject and key as `other`, issued by this authority."""
        wishes = _ca_defaults("Cross", {"subject": other.certificate.subject, **options})
        return Authority(self._issue(wishes, other.key, ()), other.key)

    def reissue(self, other: "Authority", **options: Unpack[Options]) -> "Authority":
        """A new certificate for `other`'s subject and key; a root reissues itself."""
        return self.cross_sign(other, **options)

    def leaf(self, *names: str, **options: Unpack[Options]) -> Issued:
        """A server certificate for host names and IP addresses; its common name is the first name."""
        key = _key_of(options)
        first = names[0] if names else None
        defaults = Options(common_name=first, usages=(ExtendedKeyUsageOID.SERVER_AUTH,), is_ca=False, can_sign=False)
        return Issued(self._issue({**defaults, **options}, key, names), key)

    def renew(self, leaf: Issued, *names: str, **options: Unpack[Options]) -> Issued:
        """A new leaf on the key of an older one."""
        options["key"] = leaf.key
        return self.leaf(*names, **options)

    def _issue(self, wishes: Options, key: PrivateKey, names: tuple[str, ...]) -> x509.Certificate:
        return _sign(wishes, key, names, self.certificate.subject, self.key)


def self_signed(*names: str, **options: Unpack[Options]) -> Issued:
    """A server certificate that is its own issuer."""
    key = _key_of(options)
    subject = _name(names[0])
    defaults = Options(subject=subject, usages=(ExtendedKeyUsageOID.SERVER_AUTH,), is_ca=False, can_sign=False)
    return Issued(_sign({**defaults, **options}, key, names, subject, key), key)


def csr(*names: str, key: PrivateKey | KeyKind = "P-256", common_name: str | None = None) -> bytes:
    """A certificate signing request, DER."""
    private = key if not isinstance(key, str) else make_key(key)
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(common_name or (names[0] if names else None)))
    if names:
        builder = builder.add_extension(_alternative_names(names), critical=False)
    return builder.sign(private, _hash_for(private)).public_bytes(Encoding.DER)


def pem(*certificates: Issued) -> bytes:
    return b"".join(one.pem for one in certificates)


def facts(*certificates: Issued) -> tuple[Certificate, ...]:
    return tuple(one.facts for one in certificates)


def _key_of(options: Options) -> PrivateKey:
    key = options.get("key", "P-256")
    return make_key(key) if isinstance(key, str) else key


def _ca_defaults(name: str, options: Options) -> Options:
    defaults = Options(subject=_name(name), is_ca=True, can_sign=True, not_before=CA_FROM, not_after=CA_UNTIL)
    return {**defaults, **options}


def _name(common_name: str | None) -> x509.Name:
    if common_name is None:
        return x509.Name([])
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _sign(
    wishes: Options, key: PrivateKey, names: tuple[str, ...], issuer: x509.Name, issuer_key: PrivateKey
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(wishes["subject"] if "subject" in wishes else _name(wishes.get("common_name")))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(wishes.get("serial") or next(_serials))
        .not_valid_before(wishes.get("not_before", LEAF_FROM))
        .not_valid_after(wishes.get("not_after", LEAF_UNTIL))
    )
    if wishes.get("has_extensions", True):
        for extension, is_critical in _extensions(wishes, key, names, issuer_key):
            builder = builder.add_extension(extension, is_critical)
    return builder.sign(issuer_key, _hash_for(issuer_key))


def _extensions(
    wishes: Options, key: PrivateKey, names: tuple[str, ...], issuer_key: PrivateKey
) -> list[tuple[x509.ExtensionType, bool]]:
    is_ca = wishes.get("is_ca", False)
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_ca, path_length=wishes.get("path_length")), True),
        (_key_usage(can_sign=wishes.get("can_sign", False)), True),
    ]
    if names:
        found.append((_alternative_names(names), False))
    if usages := wishes.get("usages"):
        found.append((x509.ExtendedKeyUsage(usages), False))
    if "permitted" in wishes or "excluded" in wishes:
        found.append((_name_constraints(wishes), True))
    if address := wishes.get("issuer_address"):
        found.append((_issuer_address(address), False))
    if wishes.get("has_key_ids", True):
        found.append((x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
        found.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False))
    return found


def _issuer_address(address: str) -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier(address)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)])


def _key_usage(*, can_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not can_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=can_sign,
        crl_sign=can_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _name_constraints(wishes: Options) -> x509.NameConstraints:
    permitted = [x509.DNSName(name) for name in wishes.get("permitted", ())]
    excluded = [x509.DNSName(name) for name in wishes.get("excluded", ())]
    return x509.NameConstraints(permitted or None, excluded or None)


def _alternative_names(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general_name(name) for name in names])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _hash_for(key: PrivateKey) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
