"""P8: the overview of a whole fleet, held against the list of environments of the same fleet.

`python -m bench.overview [ENDPOINTS]`: a fifth as many apps of two hundred customers, every fifth host on a custom
domain, ninety days of counts, and a thousand apps that changed since the reader was there. On a database of its own, or
on the empty one that DATABASE_URL names.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta

FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ.setdefault("CERTDASH_VAR", FOLDER.name)
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"
os.environ["ALLOWED_HOSTS"] = "testserver"

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Mod
from django.test import Client
from django.utils import timezone

from bench.yardstick.rotating import fill
from certdash.actions.daily_counts import count_day
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import (
    App,
    Customer,
    DailyCount,
    Endpoint,
    Environment,
    Finding,
    Membership,
    ProbeSchedule,
    Role,
    StandingChange,
    User,
)
from certdash.queries.loading import chunks
from certdash.tasks.evaluating import CHUNK

CUSTOMERS, CHANGED, ROUNDS, REACH = 200, 1000, 5, 2.0
LIST, OVERVIEW, REPORT = "/environments/", "/", "/reports/pinning-risk/"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    build(count)
    client = Client()
    client.force_login(reader())
    rounds = [{path: cpu(client, path) for path in (LIST, OVERVIEW)} for _ in range(ROUNDS + 1)][1:]
    figures = {path: statistics.median(one[path] for one in rounds) for path in (LIST, OVERVIEW)}
    ratio = statistics.median(one[OVERVIEW] / one[LIST] for one in rounds)
    print(f"list_page {figures[LIST] * 1000:.0f} ms_cpu for {count} endpoints")
    print(f"overview {figures[OVERVIEW] * 1000:.0f} ms_cpu, {ratio:.2f} times list_page (reach {REACH:.1f})")
    print(f"report {cpu(client, REPORT) * 1000:.0f} ms_cpu")


def build(count: int) -> None:
    fill(count)
    spread()
    now = timezone.now()
    for chunk in chunks(list(Endpoint.objects.values_list("pk", flat=True)), CHUNK):
        evaluate_endpoints(chunk, now=now)
    refresh(now=now)
    keep_history()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@transaction.atomic
def spread() -> None:
    """Over customers, and every fifth endpoint to a domain of its own, which no pin file names."""
    names = [Customer(name=f"Customer {n}", slug=f"customer-{n}") for n in range(CUSTOMERS)]
    first = Customer.objects.bulk_create(names)[0].pk
    Environment.objects.update(customer_id=first + Mod(F("pk"), CUSTOMERS))
    App.objects.update(customer_id=first + Mod(F("pk") * 5, CUSTOMERS))
    Endpoint.objects.annotate(turn=Mod(F("pk"), 5)).filter(turn=0).update(platform_domain=None)
    ProbeSchedule.objects.update(last_seen_at=timezone.now())


def keep_history() -> None:
    """Ninety days as today, and what a reader missed who was here a week ago."""
    now = timezone.now()
    count_day(now.date())
    today = list(DailyCount.objects.all())
    for days in range(1, 90):
        day = now.date() - timedelta(days=days)
        DailyCount.objects.bulk_create(
            DailyCount(day=day, customer_id=one.customer_id, value=one.value, apps=one.apps) for one in today
        )
    StandingChange.objects.update(changed_at=now - timedelta(days=60))
    Finding.objects.update(first_seen_at=now - timedelta(days=60))
    StandingChange.objects.bulk_create(
        StandingChange(app=app, badness=(app.badness + 1) % 6, active_users=1000, changed_at=now - timedelta(days=8))
        for app in App.objects.order_by("pk")[:CHANGED]
    )
    StandingChange.objects.bulk_create(
        StandingChange(app=app, badness=app.badness, active_users=1000, changed_at=now - timedelta(days=1))
        for app in App.objects.order_by("pk")[:CHANGED]
    )


def reader() -> User:
    user = User.objects.create(email="manager@example.test", name="Manager", password="!")
    User.objects.filter(pk=user.pk).update(last_overview_at=timezone.now() - timedelta(days=7))
    Membership.objects.create(user=user, role=Role.PLATFORM_MANAGER)
    return user


def cpu(client: Client, path: str) -> float:
    start = time.process_time()
    status = client.get(path).status_code
    if status != 200:
        sys.exit(f"{path} answered {status}.")
    return time.process_time() - start


if __name__ == "__main__":
    main()
