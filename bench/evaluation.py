"""P6: the wildcard rotates, and every verdict on the platform domain is decided and stored anew.

`python bench/evaluation.py [ENDPOINTS]` on a database of its own; a fifth as many apps, each on five endpoints.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ["CERTDASH_VAR"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"

import django

django.setup()

from django.core.management import call_command

from certdash.actions.chains import store_chain
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints, evaluate_releases
from certdash.actions.pin_sets import Upload, save_pin_set
from certdash.models import (
    App,
    Chain,
    Customer,
    Endpoint,
    Environment,
    Observation,
    PlatformDomain,
    Prediction,
    ProbeSchedule,
    Release,
    TrustStore,
    Verdict,
)
from certdash.queries.loading import chunks
from certdash.tasks.evaluating import CHUNK
from tests.certdash.fleet import ISSUING, NEXT, NOW, WILDCARD, nsc, pin
from tests.certdash.fleet import ROOT as ROOT_CA

ENDPOINTS_PER_APP = 5
LATER = NOW + timedelta(days=1)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    call_command("migrate", verbosity=0, skip_checks=True)
    domain = build(count)
    releases = list(Release.objects.values_list("pk", flat=True))
    print_figure("first_evaluation", measure(lambda: everything(domain, releases)), count)
    print_figure("unchanged_evaluation", measure(lambda: everything(domain, releases)), count)
    switch(Endpoint.objects.order_by("pk")[0])
    print_figure("rotation_noticed_and_domain_evaluated", measure(lambda: rotation(domain)), count)
    print(f"verdicts {Verdict.objects.count()} rows")
    print(f"predictions {Prediction.objects.count()} rows")


def build(count: int) -> PlatformDomain:
    """Rows written directly: what is measured is the evaluation alone."""
    TrustStore.objects.create(name="bench", pem=ROOT_CA.pem.decode())
    domain = PlatformDomain.objects.create(domain="cloud.test")
    customer = Customer.objects.create(name="Bench", slug="bench")
    environments = Environment.objects.bulk_create(
        Environment(customer=customer, name=f"e{number}", stage="production") for number in range(count)
    )
    endpoints = Endpoint.objects.bulk_create(
        Endpoint(environment=environment, host=f"{environment.name}.cloud.test", platform_domain=domain)
        for environment in environments
    )
    served = store_chain([WILDCARD.facts, ISSUING.facts], now=NOW)
    store_chain([NEXT.facts, ISSUING.facts], now=NOW)
    Observation.objects.bulk_create(
        Observation(endpoint=one, address="192.0.2.1", chain=served, first_seen_at=NOW) for one in endpoints
    )
    ProbeSchedule.objects.bulk_create(
        ProbeSchedule(endpoint=one, next_probe_at=NOW, last_probe_at=NOW, last_seen_at=NOW) for one in endpoints
    )
    for number in range(count // ENDPOINTS_PER_APP):
        add_app(customer, environments[number * ENDPOINTS_PER_APP : (number + 1) * ENDPOINTS_PER_APP], number)
    return domain


def add_app(customer: Customer, environments: list[Environment], number: int) -> None:
    app = App.objects.create(customer=customer, name=f"App {number}", active_users=1000)
    app.environments.set(environments)
    release = Release.objects.create(app=app, platform="android", version="1.0", share=100)
    pins = ((pin(WILDCARD), pin(NEXT)), (pin(ISSUING),), (pin(WILDCARD),))[number % 3]
    source = nsc("cloud.test", *pins).replace(b"<domain>", b'<domain includeSubdomains="true">')
    comment = f"<!-- {number} -->".encode()
    save_pin_set(release, Upload(source + comment), actor=None, now=NOW)


def everything(domain: PlatformDomain, releases: list[int]) -> None:
    for chunk in chunks(endpoints_of_domain(domain.pk), CHUNK):
        evaluate_endpoints(chunk, now=NOW)
    for chunk in chunks(releases, CHUNK):
        evaluate_releases(chunk, now=NOW)


def switch(endpoint: Endpoint) -> None:
    following = Chain.objects.get(leaf__sha256=NEXT.facts.sha256.hex())
    Observation.objects.filter(endpoint=endpoint).update(ended_at=LATER)
    Observation.objects.create(endpoint=endpoint, address="192.0.2.1", chain=following, first_seen_at=LATER)


def rotation(domain: PlatformDomain) -> None:
    """The first host is seen with the next chain: freeze, decide it, then all others of the domain."""
    first = Endpoint.objects.order_by("pk").values_list("pk", flat=True)[:1]
    evaluate_endpoints(list(first), now=LATER)
    for chunk in chunks(endpoints_of_domain(domain.pk), CHUNK):
        evaluate_endpoints(chunk, now=LATER)


def measure(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def print_figure(name: str, seconds: float, count: int) -> None:
    print(
        f"{name} {seconds / count * 1e6:.0f} us_cpu/endpoint {seconds * 100_000 / count:.1f} s for 100,000 (reach 10)"
    )


if __name__ == "__main__":
    main()
