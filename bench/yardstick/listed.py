"""A fleet for the lists: many customers, every verdict and issuer, certificates of their own; rows written directly."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from certdash.actions.serving import recount
from certdash.models import (
    App,
    AuditEntry,
    Certificate,
    Chain,
    ChainLink,
    Customer,
    Endpoint,
    Environment,
    Finding,
    Observation,
    PlatformDomain,
    ProbeSchedule,
    Release,
    Rotation,
    User,
)

Row = TypeVar("Row", bound=Model)
ISSUERS = tuple(f"Example CA {letter}{number}" for letter in "ABCDE" for number in (1, 2, 3))
STAGES = ("development", "test", "production")
CODES = ("expires_soon", "expired", "name_mismatch", "weak_key")
DAY = timedelta(days=1)
CUSTOMERS, BATCH = 200, 5000


def fill(count: int, now: datetime) -> None:
    """As many environments, hosts, apps, certificates, findings, rotations and changes each."""
    customers = _stored(Customer(name=f"Customer {n:03}", slug=f"c{n}") for n in range(CUSTOMERS))
    owners = _stored(User(email=f"o{n}@example.test", name=f"Owner {n}") for n in range(CUSTOMERS))
    domain = PlatformDomain.objects.create(domain="cloud.test")
    environments = _stored(_environment(n, customers[n % CUSTOMERS], now) for n in range(count))
    certificates = _stored(_certificate(n, now) for n in range(count))
    _hosts(environments, certificates, domain, now)
    _apps(count, customers, owners, now)
    _stored(_change(n, customers[n % CUSTOMERS], owners[n % CUSTOMERS], now) for n in range(count))
    recount()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _environment(n: int, customer: Customer, now: datetime) -> Environment:
    end = now + (n % 400 - 20) * DAY
    return Environment(
        customer=customer, name=f"environment-{n:06}", stage=STAGES[n % 3], badness=(5, 5, 5, 4, 3, 2, 1, 0)[n % 8],
        domain_kinds=("default", "custom", "default+custom")[n % 3], issuer=ISSUERS[n % 15], issued_at=end - 199 * DAY,
        expires_at=end, window_start=end - 30 * DAY, window_end=end, app_count=n % 9, affected_count=n % 3,
    )  # fmt: skip


def _certificate(n: int, now: datetime) -> Certificate:
    digest = [sha256(f"{what}{n}".encode()).hexdigest() for what in ("der", "spki", "sha1", "spki1")]
    end = now + (n % 400 - 20) * DAY
    return Certificate(
        sha256=digest[0], spki_sha256=digest[1], sha1=digest[2][:40], spki_sha1=digest[3][:40], der=b"",
        serial=f"{n:x}", subject=f"CN=host{n}.example.test", issuer=f"CN={ISSUERS[n % 15]}",
        common_name=f"host{n}.example.test",
        issuer_name=ISSUERS[n % 15], key_kind="EC P-256", is_ca=n % 50 == 0, not_before=end - 199 * DAY, not_after=end,
        first_seen_at=now - (n % 300) * DAY,
    )  # fmt: skip


def _hosts(
    environments: list[Environment], certificates: list[Certificate], domain: PlatformDomain, now: datetime
) -> None:
    chains = _stored(Chain(sha256=one.sha256, leaf=one, first_seen_at=now) for one in certificates)
    _stored(ChainLink(chain=one, position=0, certificate_id=one.leaf_id) for one in chains)
    hosts = _stored(
        Endpoint(
            environment=one, host=f"host{n}.example.test", chain=chains[n], platform_domain=None if n % 3 else domain
        )
        for n, one in enumerate(environments)
    )
    _stored(ProbeSchedule(endpoint=one, next_probe_at=now, last_probe_at=now, last_seen_at=now) for one in hosts)
    _stored(
        Observation(endpoint=one, address="192.0.2.1", chain=chains[n], first_seen_at=now)
        for n, one in enumerate(hosts)
    )
    _stored(
        Finding(endpoint=one, code=CODES[n % 4], text=f"In {n % 500} days.", first_seen_at=now)
        for n, one in enumerate(hosts)
    )
    _stored(
        Rotation(
            endpoint=one, leaf=certificates[n], created_at=now, window_start=now + (n % 400 - 30) * DAY,
            window_end=now + n % 400 * DAY, state="done" if n % 10 == 0 else "planned",
            done_at=now - n % 90 * DAY if n % 10 == 0 else None,
        )
        for n, one in enumerate(hosts)
    )  # fmt: skip


def _apps(count: int, customers: list[Customer], owners: list[User], now: datetime) -> None:
    apps = _stored(
        App(
            customer=customers[n % CUSTOMERS], owner=owners[n % CUSTOMERS], name=f"App {n:06}",
            active_users=n * 37 % 90_000, users_at_risk=n * 11 % 20_000, badness=(5, 5, 5, 4, 3, 2, 1, 0)[n % 8],
            ship_by=(now + (n % 300 - 40) * DAY).date() if n % 4 else None, window_start=now + n % 300 * DAY,
            window_end=now + (n % 300 + 30) * DAY,
        )
        for n in range(count)
    )  # fmt: skip
    _stored(
        Release(app=one, platform=("android", "ios")[n % 2], version=f"{n % 7}.0", share=50)
        for n, one in enumerate(apps)
    )


def _change(n: int, customer: Customer, actor: User, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now - n * timedelta(minutes=3), actor=actor, customer=customer, verb="edited",
        subject=("app", "environment", "endpoint", "release")[n % 4], subject_id=n, label=f"Thing {n}",
        before={"name": f"Old {n}", "share": 3}, after={"name": f"New {n}", "share": 4},
    )  # fmt: skip


def _stored(rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    return type(found[0])._default_manager.bulk_create(found, batch_size=BATCH) if found else []
