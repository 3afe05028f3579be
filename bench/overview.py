"""P8: the overview of a whole fleet, held against the list of environments of the same fleet.

`python -m bench.overview [ENDPOINTS]`: a fifth as many apps of two hundred customers, every fifth host on a custom
domain, ninety days of counts, and a thousand apps that changed since the reader was there. On a database of its own, or
on the empty one that DATABASE_URL names.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ.setdefault("CERTDASH_VAR", FOLDER.name)
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"
os.environ["ALLOWED_HOSTS"] = "testserver"

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F
from django.db.models.functions import Mod
from django.test import Client
from django.utils import timezone

from bench.yardstick.rotating import fill
from certdash.actions.daily_counts import count_day
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import (
    PLATFORM_ROLES,
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
from certdash.queries import prepared
from certdash.queries.loading import chunks
from certdash.tasks.evaluating import CHUNK

CUSTOMERS, CHANGED, ROUNDS, TIMES, REACH = 200, 1000, 5, 3, 2.0
LIST, OVERVIEW, REPORT = "/environments/", "/", "/reports/pinning-risk/"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    build(count)
    everybody, one = (signed_in(role) for role in (Role.PLATFORM_MANAGER, Role.MANAGER))
    works: dict[str, Callable[[], float]] = {
        "list_page": lambda: cpu(everybody, LIST),
        "overview": lambda: cpu(everybody, OVERVIEW),
        "overview_first": lambda: cpu(everybody, OVERVIEW, is_first=True),
        "overview_of_customer": lambda: cpu(one, OVERVIEW),
        "report": lambda: cpu(everybody, REPORT),
    }
    rounds = [{name: work() for name, work in works.items()} for _ in range(ROUNDS + 1)][1:]
    print(f"list_page {median(r['list_page'] for r in rounds) * 1000:.0f} ms_cpu for {count} endpoints")
    for name in list(works)[1:]:
        ratio = median(r[name] / r["list_page"] for r in rounds)
        reach = f" (reach {REACH:.1f})" if name == "overview" else ""
        print(f"{name} {median(r[name] for r in rounds) * 1000:.0f} ms_cpu, {ratio:.2f} times list_page{reach}")


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


def signed_in(role: Role) -> Client:
    """Somebody who was here a week ago; a customer's manager sees the customer with most apps."""
    customer = None if role in PLATFORM_ROLES else Customer.objects.alias(n=Count("apps")).order_by("-n", "pk").first()
    user = User.objects.create(email=f"{role}@example.test", name="Manager", password="!")
    User.objects.filter(pk=user.pk).update(last_overview_at=timezone.now() - timedelta(days=7))
    Membership.objects.create(user=user, role=role, customer=customer)
    client = Client()
    client.force_login(user)
    return client


def cpu(client: Client, path: str, *, is_first: bool = False) -> float:
    """The median of a few requests in a row; `is_first`: of requests whose queries are not in SQL yet."""
    return median(_cpu(client, path, is_first=is_first) for _ in range(TIMES))


def _cpu(client: Client, path: str, *, is_first: bool) -> float:
    if is_first:
        prepared.forget()
    start = time.process_time()
    status = client.get(path).status_code
    taken = time.process_time() - start
    if status != 200:
        sys.exit(f"{path} answered {status}.")
    return taken


if __name__ == "__main__":
    main()
