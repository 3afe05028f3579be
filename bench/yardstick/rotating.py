"""A fleet on one wildcard, its rows written directly: five endpoints an app, and what each of them serves."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from certdash.actions.chains import store_chain
from certdash.models import (
    App,
    Chain,
    Customer,
    Endpoint,
    Environment,
    Observation,
    Pin,
    PinRule,
    PinSet,
    PlatformDomain,
    ProbeSchedule,
    Release,
    TrustStore,
)
from pins import formats
from tests.certdash.fleet import ISSUING, NEXT, NOW, ROOT, WILDCARD, nsc, pin

Row = TypeVar("Row", bound=Model)

ENDPOINTS_PER_APP = 5
BATCH = 5000


def fill(count: int) -> PlatformDomain:
    TrustStore.objects.create(name="bench", pem=ROOT.pem.decode())
    domain = PlatformDomain.objects.create(domain="cloud.test")
    customer = Customer.objects.create(name="Bench", slug="bench")
    served = store_chain([WILDCARD.facts, ISSUING.facts], now=NOW)
    store_chain([NEXT.facts, ISSUING.facts], now=NOW)
    environments = _environments(count, customer, domain, served)
    _apps(environments, customer)
    return domain


def _environments(count: int, customer: Customer, domain: PlatformDomain, served: Chain) -> list[Environment]:
    environments = _stored(Environment(customer=customer, name=f"e{n}", stage="production") for n in range(count))
    endpoints = _stored(
        Endpoint(environment=one, host=f"{one.name}.cloud.test", platform_domain=domain) for one in environments
    )
    _stored(Observation(endpoint=one, address="192.0.2.1", chain=served, first_seen_at=NOW) for one in endpoints)
    _stored(ProbeSchedule(endpoint=one, next_probe_at=NOW, last_probe_at=NOW, last_seen_at=NOW) for one in endpoints)
    return environments


def _apps(environments: list[Environment], customer: Customer) -> None:
    apps = _stored(
        App(customer=customer, name=f"App {n}", active_users=1000)
        for n in range(len(environments) // ENDPOINTS_PER_APP)
    )
    link = App.environments.through
    _stored(
        link(app_id=app.pk, environment_id=environments[number * ENDPOINTS_PER_APP + place].pk)
        for number, app in enumerate(apps)
        for place in range(ENDPOINTS_PER_APP)
    )
    releases = _stored(Release(app=app, platform="android", version="1.0", share=100) for app in apps)
    pin_sets = _stored(
        PinSet(release=one, format="android_nsc", clients=["android_nsc"], source=source(n), uploaded_at=NOW)
        for n, one in enumerate(releases)
    )
    rules = _stored(
        PinRule(pin_set=one, position=0, pattern="cloud.test", host="cloud.test", include_subdomains=True)
        for one in pin_sets
    )
    _stored(row for number, rule in enumerate(rules) for row in _pins(number, rule))


def _pins(number: int, rule: PinRule) -> Iterable[Pin]:
    for position, one in enumerate(formats.read(source(number)).rules[0].pins or ()):
        yield Pin(rule=rule, position=position, text=one.text, kind=one.kind, digest=(one.digest or b"").hex())


def source(number: int) -> bytes:
    """One of three habits: the next key too, the intermediate, or a key that no other app has; every file differs."""
    own = b64encode(hashlib.sha256(f"{number}".encode()).digest()).decode()
    pins = ((pin(WILDCARD), pin(NEXT)), (pin(ISSUING),), (pin(WILDCARD), own))[number % 3]
    text = nsc("cloud.test", *pins).replace(b"<domain>", b'<domain includeSubdomains="true">')
    return text + f"<!-- {number} -->".encode()


def _stored(rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    return type(found[0])._default_manager.bulk_create(found, batch_size=BATCH) if found else []
