"""One whole sweep in a process of its own: prints CPU seconds per endpoint and memory as JSON.

python -m bench.yardstick.sweeping COUNT; the database is the one of the environment, and it is filled anew.
"""

import json
import os
import resource
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certdash.settings")
django.setup()

from django.core.management import call_command  # needs the set-up above
from django.db import connection

from certdash.actions import probing
from certdash.actions.probing import Cadence
from certdash.models import Customer, Endpoint, Environment, ProbeSchedule
from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.probes.reading import AddressReading, Outcome, ServedChain, Target

BATCH, SAVED = 300, 2000
LIMITS = Limits(timedelta(seconds=10), 64, parse_networks(["127.0.0.0/8"]))
CADENCE = Cadence(timedelta(minutes=15), timedelta(days=365))
LEASE = timedelta(minutes=2)
READINGS = (AddressReading("127.0.0.1", "ecdsa_first", ServedChain((), "")),)
START = datetime(2026, 11, 24, tzinfo=UTC)


def fill(count: int) -> None:
    call_command("migrate", verbosity=0)
    owner = Customer.objects.create(name="Bench", slug="bench")
    home = Environment.objects.create(customer=owner, name="bench", stage="test")
    hosts = [Endpoint(environment=home, host=f"h{n}.c{n % 200}.farm.test", port=8443) for n in range(count)]
    Endpoint.objects.bulk_create(hosts, batch_size=5000)
    keys = Endpoint.objects.values_list("pk", flat=True)
    ProbeSchedule.objects.bulk_create((ProbeSchedule(endpoint_id=key, next_probe_at=START) for key in keys), 5000)


def sweep(now: datetime) -> int:
    """Claim, resolve, probe, compare and store until nothing is due; gives how many endpoints changed."""
    changed = 0
    while (batch := probing.claim_batch(now=now, size=BATCH, lease_for=LEASE)).targets:
        changed += len(probing.record_batch(batch, probe(batch.targets, LIMITS), now=now, cadence=CADENCE))
    return changed


def bare(count: int) -> float:
    """CPU seconds per endpoint of the engine alone, on addresses that are known and chains that it has seen."""
    fixed = [_fixed(n) for n in range(count)]
    prints = {outcome.target.endpoint_id % 200: outcome.fingerprint for outcome in probe(fixed[:200], LIMITS)}
    known = [replace(target, fingerprint=prints[target.endpoint_id % 200]) for target in fixed]
    started = process_time()
    for start in range(0, count, BATCH):
        _settled(probe(known[start : start + BATCH], LIMITS))
    return (process_time() - started) / count


def _fixed(number: int) -> Target:
    return Target(number, f"h{number}.c{number % 200}.farm.test", 8443, (f"127.0.0.{1 + number % 8}",))


def _settled(outcomes: list[Outcome]) -> None:
    if any(outcome.is_changed for outcome in outcomes):
        raise SystemExit("An endpoint changed: the farm is not what it should be.")


def stored(count: int, now: datetime) -> tuple[float, float]:
    """Seconds per row: a recorded batch, and `save()` per row as the other way.

    CPU seconds on SQLite, which runs in this process; wall seconds where another process does the work.
    """
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    seconds, rows = 0.0, 0
    while (batch := probing.claim_batch(now=now, size=BATCH, lease_for=LEASE)).targets:
        outcomes = [Outcome(target, READINGS, False, target.fingerprint) for target in batch.targets]
        started = clock()
        probing.record_batch(batch, outcomes, now=now, cadence=CADENCE)
        seconds, rows = seconds + clock() - started, rows + len(outcomes)
    singles = list(ProbeSchedule.objects.all()[:SAVED])
    started = clock()
    for row in singles:
        row.last_probe_at = row.last_seen_at = now
        row.save()
    return seconds / rows, (clock() - started) / len(singles)


def memory() -> int:
    """Kilobytes at the highest point so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(count: int) -> None:
    fill(count)
    first = sweep(START)
    after_first = memory()
    started = process_time()
    changed = sweep(START + timedelta(hours=1))
    cpu = (process_time() - started) / count
    if (first, changed) != (count, 0):
        raise SystemExit(f"{first} endpoints were new and {changed} changed; it should be {count} and 0.")
    alone = bare(min(count, 4000))
    batch, single = stored(count, START + timedelta(hours=2))
    print(json.dumps({"sweep": cpu, "bare": alone, "memory": after_first, "batch": batch, "single": single}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
