"""P6: the wildcard rotates, and every verdict on the platform domain is decided and stored anew.

`python -m bench.evaluation [ENDPOINTS]` on a database of its own, or on the empty one that DATABASE_URL names. A fifth
as many apps, each on five endpoints.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ["CERTDASH_VAR"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from bench.yardstick.rotating import fill
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints, evaluate_releases
from certdash.models import Chain, Endpoint, Observation, PlatformDomain, Prediction, Release, Role, Verdict
from certdash.queries.access import Access
from certdash.queries.loading import chunks
from certdash.queries.simulation.outcome import places_of, simulate
from certdash.tasks.evaluating import CHUNK, RELEASES
from pins.scenarios import Scenario
from tests.certdash.fleet import NEXT, NOW

LATER = NOW + timedelta(days=1)
REACH = 10.0
transactions: list[float] = []


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    call_command("migrate", verbosity=0, skip_checks=True)
    domain = fill(count)
    learn()
    keys = endpoints_of_domain(domain.pk)
    releases = list(Release.objects.values_list("pk", flat=True))
    figure("first_evaluation", count, lambda: everything(keys, releases))
    learn()
    figure("unchanged_evaluation", count, lambda: everything(keys, releases))
    figure("simulated_change", count, lambda: simulated(domain))
    switch(keys[:1])
    figure("rotation_noticed_and_domain_evaluated", count, lambda: rotation(domain, keys[:1]))
    switch(keys[1 : count // 5])
    figure("switched_fifth_evaluated", count // 5, lambda: evaluate(keys[: count // 5], now=LATER))
    print(f"verdicts {Verdict.objects.count()} rows")
    print(f"predictions {Prediction.objects.count()} rows")
    print(f"longest_transaction {max(transactions):.2f} s for {CHUNK} endpoints or {RELEASES} releases")


def learn() -> None:
    """What PostgreSQL does by itself a minute after so many rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def everything(keys: list[int], releases: list[int]) -> None:
    evaluate(keys, now=NOW)
    for chunk in chunks(releases, RELEASES):
        timed(evaluate_releases, chunk, NOW)


def evaluate(keys: Iterable[int], *, now: datetime) -> None:
    for chunk in chunks(keys, CHUNK):
        timed(evaluate_endpoints, chunk, now)


def timed(transaction: Callable[..., object], keys: list[int], now: datetime) -> None:
    start = time.perf_counter()
    transaction(keys, now=now)
    transactions.append(time.perf_counter() - start)


def simulated(domain: PlatformDomain) -> None:
    places = places_of(Endpoint.objects.filter(platform_domain=domain))
    simulate(Scenario.NEW_KEY_SAME_INTERMEDIATE, places, Access(0, Role.PLATFORM_ADMIN, {}), now=NOW)


def switch(keys: list[int]) -> None:
    following = Chain.objects.get(leaf__sha256=NEXT.facts.sha256.hex())
    for chunk in chunks(keys):
        Observation.objects.filter(endpoint__in=chunk).update(ended_at=LATER)
        Observation.objects.bulk_create(
            Observation(endpoint_id=pk, address="192.0.2.1", chain=following, first_seen_at=LATER) for pk in chunk
        )


def rotation(domain: PlatformDomain, first: list[int]) -> None:
    """The first host is seen with the next chain: freeze, decide it, then all others of the domain."""
    evaluate(first, now=LATER)
    evaluate(endpoints_of_domain(domain.pk), now=LATER)


def figure(name: str, count: int, work: Callable[[], None]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{name} {cpu:.1f} s_cpu for {count}, {wall:.1f} s by the clock; {cpu / count * 100_000:.1f} s_cpu for 100,000 "
        f"(reach {REACH:.0f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
