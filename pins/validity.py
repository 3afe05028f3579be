"""What a device finds wrong with a path that it has built: dates, authority rights, name constraints, strength."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from pins import lifetimes, signatures
from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decision import Reason
from pins.issuing import Trail
from pins.trust import TrustStore

APPLE_LIMIT_FROM, APPLE_LIMIT = datetime(2019, 7, 1, tzinfo=UTC), 825  # Apple HT210176, private authorities too
APPLE_PUBLIC_LIMIT_FROM, APPLE_PUBLIC_LIMIT = datetime(2020, 9, 1, tzinfo=UTC), 398  # Apple HT211025


class Strictness(NamedTuple):
    """Where platforms differ about a path that is built."""

    checks_anchor_dates: bool
    checks_anchor_limits: bool  # path length, name constraints, the right to sign
    checks_usage_of_authorities: bool
    takes_any_usage: bool  # anyExtendedKeyUsage where serverAuth is not named
    limits_lifetime: bool
    smallest_rsa: int
    takes_other_keys: bool  # neither RSA nor a named curve
    trusts_anchors_alone: bool  # a path of nothing but anchors is not validated at all


CONSCRYPT = Strictness(  # Conscrypt TrustManagerImpl.java, ChainStrengthAnalyzer.java
    checks_anchor_dates=False,
    checks_anchor_limits=False,
    checks_usage_of_authorities=False,
    takes_any_usage=True,
    limits_lifetime=False,
    smallest_rsa=1024,
    takes_other_keys=False,
    trusts_anchors_alone=True,
)
OPENSSL = Strictness(  # OpenSSL 3 crypto/x509/x509_vfy.c at security level 1
    checks_anchor_dates=True,
    checks_anchor_limits=True,
    checks_usage_of_authorities=True,
    takes_any_usage=False,
    limits_lifetime=False,
    smallest_rsa=1024,
    takes_other_keys=True,
    trusts_anchors_alone=False,
)
APPLE = Strictness(  # Apple SecPolicyServer.c; HT210176
    checks_anchor_dates=True,
    checks_anchor_limits=False,
    checks_usage_of_authorities=False,
    takes_any_usage=True,
    limits_lifetime=True,
    smallest_rsa=2048,
    takes_other_keys=False,
    trusts_anchors_alone=False,
)


def fault_of(trail: Trail, store: TrustStore, instant: datetime, strictness: Strictness) -> Reason | None:
    """The first fault from the leaf upwards, None for a valid path."""
    return next(_faults(trail, store, instant, strictness), None)


def _faults(trail: Trail, store: TrustStore, instant: datetime, strictness: Strictness) -> Iterator[Reason]:
    everything, untrusted = trail.certificates, trail.certificates[: trail.anchored_at]
    if not untrusted and strictness.trusts_anchors_alone:
        return
    for certificate in everything if strictness.checks_anchor_dates else untrusted:
        yield from date_faults(certificate, instant)
    for position, certificate in enumerate(everything):
        if isinstance(certificate, Certificate):
            yield from _usage_faults(certificate, position, strictness)
            if position < len(untrusted):
                yield from _own_faults(certificate, position, strictness)
            elif position and strictness.checks_anchor_limits and not _may_be_anchor(certificate, everything):
                yield _not_an_authority(certificate)
    limited = everything if strictness.checks_anchor_limits else untrusted
    yield from _path_length_faults(limited)
    leaf = everything[0]
    if isinstance(leaf, Certificate):
        yield from _name_faults(leaf, limited[1:])
        if strictness.limits_lifetime:
            yield from _lifetime_faults(leaf, store)


def date_faults(certificate: ChainCertificate, instant: datetime) -> Iterator[Reason]:
    who = name_of(certificate)
    if certificate.not_after is not None and instant > certificate.not_after:
        yield Reason(
            "expired",
            f"The certificate {who} expired on {day(certificate.not_after)}, so devices refuse the connection. "
            "Install a renewed one.",
        )
    if certificate.not_before is not None and instant < certificate.not_before:
        yield Reason(
            "not_yet_valid",
            f"The certificate {who} is valid only from {day(certificate.not_before)}, so devices refuse it until then. "
            "Serve the older one as long.",
        )


def _usage_faults(certificate: Certificate, position: int, strictness: Strictness) -> Iterator[Reason]:
    is_server_auth = certificate.is_server_auth if strictness.takes_any_usage else certificate.is_server_auth_by_name
    if not is_server_auth and (position == 0 or strictness.checks_usage_of_authorities):
        yield Reason(
            "not_server_auth",
            f"The certificate {name_of(certificate)} is not meant for servers (its extended key usage lacks "
            "serverAuth), so devices refuse it. Ask the authority for a server certificate.",
        )


def _own_faults(certificate: Certificate, position: int, strictness: Strictness) -> Iterator[Reason]:
    if position and not (certificate.is_ca and certificate.can_sign_certificates):
        yield _not_an_authority(certificate)
    yield from _key_faults(certificate, strictness)


def _may_be_anchor(certificate: Certificate, path: tuple[ChainCertificate, ...]) -> bool:
    """The last certificate may leave its rights unsaid: an old root has no extensions, another only a key usage."""
    # OpenSSL 3 crypto/x509/v3_purp.c check_ca
    if certificate.has_basic_constraints or certificate is not path[-1]:
        return certificate.is_ca and certificate.can_sign_certificates
    is_old_root = certificate.is_self_issued and not certificate.has_extensions
    return certificate.can_sign_certificates and (certificate.has_key_usage or is_old_root)


def _not_an_authority(certificate: Certificate) -> Reason:
    return Reason(
        "not_an_authority",
        f"{name_of(certificate)} signed another certificate without the right to do so, so devices refuse the chain. "
        "Get the certificate from a proper authority.",
    )


def _key_faults(certificate: Certificate, strictness: Strictness) -> Iterator[Reason]:
    who, bits = name_of(certificate), rsa_bits(certificate)
    if bits is not None and bits < strictness.smallest_rsa:
        yield Reason(
            "weak_key",
            f"The key of {who} has {bits} bits and devices ask for at least {strictness.smallest_rsa}, so they refuse "
            "the chain. Renew it with a stronger key.",
        )
    if not strictness.takes_other_keys and not certificate.key_kind.startswith(("RSA-", "EC-")):
        yield Reason(
            "unsupported_key",
            f"The key of {who} is of a type that these devices do not know, so they refuse the chain. "
            "Renew it with an RSA-2048 or P-256 key.",
        )


def _path_length_faults(certificates: tuple[ChainCertificate, ...]) -> Iterator[Reason]:
    """RFC 5280 §4.2.1.9: authorities below that are not self-issued count, the leaf does not."""
    below = 0
    for certificate in certificates[1:]:
        if isinstance(certificate, UnknownCertificate):
            below += 1
            continue
        if certificate.path_length is not None and below > certificate.path_length:
            yield Reason(
                "path_length",
                f"{name_of(certificate)} may have {certificate.path_length} authorities below it and has {below}, so "
                "devices refuse the chain. Serve a chain that respects the limit.",
            )
        below += not certificate.is_self_issued


def _name_faults(leaf: Certificate, authorities: tuple[ChainCertificate, ...]) -> Iterator[Reason]:
    """RFC 5280 §4.2.1.10, DNS names only; those of anchors are not looked at."""
    for authority in authorities:
        if isinstance(authority, Certificate) and (name := _forbidden_name(leaf, authority)):
            yield Reason(
                "name_constraints",
                f"{name_of(authority)} may not issue certificates for {name}, so devices refuse the chain. "
                "Use an authority without that limit.",
            )


def _forbidden_name(leaf: Certificate, authority: Certificate) -> str | None:
    for name in leaf.dns_names:
        is_permitted = authority.permitted_dns is None or _is_under(name, authority.permitted_dns)
        if not is_permitted or _is_under(name, authority.excluded_dns):
            return name
    return None


def _is_under(name: str, bases: tuple[str, ...]) -> bool:
    dotted = f".{name.lower().removeprefix('*.')}"
    return any(not base or dotted.endswith(f".{base.removeprefix('.')}") for base in bases)


def _lifetime_faults(leaf: Certificate, store: TrustStore) -> Iterator[Reason]:
    days = lifetimes.lifetime_days(leaf.not_before, leaf.not_after)
    limit = None
    if leaf.not_before >= APPLE_LIMIT_FROM:
        limit = APPLE_LIMIT
    if store.is_public and leaf.not_before >= APPLE_PUBLIC_LIMIT_FROM:
        limit = APPLE_PUBLIC_LIMIT
    if limit is not None and days > limit:
        yield Reason(
            "lifetime_over_limit",
            f"The certificate {name_of(leaf)} is valid for {days} days and Apple's devices accept {limit}. "
            "Replace it with a shorter-lived one.",
        )


def rsa_bits(certificate: Certificate) -> int | None:
    kind, _, bits = certificate.key_kind.partition("-")
    return int(bits) if kind == "RSA" else None


def has_weak_signature(certificate: Certificate) -> bool:
    return signatures.is_weak(certificate.signature_algorithm)


def name_of(certificate: ChainCertificate) -> str:
    if isinstance(certificate, UnknownCertificate):
        return f"planned as the next {certificate.role}"
    return certificate.common_name or certificate.subject_text or next(iter(certificate.dns_names), "without a name")


def day(instant: datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"
