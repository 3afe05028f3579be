"""Custom hosts that rotate by themselves, each with a certificate of its own: what one renewal costs to evaluate.

`python -m bench.renewals [HOSTS]` on a database of its own, or on the empty one that DATABASE_URL names. Every host has
an app that pins its key. The yardstick is the evaluation of the same hosts when nothing has changed.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta

FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ["CERTDASH_VAR"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"

import django

django.setup()

from django.core.management import call_command

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Endpoint, Prediction, Rotation, RotationState
from certdash.queries.loading import chunks
from certdash.tasks.probing import CHANGED
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NOW, Fleet, nsc, pin, serve
from tests.pki import Issued

ROUNDS = 3


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    call_command("migrate", verbosity=0, skip_checks=True)
    hosts = fill(count)
    evaluated(hosts, NOW)
    ratios, longest = [], 0.0
    for number in range(1, ROUNDS + 1):
        now = NOW + number * DAY
        unchanged, _ = evaluated(hosts, now)
        for host in hosts:
            serve(host, own(host, now), ISSUING, at=now + timedelta(hours=1))
        renewed, slowest = evaluated(hosts, now + timedelta(hours=1))
        ratios.append(renewed / unchanged)
        longest = max(longest, slowest)
        print(f"renewal_evaluated {renewed / count * 1000:.1f} ms_cpu/host, unchanged {unchanged / count * 1000:.1f}")
    print(f"renewal_evaluated {statistics.median(ratios):.1f} times the evaluation of an unchanged host")
    print(f"renewals_longest_transaction {longest:.2f} s for {CHANGED} hosts")
    done = Rotation.objects.filter(state=RotationState.DONE).count()
    print(f"rotations {done} done, predictions {Prediction.objects.exclude(actual='').count()} compared")


def fill(count: int) -> list[Endpoint]:
    fleet = Fleet()
    hosts = [fleet.host(f"api{number}.acme.test") for number in range(count)]
    for host in hosts:
        leaf = own(host, NOW)
        serve(host, leaf, ISSUING)
        fleet.app(nsc(host.host, pin(leaf)))
    return hosts


def own(host: Endpoint, now: datetime) -> Issued:
    return ISSUING.leaf(host.host, not_before=now - DAY, not_after=EXPIRY + (now - NOW))


def evaluated(hosts: list[Endpoint], now: datetime) -> tuple[float, float]:
    """CPU seconds in all, and the longest transaction by the clock."""
    cpu, longest = time.process_time(), 0.0
    for chunk in chunks([host.pk for host in hosts], CHANGED):
        start = time.perf_counter()
        evaluate_endpoints(chunk, now=now)
        longest = max(longest, time.perf_counter() - start)
    return time.process_time() - cpu, longest


if __name__ == "__main__":
    main()
