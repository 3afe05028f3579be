"""A small fleet: a platform domain with its authority, hosts that serve chains, and apps with pin files."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from certdash.actions.chains import store_chain
from certdash.actions.pin_sets import Upload, save_pin_set
from certdash.actions.scheduling import schedule
from certdash.actions.serving import counting
from certdash.models import (
    Customer,
    Endpoint,
    Environment,
    Observation,
    PinSet,
    PlatformDomain,
    ProbeSchedule,
    Release,
    TrustStore,
)
from tests.certdash import builders
from tests.pki import Authority, Issued

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EXPIRY = datetime(2027, 1, 14, tzinfo=UTC)
NEXT_EXPIRY = datetime(2027, 6, 8, tzinfo=UTC)

ROOT = Authority.root("Fleet Root")
ISSUING = ROOT.authority("Fleet CA 1")
SIBLING = ROOT.authority("Fleet CA 2")
WILDCARD = ISSUING.leaf("*.cloud.test", not_before=EXPIRY - 199 * DAY, not_after=EXPIRY)
NEXT = ISSUING.leaf("*.cloud.test", not_before=NOW - 2 * DAY, not_after=NEXT_EXPIRY)
SURPRISE = SIBLING.leaf("*.cloud.test", not_before=NOW - DAY, not_after=NEXT_EXPIRY)
BACKUP = ISSUING.leaf("backup.cloud.test")


def pin(issued: Issued) -> str:
    return base64.b64encode(issued.facts.spki_sha256).decode()


def nsc(host: str, *pins: str, expiration: str = "") -> bytes:
    """An Android file with one rule."""
    lines = "".join(f'<pin digest="SHA-256">{one}</pin>' for one in pins)
    until = f' expiration="{expiration}"' if expiration else ""
    return (
        f"<network-security-config><domain-config><domain>{host}</domain>"
        f"<pin-set{until}>{lines}</pin-set></domain-config></network-security-config>"
    ).encode()


def trust() -> TrustStore:
    return TrustStore.objects.get_or_create(name="fleet", pem=ROOT.pem.decode())[0]


def platform() -> PlatformDomain:
    return PlatformDomain.objects.get_or_create(domain="cloud.test")[0]


@dataclass
class Fleet:
    """Rows of one customer on `*.cloud.test`, whose root is the only trust store."""

    domain: PlatformDomain = field(default_factory=platform)
    store: TrustStore = field(default_factory=trust)
    customer: Customer = field(default_factory=builders.customer)
    environment: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.environment = builders.environment(self.customer)

    def host(self, name: str, **fields: object) -> Endpoint:
        """Default below the platform domain, custom elsewhere; watched, and never read yet."""
        domain = self.domain if name.endswith(".cloud.test") else None
        endpoint = builders.endpoint(self.environment, name, **{"platform_domain": domain} | fields)
        schedule([endpoint.pk], now=NOW)
        return endpoint

    def app(self, source: bytes = b"", *, users: int = 1000, share: int | None = 100, version: str = "1.0") -> Release:
        """A release of a new app that is linked to no environment."""
        app = builders.app(self.customer, active_users=users)
        release = builders.release(app, version, share=share)
        if source:
            upload(release, source)
        return release


def upload(release: Release, source: bytes, now: datetime = NOW) -> PinSet:
    return save_pin_set(release, Upload(source), actor=None, now=now)


def serve(endpoint: Endpoint, *chain: Issued, at: datetime = NOW, address: str = "192.0.2.1") -> None:
    """From `at` on this address serves this chain; an empty one is a failure."""
    row = store_chain([one.facts for one in chain], now=at) if chain else None
    code, failure = ("", "") if chain else ("timed_out", "No answer within 10 seconds.")
    with transaction.atomic(), counting([endpoint.pk]):
        Observation.objects.filter(endpoint=endpoint, address=address, ended_at=None).update(ended_at=at)
        Observation.objects.create(
            endpoint=endpoint, address=address, chain=row, first_seen_at=at, failure_code=code, failure=failure
        )
    ProbeSchedule.objects.filter(pk=endpoint.pk).update(last_probe_at=at, last_seen_at=at)
