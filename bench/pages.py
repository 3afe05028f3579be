"""P7: every list at 100,000 rows, each filter and sort, first page and page 2,000, and the search page, against a bare
view.

`python -m bench.pages [ROWS] [LIST …]` on a database of its own, or on the empty one that DATABASE_URL names. CPU of
the web process, through the whole of its middleware; medians of interleaved rounds.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from statistics import median
from typing import Any
from urllib.parse import urlencode

FOLDER = tempfile.TemporaryDirectory(prefix="certdash-bench-")
os.environ.setdefault("CERTDASH_VAR", FOLDER.name)
os.environ["DJANGO_SETTINGS_MODULE"] = "certdash.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.yardstick.listed import fill
from certdash.models import App, AuditEntry, Certificate, Customer, Environment, Membership, Role, Rotation, User
from certdash.queries import kept

ROUNDS, PER_PAGE, DEEP = 5, 50, 2000
BARE = "/healthz"
QUERIES: dict[str, tuple[str, ...]] = {
    "environments": (
        "", "customer=7", "stage=test", "domain=custom", "status=stops", "status=ready", "expires=30",
        "issuer=Example+CA+A1", "q=host77", "q=environment-0777", "q=Example+CA+A1", "q=77", "q=nowhere", "sort=name",
        "sort=expires_at", "sort=-window_start", "sort=-app_count", "customer=7&stage=test&sort=-app_count",
    ),
    "apps": (
        "", "customer=7", "status=stops", "platform=ios", "q=App+077", "q=Owner+77", "q=nowhere", "sort=name",
        "sort=-active_users", "sort=-users_at_risk", "sort=ship_by",
    ),
    "certificates": (
        "", "kind=ca", "kind=leaf", "expires=30", "expires=expired", "served=now", "served=never", "q=host777",
        "q=1869f", "q=nowhere", "sort=common_name", "sort=-first_seen_at",
    ),
    "findings": ("", "severity=error", "about=endpoint", "code=expired", "q=host777", "q=nowhere"),
    "rotations": (
        "", "state=planned", "state=done", "kind=custom", "apps=calm", "apps=stops", "q=host777", "q=nowhere",
    ),
    "activity": ("", "subject=app", "q=Thing+777", "q=Owner+77", "q=nowhere"),
    "search": ("q=host777", "q=example", "q=App+0777", "q=77", "q=a1b2c3d4e5", "q=nowhere"),
}  # fmt: skip
application = get_wsgi_application()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    wanted = sys.argv[2:] or list(QUERIES)
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Customer.objects.exists():
        fill(count, timezone.now())
    cookie, manager = _cookie("all", Role.PLATFORM_ADMIN, None), _cookie("one", Role.MANAGER, _some_customer())
    for name in wanted:
        for query in QUERIES[name]:
            _report(name, query, cookie)
        for query in QUERIES[name]:
            _report(name, query, manager, " of one customer")
        for query, deep in _deep(name):
            _compare(name, query, deep, cookie)


def _report(name: str, query: str, cookie: str, whose: str = "") -> None:
    path = f"/{name}/?{query}".removesuffix("?")
    bare, page, first = _rounds((lambda: ask(BARE, ""), lambda: ask(path, cookie), lambda: _first(path, cookie)))
    ask(path, cookie)
    with CaptureQueriesContext(connection) as queries:
        ask(path, cookie)
    print(f"{name}?{query or '-'}{whose} {page / bare:.1f} times bare view (stay below 10), {page * 1000:.1f} ms_cpu, "
          f"{len(queries)} queries (at most 8), {first * 1000:.0f} ms_cpu with all figures counted anew",
          flush=True)  # fmt: skip


def _first(path: str, cookie: str) -> None:
    """What the first reader after a while waits for."""
    kept.forget()
    ask(path, cookie)


def _compare(name: str, query: str, deep: str, cookie: str) -> None:
    first, last = _rounds((lambda: ask(f"/{name}/?{query}", cookie), lambda: ask(f"/{name}/?{deep}", cookie)))
    print(f"{name}?{query or '-'} page {DEEP} {last / first:.2f} times page 1 (stay below 1.15)", flush=True)


def _deep(name: str) -> Iterable[tuple[str, str]]:
    """The last page of as many rows as there are, at most page 2,000, by its cursor."""
    orders: dict[str, tuple[tuple[str, str], ...]] = {
        "environments": (("", "badness"), ("sort=name", "name"), ("sort=expires_at", "expires_at")),
        "apps": (("", "badness"), ("sort=name", "name"), ("sort=active_users", "active_users")),
        "certificates": (("sort=common_name", "common_name"),),
        "rotations": (("", "window_start"),),
        "activity": (("", "-at"),),
    }
    models: dict[str, type[Any]] = {
        "environments": Environment, "apps": App, "certificates": Certificate, "rotations": Rotation,
        "activity": AuditEntry,
    }  # fmt: skip
    for query, order in orders.get(name, ()):
        rows = models[name].objects.order_by(order, "-pk" if order.startswith("-") else "pk")
        place = min(rows.count(), DEEP * PER_PAGE) - PER_PAGE - 1
        value, pk = rows.values_list(order.removeprefix("-"), "pk")[place : place + 1].get()
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        yield query, f"{query}&{urlencode({'after': f'{text}~{pk}', 'n': place + 2})}".removeprefix("&")


def ask(path: str, cookie: str) -> bytes:
    """One request through the server's own entry, without a network."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": cookie, "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    told: list[str] = []

    def started(status: str, _headers: Any, _fault: Any = None) -> Callable[[bytes], object]:
        told.append(status)
        return lambda _: None

    answer = application(environ, started)
    body = b"".join(answer)
    if told != ["200 OK"]:
        raise SystemExit(f"{path}?{query} answered {told}")
    return body


def _rounds(works: tuple[Callable[[], object], ...]) -> list[float]:
    """CPU seconds of each; they take turns, so that what disturbs the machine disturbs all of them."""
    times: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            taken.append(_cpu(work))
    return [median(taken) for taken in times]


def _cpu(work: Callable[[], object]) -> float:
    """Of at least 20 ms of work: the clock is not finer than that is worth."""
    start, times = time.process_time(), 0
    while times == 0 or (time.process_time() - start < 0.02 and times < 50):
        work()
        times += 1
    return (time.process_time() - start) / times


def _some_customer() -> Customer:
    return Customer.objects.order_by("pk")[7:8].get()


def _cookie(name: str, role: Role, customer: Customer | None) -> str:
    user, _ = User.objects.get_or_create(email=f"{name}@example.test", defaults={"name": "Bench"})
    Membership.objects.get_or_create(user=user, role=role, customer=customer)
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    main()
