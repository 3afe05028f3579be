"""The overview: one sentence, counts by verdict, who must act; charts come from their own modules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from certdash.drawing import runway
from certdash.drawing.calendar import CalendarYear
from certdash.drawing.trend import Trend
from certdash.models import App, Customer, Endpoint, Rotation, RotationState, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import (
    VALUES,
    Moment,
    Sentence,
    address,
    counted,
    day,
    days_left,
    moment,
    number,
    value_of,
)
from certdash.queries.lists import Address, Filters
from certdash.queries.overview_words import more, sentence
from certdash.queries.standing import in_use, stale_before
from certdash.queries.timelines import Timeline, calendar_of, timeline
from certdash.queries.trends import DayRow, day_rows, trend_of
from pins.verdict import Value

STOPS = Value.WILL_FAIL.badness
MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class VerdictCount:
    value: str
    apps: int
    note: str
    url: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class ActRow:
    pk: int
    value: str
    name: str
    customer: str
    release: str
    owner: str
    users: str
    ship_by: str
    days_left: str
    is_late: bool
    runway: runway.Runway
    settles: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    scope: str
    filters: Filters
    notices: tuple[str, ...]
    sentence: Sentence
    more: Sentence
    counts: tuple[VerdictCount, ...]
    rows: tuple[ActRow, ...]
    stopping: int
    at_risk: int
    head: runway.RunwayHead
    timeline: Timeline
    trend: Trend | None
    trend_rows: tuple[DayRow, ...]
    calendar: tuple[CalendarYear, ...]
    calendar_name: str
    age: Moment
    unreadable: int


def overview(access: Access, given: Mapping[str, str], now: datetime) -> Overview:
    place = Address(given)
    customers = Customer.objects.filter(access.rows("pk"), archived_at=None).values_list("pk", "name")
    names = {str(pk): name for pk, name in customers}
    chosen = place.choice("customer", "Customer", names.items())
    customer = int(place.value("customer")) if chosen.is_set else None
    apps = App.objects.filter(access.rows(), archived_at=None, customer__archived_at=None)
    if customer:
        apps = apps.filter(customer=customer)
    totals = _totals(apps, now)
    rotation = next_platform_rotation()
    struck = _struck(apps, rotation, now) if rotation else {}
    rows, head = _act_rows(apps, now)
    seen, unreadable = _age(access, customer)
    days = day_rows(access, customer, now)
    return Overview(
        scope=names[str(customer)] if customer else "all customers" if len(names) != 1 else next(iter(names.values())),
        filters=Filters((chosen,) if len(names) > 1 else ()),
        notices=tuple(place.notices),
        sentence=sentence(totals, struck, rotation, now),
        more=more(totals, struck, rotation, now),
        counts=_counts(totals, customer),
        rows=rows,
        stopping=totals["apps_failing"] + totals["apps_will_fail"],
        at_risk=totals["apps_at_risk"],
        head=head,
        timeline=timeline(access, customer, now),
        trend=trend_of(days),
        trend_rows=days[-14:][::-1],
        calendar=calendar_of(rotation, now),
        calendar_name=str(rotation.platform_domain) if rotation else "",
        age=moment(seen, now, stale_after=now - stale_before(now)),
        unreadable=unreadable,
    )


def next_platform_rotation() -> Rotation | None:
    """The next change of a platform certificate that has not ended."""
    rows = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rows = rows.filter(platform_domain__isnull=False, window_end__isnull=False)
    return rows.select_related("platform_domain", "leaf", "successor").order_by("window_end", "pk").first()


def _totals(apps: QuerySet[App], now: datetime) -> dict[str, Any]:
    """One statement: apps and users by verdict, and how many of those that stop can still ship."""
    wanted: dict[str, Any] = {}
    for value in VALUES:
        here = Q(badness=value.badness)
        wanted[f"apps_{value}"] = Count("pk", filter=here)
        wanted[f"sum_{value}"] = Sum("users_at_risk", filter=here, default=0)
    stops = Q(badness__lte=STOPS)
    return apps.aggregate(total=Count("pk"), stops=Count("pk", filter=stops), **wanted)


def _struck(apps: QuerySet[App], rotation: Rotation, now: datetime) -> dict[str, Any]:
    """Apps that stop on hosts of the platform domain that rotates; `already` cannot connect there even now.

    What counts for the others is the last safe day of these hosts alone: an app may have an earlier one elsewhere.
    """
    hit = Verdict.objects.filter(
        in_use(),
        release__app=OuterRef("pk"),
        badness__lte=STOPS,
        endpoint__platform_domain=rotation.platform_domain_id,
        endpoint__archived_at=None,
    )
    dates = hit.filter(ship_by__isnull=False).order_by("ship_by").values("ship_by")[:1]
    found = apps.filter(Exists(hit)).annotate(
        is_failing=Exists(hit.filter(badness=Value.FAILING.badness)), last_day=Subquery(dates)
    )
    still, today = Q(is_failing=False), now.date()
    in_time = still & Q(last_day__gte=today)
    return found.aggregate(
        stops=Count("pk"),
        customers=Count("customer", distinct=True),
        users=Sum("users_at_risk", default=0),
        already=Count("pk", filter=Q(is_failing=True)),
        in_time=Count("pk", filter=in_time),
        late=Count("pk", filter=still & ~Q(last_day__gte=today)),
        first_ship_by=Min("last_day", filter=in_time),
        opens=Min("window_start"),
    )


def _counts(totals: dict[str, Any], customer: int | None) -> tuple[VerdictCount, ...]:
    total, left = totals["total"] or 1, 0.0
    found = []
    scope = {"customer": customer} if customer else {}
    for value in VALUES:
        apps = totals[f"apps_{value}"]
        width = 100 * apps / total
        url = address("apps", status=value.value, **scope)
        found.append(VerdictCount(value.value, apps, _note(value, totals), url, f"{left:.2f}%", f"{width:.2f}%"))
        left += width
    return tuple(found)


def _note(value: Value, totals: dict[str, Any]) -> str:
    if value in (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK):
        return f"{number(totals[f'sum_{value}'])} users"
    if value == Value.READY:
        return f"of {counted(totals['total'], 'app')}"
    return "cannot be told now" if value == Value.UNKNOWN else "no enforced pin"


def _act_rows(apps: QuerySet[App], now: datetime) -> tuple[tuple[ActRow, ...], runway.RunwayHead]:
    """Two statements: the worst apps, then the verdicts that make them so."""
    worst = apps.filter(badness__lte=STOPS).select_related("customer", "owner")
    found = list(worst.order_by("badness", "-users_at_risk", "pk")[:MOST_ROWS])
    reasons = _reasons([app.pk for app in found])
    runs = [runway.Run(value_of(app.badness), app.ship_by, app.window_start, app.window_end) for app in found]
    ground = runway.scale_for(runs, now)
    rows = tuple(
        _act_row(app, reasons.get(app.pk), runway.runway(run, ground), now)
        for app, run in zip(found, runs, strict=True)
    )
    return rows, runway.head_of(runs, ground)


def _reasons(keys: list[int]) -> dict[int, Verdict]:
    rows = Verdict.objects.filter(in_use(), release__app__in=keys, badness__lte=STOPS).select_related("release")
    rows = rows.defer("decisions", "counterexample").order_by("-badness", "-release__share", "pk")
    return {verdict.release.app_id: verdict for verdict in rows}


def _act_row(app: App, verdict: Verdict | None, track: runway.Runway, now: datetime) -> ActRow:
    return ActRow(
        pk=app.pk,
        value=value_of(app.badness),
        name=app.name,
        customer=app.customer.name,
        release=str(verdict.release) if verdict else "",
        owner=app.owner.name if app.owner else "",
        users=number(app.users_at_risk),
        ship_by=day(app.ship_by, now) if app.ship_by else "no date",
        days_left=days_left(app.ship_by, now) if app.ship_by else "",
        is_late=app.ship_by is not None and app.ship_by < now.date(),
        runway=track,
        settles=_last_sentence(verdict.reason) if verdict else "",
        reason=verdict.reason if verdict else "",
    )


def _last_sentence(reason: str) -> str:
    """A reason says what, so what, what to do, in this order: the last sentence is what settles it."""
    return reason.rstrip(". ").split(". ")[-1] + "."


def _age(access: Access, customer: int | None) -> tuple[datetime | None, int]:
    rows = Endpoint.objects.filter(access.rows("environment__customer_id"), archived_at=None)
    if customer:
        rows = rows.filter(environment__customer=customer)
    unread = Count("environment", filter=~Q(failure=""), distinct=True)
    found = rows.aggregate(seen=Max("schedule__last_seen_at"), unread=unread)
    return found["seen"], found["unread"]
