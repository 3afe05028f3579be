"""Notices about what time brings without any event: dates that come close, hosts that stay silent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from certdash.actions.outbox import put
from certdash.models import Acknowledgement, Event, ProbeSchedule, Rotation, RotationState, Successor, Verdict
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.notices import words as notice_words
from certdash.queries.notices.drafts import Draft
from certdash.queries.standing import in_use, stale_before
from pins.thresholds import expiry_step, ship_by_step
from pins.verdict import Value

DAY = timedelta(days=1)
OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)


def look(*, now: datetime) -> None:
    """Whatever is due and was not told yet. Run twice it does nothing more: every fact has its key.

    It reads outside any transaction: a look at a large fleet must not hold up those who write.
    """
    put([*_expiring(now), *_to_ship(now), *_unreachable(now), *_late(now)], now=now)


def _expiring(now: datetime) -> Iterable[Draft]:
    """Custom domains; the platform's own certificates have their rotation. One notice a certificate and step."""
    announced = Successor.objects.filter(Q(window_end=None) | Q(window_end__gt=now), withdrawn_at=None)
    rows = watched_endpoints().filter(
        ~Exists(announced.filter(endpoint=OuterRef("pk"))), platform_domain=None, chain__isnull=False
    )
    leaf = "chain__leaf__"
    columns = (f"{leaf}sha256", f"{leaf}not_before", f"{leaf}not_after")
    hosts: dict[tuple[int, str, datetime, int], list[tuple[str, int]]] = defaultdict(list)
    for customer_id, sha256, not_before, not_after, host, environment_id in rows.order_by("host").values_list(
        "environment__customer_id", *columns, "host", "environment_id"
    ):
        step = expiry_step(not_before, not_after, now) if not_before and not_after else None
        if step and sha256 and not_after:
            hosts[customer_id, sha256, not_after, step].append((host, environment_id))
    for (customer_id, sha256, not_after, step), found in hosts.items():
        names = [host for host, _ in found]
        yield Draft(
            Event.CERTIFICATE_EXPIRES,
            f"{sha256}:{step}",
            customer_id,
            notice_words.certificate_expires(names, not_after, step, now),
            reverse("environment", args=(found[0][1],)),
            is_urgent=step == 12,
            facts={"hosts": names[:50], "sha256": sha256, "expires_at": not_after.isoformat(), "part_left": step},
        )


@dataclass(frozen=True, slots=True)
class _Need:
    """An app that has to ship before a rotation."""

    app_id: int
    app: str
    customer_id: int
    customer: str
    users: int
    rotation_id: int
    last: date


def _to_ship(now: datetime) -> Iterable[Draft]:
    for need in _unanswered(_needs(), now):
        step = ship_by_step(need.last, now.date())
        if step is None:
            continue
        yield Draft(
            Event.SHIP_BY,
            f"{need.app_id}:{need.rotation_id}:{step}",
            need.customer_id,
            notice_words.ship_by(need.app, need.customer, need.last, step, need.users, now),
            reverse("app", args=(need.app_id,)),
            is_urgent=step <= 1,
            app_id=need.app_id,
            facts={"app": need.app, "ship_by": need.last.isoformat(), "days_left": (need.last - now.date()).days},
        )


def _needs() -> list[_Need]:
    """By app and open rotation the first date; a cell without an open rotation counts under zero."""
    open_rows = Rotation.objects.filter(state__in=OPEN).values_list("pk", "platform_domain_id", "endpoint_id")
    by_domain = {domain: pk for pk, domain, _ in open_rows if domain}
    by_endpoint = {endpoint: pk for pk, _, endpoint in open_rows if endpoint}
    rows = Verdict.objects.filter(
        in_use(),
        badness__lte=Value.AT_RISK.badness,
        ship_by__isnull=False,
        endpoint__archived_at=None,
        release__app__customer__archived_at=None,
    )
    app = "release__app__"
    columns = (f"{app}name", f"{app}customer_id", f"{app}customer__name", f"{app}users_at_risk")
    found: dict[tuple[int, int], _Need] = {}
    for app_id, name, customer_id, customer, users, domain, endpoint, last in rows.order_by("pk").values_list(
        "release__app_id", *columns, "endpoint__platform_domain_id", "endpoint_id", "ship_by"
    ):
        rotation_id = by_domain.get(domain, 0) if domain else by_endpoint.get(endpoint, 0)
        known = found.get((app_id, rotation_id))
        if last and (known is None or last < known.last):
            found[app_id, rotation_id] = _Need(app_id, name, customer_id, customer, users, rotation_id, last)
    return list(found.values())


def _unanswered(needs: Iterable[_Need], now: datetime) -> Iterable[_Need]:
    """A plan is an answer until its day has passed, a snooze until its own."""
    rows = Acknowledgement.objects.filter(withdrawn_at=None, rotation__state__in=OPEN)
    answers: Mapping[tuple[int, int], date | None] = {
        (app_id, rotation_id): snoozed_until - DAY if snoozed_until else ships_on
        for app_id, rotation_id, snoozed_until, ships_on in rows.order_by("at", "pk").values_list(
            "app_id", "rotation_id", "snoozed_until", "ships_on"
        )
    }
    for need in needs:
        key = need.app_id, need.rotation_id
        until = answers.get(key)
        if key not in answers or (until is not None and until < now.date()):
            yield need


def _unreachable(now: datetime) -> Iterable[Draft]:
    """Tried within the last day, read in none of it."""
    silent = Q(schedule__last_seen_at__lte=now - DAY) | Q(schedule__last_seen_at=None, created_at__lte=now - DAY)
    rows = watched_endpoints().filter(silent, schedule__last_probe_at__gt=now - DAY).exclude(failure="")
    for endpoint in rows.select_related("environment", "schedule").order_by("host", "pk"):
        since = endpoint.schedule.last_seen_at
        yield Draft(
            Event.ENDPOINT_UNREACHABLE,
            f"{endpoint.pk}:{since.date() if since else 'never'}",
            endpoint.environment.customer_id,
            notice_words.endpoint_unreachable(str(endpoint), endpoint.failure, since),
            reverse("environment", args=(endpoint.environment_id,)),
            facts={"host": endpoint.host, "port": endpoint.port, "since": since.isoformat() if since else None},
        )


def _late(now: datetime) -> Iterable[Draft]:
    """The schedule has fallen behind: nobody else notices when no worker runs for a while."""
    rows = ProbeSchedule.objects.filter(endpoint__in=watched_endpoints())
    late = rows.filter(next_probe_at__lte=stale_before(now)).count()
    if late:
        words = notice_words.data_stale(late, rows.count())
        yield Draft(Event.DATA_STALE, str(now.date()), None, words, reverse("environments"), facts={"late": late})
