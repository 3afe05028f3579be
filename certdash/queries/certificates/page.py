"""One certificate: where it is served, who pins it or its issuers, every identifier in every notation."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1, sha256
from textwrap import wrap

from certdash.drawing import lifetime
from certdash.models import Certificate, ChainLink, Observation, Pin
from certdash.queries.access import Access
from certdash.queries.certificates.list import DIGESTS, role_of, visible_certificates, visible_pins
from certdash.queries.environments.chains import CertificateRow, certificate_row
from certdash.queries.formatting import (
    Moment,
    Part,
    Sentence,
    clock,
    colons,
    counted,
    days_left,
    full_day,
    moment,
)
from pins.certificate import parse_certificate
from pins.errors import PinError
from pins.lifetimes import maximum_days

MOST = 50
MOST_PINS = 1000


@dataclass(frozen=True, slots=True)
class Identifier:
    """One of the six: `base64`, `hex` and `colons` write the same digest."""

    label: str
    base64: str
    hex: str
    colons: str


@dataclass(frozen=True, slots=True)
class ServedRow:
    host: str
    environment_pk: int
    environment: str
    customer: str
    addresses: str
    since: Moment


@dataclass(frozen=True, slots=True)
class PinnedRow:
    app_pk: int
    app: str
    customer: str
    releases: str
    hosts: str
    what: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CertificatePage:
    row: CertificateRow
    sentence: Sentence
    bar: lifetime.LifetimeBar
    scale: lifetime.ScaleHead
    facts: tuple[Fact, ...]
    names: tuple[str, ...]
    served: tuple[ServedRow, ...]
    pinned: tuple[PinnedRow, ...]
    identifiers: tuple[Identifier, ...]
    pem: str


def certificate_page(access: Access, digest: str, now: datetime) -> CertificatePage | None:
    found = visible_certificates(access).filter(sha256=digest).defer(None).first()
    if found is None:
        return None
    role = role_of(found)
    served, pinned = _served(access, found, now), _pinned(access, found)
    scale = lifetime.scale_for([found.not_after], now)
    names, raw_key = _parsed(found)
    return CertificatePage(
        row=certificate_row(found, role, now),
        sentence=_sentence(found, served, pinned, now),
        bar=lifetime.bar(lifetime.Life("ready", found.not_before, found.not_after), scale),
        scale=lifetime.head_of(scale),
        facts=_facts(found, role, now),
        names=names,
        served=served,
        pinned=pinned,
        identifiers=_identifiers(found, raw_key),
        pem=_pem(bytes(found.der)),
    )


def _served(access: Access, found: Certificate, now: datetime) -> tuple[ServedRow, ...]:
    chains = ChainLink.objects.filter(certificate=found).values("chain")
    rows = Observation.objects.filter(
        access.rows("endpoint__environment__customer_id"),
        chain__in=chains,
        ended_at=None,
        endpoint__schedule__isnull=False,
    )
    groups: dict[int, list[Observation]] = {}
    for one in rows.select_related("endpoint__environment__customer").order_by("endpoint__host", "address")[: MOST * 4]:
        groups.setdefault(one.endpoint_id, []).append(one)
    return tuple(_served_row(group, now) for group in list(groups.values())[:MOST])


def _served_row(group: list[Observation], now: datetime) -> ServedRow:
    endpoint = group[0].endpoint
    addresses = sorted({one.address for one in group})
    return ServedRow(
        host=str(endpoint),
        environment_pk=endpoint.environment_id,
        environment=endpoint.environment.name,
        customer=endpoint.environment.customer.name,
        addresses=addresses[0] if len(addresses) == 1 else counted(len(addresses), "address", "addresses"),
        since=moment(min(one.first_seen_at for one in group), now),
    )


def _pinned(access: Access, found: Certificate) -> tuple[PinnedRow, ...]:
    """Pins of this certificate or of an issuer above it in a chain that was seen, one row for each app and key."""
    names = _digest_names([(found, "this certificate"), *((one, _issuer_name(one)) for one in _issuers(found))])
    pins = visible_pins(access).filter(digest__in=names).select_related("rule__pin_set__release__app__customer")
    groups: dict[tuple[int, str], list[Pin]] = {}
    for pin in pins.order_by("rule__pin_set__release__app__name", "pk")[:MOST_PINS]:
        groups.setdefault((pin.rule.pin_set.release.app_id, names[pin.digest]), []).append(pin)
    return tuple(_pinned_row(group, what) for (_, what), group in list(groups.items())[:MOST])


def _pinned_row(group: list[Pin], what: str) -> PinnedRow:
    app = group[0].rule.pin_set.release.app
    hosts = sorted({pin.rule.pattern for pin in group})
    return PinnedRow(
        app_pk=app.pk,
        app=app.name,
        customer=app.customer.name,
        releases=", ".join(dict.fromkeys(str(pin.rule.pin_set.release) for pin in group)),
        hosts=hosts[0] if len(hosts) == 1 else counted(len(hosts), "host pattern"),
        what=what,
    )


def _digest_names(certificates: Iterable[tuple[Certificate, str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one, name in certificates:
        for field in DIGESTS:
            kind = "key of" if field.startswith("spki") else "fingerprint of"
            names.setdefault(getattr(one, field), f"{kind} {name}")
    return names


def _issuers(found: Certificate) -> list[Certificate]:
    below = ChainLink.objects.filter(certificate=found).values("chain")
    links = ChainLink.objects.filter(chain__in=below, certificate__is_ca=True).exclude(certificate=found)
    return list(
        Certificate.objects.filter(pk__in=links.values("certificate"), not_after__gt=found.not_before).defer("der")[:20]
    )


def _issuer_name(one: Certificate) -> str:
    role = "root" if one.subject == one.issuer else "intermediate"
    return f"{role} {one.common_name or one.subject}"


def _parsed(found: Certificate) -> tuple[tuple[str, ...], bytes | None]:
    """Host names and raw key, which no column holds; bytes that nobody can parse have neither."""
    try:
        value = parse_certificate(bytes(found.der))
    except PinError:
        return (), None
    return (*value.dns_names, *value.ip_addresses), value.raw_key


def _facts(found: Certificate, role: str, now: datetime) -> tuple[Fact, ...]:
    limit = maximum_days(found.not_before)
    row = certificate_row(found, role, now)
    return (
        Fact("Role", role),
        Fact("Subject", found.subject),
        Fact("Issuer", found.issuer),
        Fact("Serial", found.serial),
        Fact("Key", found.key_kind),
        Fact("Valid from", clock(found.not_before)),
        Fact("Valid until", f"{clock(found.not_after)}, {_left(found.not_after, now)}"),
        Fact(
            "Lifetime",
            row.validity
            if role != "leaf" or limit is None
            else f"{row.validity}; the policy of that day allows {limit}",
        ),
        Fact("First seen", clock(found.first_seen_at)),
    )


def _left(end: datetime, now: datetime) -> str:
    if end < now:
        return (
            f"expired {counted((now.date() - end.date()).days, 'day')} ago"
            if end.date() < now.date()
            else "expired today"
        )
    return days_left(end, now)


def _identifiers(found: Certificate, raw_key: bytes | None) -> tuple[Identifier, ...]:
    digests = [
        ("Key (SPKI), SHA-256", found.spki_sha256),
        ("Certificate (DER), SHA-256", found.sha256),
        ("Key (SPKI), SHA-1", found.spki_sha1),
        ("Certificate (DER), SHA-1", found.sha1),
    ]
    if raw_key is not None:
        digests += [
            ("Raw key, SHA-256", sha256(raw_key).hexdigest()),
            ("Raw key, SHA-1", sha1(raw_key, usedforsecurity=False).hexdigest()),
        ]
    return tuple(
        Identifier(label, b64encode(bytes.fromhex(digest)).decode(), digest, colons(digest))
        for label, digest in digests
    )


def _pem(der: bytes) -> str:
    body = "\n".join(wrap(b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _sentence(
    found: Certificate, served: tuple[ServedRow, ...], pinned: tuple[PinnedRow, ...], now: datetime
) -> Sentence:
    name = found.common_name or found.subject
    verb = "expired on" if found.not_after < now else "is valid until"
    parts = [Part(f"{name} {verb} {full_day(found.not_after)}. ")]
    more = "At least " if len(served) == MOST else ""
    if served:
        parts += [
            Part(f"{more}{counted(len(served), 'host')}", "#served"),
            Part(" serves it now; " if len(served) == 1 else " serve it now; "),
        ]
    else:
        parts.append(Part("No host serves it now; "))
    apps = len({row.app_pk for row in pinned})
    if apps:
        parts += [
            Part(counted(apps, "app"), "#pinned"),
            Part(" pins it or one of its issuers." if apps == 1 else " pin it or one of its issuers."),
        ]
    else:
        parts.append(Part("no app pins it or one of its issuers."))
    return tuple(parts)
