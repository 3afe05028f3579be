"""The lab's certification authority: issues what the story asks for and keeps it for the next start."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
KeyKind = Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A certificate by its file name: of a host where `hosts` is given, of an authority otherwise.

    `issuer` names an earlier certificate, empty means self-signed. `key_of` reuses the key of an earlier certificate
    (a renewal with the same key, a cross-signed root).
    """

    name: str
    common_name: str
    not_before: datetime
    not_after: datetime
    issuer: str = ""
    hosts: tuple[str, ...] = ()
    key_kind: KeyKind = "p256"
    key_of: str = ""
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A kept certificate and its key."""

    name: str
    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, slots=True)
class Authority:
    """Certificates and keys as `<name>.pem` and `<name>.key` in one folder; what exists is never issued again."""

    folder: Path

    def issue(self, wanted: Wanted) -> Issued:
        if self.has(wanted.name):
            return self.load(wanted.name)
        key = self.load(wanted.key_of).key if wanted.key_of else new_key(wanted.key_kind)
        issuer = self.load(wanted.issuer) if wanted.issuer else None
        issued = Issued(wanted.name, _sign(wanted, key, issuer), key)
        self._keep(issued)
        return issued

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.pem").exists()

    def load(self, name: str) -> Issued:
        certificate = x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())
        source = (self.folder / f"{name}.key").read_bytes()
        # The key is this lab's own; checking it again takes longer than everything else here.
        key = load_pem_private_key(source, password=None, unsafe_skip_rsa_key_validation=True)
        return Issued(name, certificate, cast(PrivateKey, key))

    def _keep(self, issued: Issued) -> None:
        """The key first: a certificate without its key would be taken for complete by the next start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        key = self.folder / f"{issued.name}.key"
        key.touch(mode=0o600)
        key.write_bytes(issued.key_pem)
        unfinished = self.folder / f"{issued.name}.pem.new"
        unfinished.write_text(issued.pem)
        unfinished.replace(self.folder / f"{issued.name}.pem")


def new_key(kind: KeyKind) -> PrivateKey:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("rsa")))
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def _sign(wanted: Wanted, key: PrivateKey, issuer: Issued | None) -> x509.Certificate:
    subject = _name(wanted)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.not_before)
        .not_valid_after(wanted.not_after)
    )
    for extension, is_critical in _extensions(wanted, key, signer):
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(signer, hashes.SHA256())


def _name(wanted: Wanted) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, wanted.common_name)]
    if wanted.organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, wanted.organization))
    return x509.Name(attributes)


def _extensions(wanted: Wanted, key: PrivateKey, signer: PrivateKey) -> list[tuple[x509.ExtensionType, bool]]:
    is_authority = not wanted.hosts
    shared: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_authority, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False),
        (_key_usage(is_authority), True),
    ]
    if is_authority:
        return shared
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in wanted.hosts])
    return [*shared, (names, False), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)]


def _key_usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
