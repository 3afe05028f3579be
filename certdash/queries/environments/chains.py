"""Chains as pages show them: each certificate with role, name, hash and days, and the difference between two chains."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Certificate, ChainLink
from certdash.queries.formatting import HashText, certificate_hash, full_day
from pins.lifetimes import lifetime_days


@dataclass(frozen=True, slots=True)
class CertificateRow:
    sha256: str
    role: str
    name: str
    issuer: str
    key_kind: str
    hash: HashText
    validity: str
    is_expired: bool


Links = dict[int, tuple[Certificate, ...]]


def links_of(chain_ids: Collection[int]) -> Links:
    """The certificates of each chain, leaf first, in one statement."""
    found: dict[int, list[Certificate]] = defaultdict(list)
    rows = ChainLink.objects.filter(chain__in=chain_ids).select_related("certificate").defer("certificate__der")
    for link in rows.order_by("chain", "position"):
        found[link.chain_id].append(link.certificate)
    return {pk: tuple(certificates) for pk, certificates in found.items()}


def role_of(certificate: Certificate, position: int) -> str:
    if position == 0:
        return "leaf"
    return "root" if certificate.subject == certificate.issuer else "intermediate"


def certificate_rows(certificates: Collection[Certificate], now: datetime) -> tuple[CertificateRow, ...]:
    return tuple(certificate_row(one, role_of(one, at), now) for at, one in enumerate(certificates))


def certificate_row(one: Certificate, role: str, now: datetime) -> CertificateRow:
    days = lifetime_days(one.not_before, one.not_after)
    return CertificateRow(
        sha256=one.sha256,
        role=role,
        name=one.common_name or one.subject,
        issuer=one.issuer_name or one.issuer,
        key_kind=one.key_kind,
        hash=certificate_hash(one, role),
        validity=f"{days:,} days, until {full_day(one.not_after)}",
        is_expired=one.not_after < now,
    )


def difference(before: Collection[Certificate], after: Collection[Certificate]) -> str:
    """What a change did to pins: `same key, new intermediate`; a root only where the server sends it."""
    old, new = list(before), list(after)
    if not old or not new:
        return "first chain seen"
    parts = [_compared("certificate" if old[0].sha256 == new[0].sha256 else "key", old[0], new[0])]
    if old[1:] and new[1:]:
        parts.append(_compared("intermediate", old[1], new[1]))
    if old[2:] and new[2:]:
        parts.append(_compared("root", old[-1], new[-1]))
    is_prefix = all(one.sha256 == other.sha256 for one, other in zip(old, new, strict=False))
    if is_prefix and len(old) != len(new):
        parts.append("with more of the chain" if len(new) > len(old) else "with less of the chain")
    return ", ".join(parts)


def _compared(what: str, old: Certificate, new: Certificate) -> str:
    return f"{'same' if old.spki_sha256 == new.spki_sha256 else 'new'} {what}"
