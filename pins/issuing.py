"""Which certificate can have issued which: candidates by name, signatures, and the budget of one search."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pins import signatures
from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.distinguished import Name, is_same_name, read_name
from pins.trust import TrustStore

MAXIMUM_DEPTH = 21  # Conscrypt TrustManagerImpl.java: twenty certificates below the anchor
SIGNATURE_BUDGET = 256
REMEMBERED_SIGNATURES = 65_536

_signed: dict[tuple[bytes, bytes], bool] = {}


class Trail(NamedTuple):
    """Certificates from the leaf upwards; those from `anchored_at` on were taken from the trust store."""

    certificates: tuple[ChainCertificate, ...]
    anchored_at: int | None = None

    @property
    def last(self) -> ChainCertificate:
        return self.certificates[-1]

    @property
    def is_anchored(self) -> bool:
        return self.anchored_at is not None

    def to(self, certificate: Certificate) -> "Trail":
        return Trail((*self.certificates, certificate), self.anchored_at)

    def to_anchor(self, anchor: Certificate) -> "Trail":
        at = len(self.certificates) if self.anchored_at is None else self.anchored_at
        return Trail((*self.certificates, anchor), at)


@dataclass(slots=True)
class Search:
    """One search: what the server sends behind the start, what the device knows, and what is left of the budget.

    A start that is a placeholder counts as issued by `head`, the first real certificate behind it, and so by
    every certificate with that subject and key. `may_use` prunes candidates that no valid path can contain.
    """

    start: tuple[ChainCertificate, ...]
    served: tuple[Certificate, ...]
    extra: tuple[Certificate, ...]
    store: TrustStore
    instant: datetime
    may_use: Callable[[Certificate], bool]
    checks_left: int = field(default=SIGNATURE_BUDGET)

    @property
    def head(self) -> Certificate:
        return self.served[0]

    @property
    def is_out_of_budget(self) -> bool:
        return self.checks_left < 0

    def issuer_name(self, certificate: ChainCertificate) -> Name:
        return read_name(self.head.subject if isinstance(certificate, UnknownCertificate) else certificate.issuer)

    def anchors_above(self, certificate: ChainCertificate) -> tuple[Certificate, ...]:
        """Anchors with the right name; whether they issued it is still open."""
        return self.store.named(self.issuer_name(certificate))

    def above(self, certificate: ChainCertificate, candidates: Iterable[Certificate]) -> Iterator[Certificate]:
        """Those with the right name that may stand in a path."""
        name = self.issuer_name(certificate).comparable
        return (one for one in candidates if read_name(one.subject).comparable == name and self.may_use(one))

    def issuers(self, trail: Trail, candidates: Iterable[Certificate]) -> Iterator[Certificate]:
        """Those not used yet whose key signed the last certificate; each check costs one of the budget."""
        if len(trail.certificates) >= MAXIMUM_DEPTH:
            return
        for candidate in candidates:
            if candidate in trail.certificates:
                continue
            self.checks_left -= 1
            if self.is_out_of_budget:
                return
            if self.is_issued(trail.last, candidate):
                yield candidate

    def is_issued(self, certificate: ChainCertificate, issuer: Certificate) -> bool:
        if isinstance(certificate, UnknownCertificate):
            return issuer.spki == self.head.spki
        return is_signed_by(certificate, issuer)


def is_signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """The signature alone, remembered for the life of the process: the bytes decide, so it never changes."""
    key = (issuer.spki_sha256, certificate.sha256)
    known = _signed.get(key)
    if known is None:
        if len(_signed) >= REMEMBERED_SIGNATURES:
            _signed.clear()
        known = _signed[key] = signatures.is_valid(certificate.der, issuer.spki)
    return known


def forget_signatures() -> None:
    """For benchmarks, which measure the first look as well."""
    _signed.clear()


def may_be_issuer(issuer: Certificate, certificate: Certificate) -> bool:
    """By what the certificate says of its issuer's key and number; what either leaves unsaid contradicts nothing."""
    # OpenSSL 3 crypto/x509/v3_purp.c X509_check_akid
    wanted = certificate.authority_key_id
    return (
        (wanted is None or issuer.subject_key_id in (None, wanted))
        and certificate.authority_serial in (None, issuer.serial)
        and (certificate.authority_issuer is None or is_same_name(certificate.authority_issuer, issuer.issuer))
    )


def is_self_signed(certificate: ChainCertificate) -> bool:
    """By name and identifiers; the signature on an anchor's own certificate means nothing."""
    if isinstance(certificate, UnknownCertificate) or not certificate.is_self_issued:
        return False
    fits_key = signatures.fits_key(certificate.signature_algorithm, certificate.key_kind)
    return fits_key and may_be_issuer(certificate, certificate)
