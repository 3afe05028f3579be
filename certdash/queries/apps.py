"""The app list: its sentence, its filters, one page of rows, the same rows as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum

from certdash.drawing import runway
from certdash.drawing.scale import Scale
from certdash.models import App, Customer, Platform, Release, Verdict
from certdash.queries import keyset
from certdash.queries.access import Access
from certdash.queries.formatting import (
    VALUES,
    WORDS,
    Moment,
    Part,
    Sentence,
    about,
    address,
    counted,
    day,
    days_left,
    moment,
    number,
    value_of,
)
from certdash.queries.keyset import Order
from certdash.queries.lists import Address, Column, Filters, Page, Select, columns, read_sort
from certdash.queries.standing import stale_before
from pins.verdict import Value

SORTS = {
    "badness": "Verdict",
    "name": "App",
    "active_users": "Users",
    "users_at_risk": "At risk",
    "ship_by": "Ship by",
}
STOPS = Value.WILL_FAIL.badness
STATUSES = {"stops": "failing or will fail"} | {value.value: WORDS[value] for value in VALUES}


@dataclass(frozen=True, slots=True)
class AppRow:
    """`at_risk` counts users of releases that are failing, will fail or are at risk; empty where there are none."""

    pk: int
    value: str
    name: str
    customer: str
    releases: str
    owner: str
    users: str
    at_risk: str
    ship_by: str
    days_left: str
    is_late: bool
    runway: runway.Runway


@dataclass(frozen=True, slots=True)
class AppList:
    rows: tuple[AppRow, ...]
    head: runway.RunwayHead
    page: Page
    total: int
    filters: Filters
    columns: Mapping[str, Column]
    sentence: Sentence
    age: Moment
    notices: tuple[str, ...]
    csv_url: str


def visible(access: Access) -> QuerySet[App]:
    return App.objects.filter(access.rows(), archived_at=None, customer__archived_at=None)


def app_list(access: Access, given: Mapping[str, str], now: datetime) -> AppList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    selects, rows = _filtered(access, place)
    sort = read_sort(place, SORTS, "badness")
    cut = keyset.cut(_with_releases(rows), Order.parse(sort, ("ship_by",)), place)
    runs = [_run(app) for app in cut.rows]
    scale = runway.scale_for(runs, now)
    return AppList(
        rows=tuple(_row(app, run, scale, now) for app, run in zip(cut.rows, runs, strict=True)),
        head=runway.head_of(runs, scale),
        page=cut.page,
        total=cut.total,
        filters=Filters(selects, place.value("q"), "Filter by app, owner", place.value("sort")),
        columns=columns(place, SORTS, sort),
        sentence=_sentence(access, now),
        age=_age(access, now),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def _filtered(access: Access, place: Address) -> tuple[tuple[Select, ...], QuerySet[App]]:
    names = Customer.objects.filter(access.rows("pk"), archived_at=None).values_list("pk", "name")
    customer = place.choice("customer", "Customer", [(str(pk), name) for pk, name in names])
    status = place.choice("status", "Verdict", STATUSES.items())
    platform = place.choice("platform", "Platform", Platform.choices)
    rows = visible(access)
    if customer.is_set:
        rows = rows.filter(customer=int(place.value("customer")))
    if status.is_set:
        rows = rows.filter(_status(place.value("status")))
    if platform.is_set:
        rows = rows.filter(releases__platform=place.value("platform"), releases__retired_at=None).distinct()
    if text := place.text():
        rows = rows.filter(Q(name__icontains=text) | Q(customer__name__icontains=text) | Q(owner__name__icontains=text))
    selects = (customer, status, platform) if len(customer.options) > 2 else (status, platform)
    return selects, rows


def _status(chosen: str) -> Q:
    return Q(badness__lte=STOPS) if chosen == "stops" else Q(badness=Value(chosen).badness)


def _run(app: App) -> runway.Run:
    return runway.Run(value_of(app.badness), app.ship_by, app.window_start, app.window_end)


def _row(app: App, run: runway.Run, scale: Scale, now: datetime) -> AppRow:
    return AppRow(
        pk=app.pk,
        value=value_of(app.badness),
        name=app.name,
        customer=app.customer.name,
        releases=_releases(app),
        owner=app.owner.name if app.owner else "",
        users=number(app.active_users),
        at_risk=number(app.users_at_risk) if app.users_at_risk else "",
        ship_by=day(app.ship_by, now) if app.ship_by else "",
        days_left=days_left(app.ship_by, now) if app.ship_by else "",
        is_late=app.ship_by is not None and app.ship_by < now.date(),
        runway=runway.runway(run, scale),
    )


def _with_releases(rows: QuerySet[App]) -> QuerySet[App]:
    """Counted beside each row, so that a page of apps needs no second statement."""
    active = Release.objects.filter(app=OuterRef("pk"), retired_at=None)
    counted_releases = active.order_by().values("app").annotate(total=Count("pk")).values("total")
    return rows.select_related("customer", "owner").annotate(
        release_total=Subquery(counted_releases),
        on_android=Exists(active.filter(platform=Platform.ANDROID)),
        on_ios=Exists(active.filter(platform=Platform.IOS)),
    )


def _releases(app: App) -> str:
    total, android, ios = (getattr(app, name) for name in ("release_total", "on_android", "on_ios"))
    platforms = [label for has, label in ((android, "Android"), (ios, "iOS")) if has]
    return f"{total} {', '.join(platforms)}" if total else "none"


def _sentence(access: Access, now: datetime) -> Sentence:
    stops = Q(badness__lte=STOPS)
    found = visible(access).aggregate(
        total=Count("pk"),
        stopping=Count("pk", filter=stops),
        users=Sum("users_at_risk", filter=stops, default=0),
        in_time=Count("pk", filter=stops & Q(ship_by__gte=now.date())),
        unsure=Count("pk", filter=Q(badness=Value.AT_RISK.badness)),
    )
    if not found["total"]:
        return (Part("No app is registered yet."),)
    if not found["stopping"]:
        return (
            Part("None of "),
            Part(counted(found["total"], "app"), address("apps")),
            Part(" stops with the next rotation; "),
            Part(f"{found['unsure']} at risk", address("apps", status="at_risk")),
            Part(" deserve a look." if found["unsure"] else "."),
        )
    return (
        Part(f"{found['stopping']} of {counted(found['total'], 'app')}", address("apps", status="stops")),
        Part(" stop or have stopped connecting: about "),
        Part(f"{about(found['users'])} users", address("apps", status="stops", sort="-users_at_risk")),
        Part(". "),
        Part(f"{found['in_time']} of them", address("apps", status="stops", sort="ship_by")),
        Part(" can still ship a fix in time."),
    )


def _age(access: Access, now: datetime) -> Moment:
    seen = Verdict.objects.filter(access.rows("release__app__customer_id")).aggregate(
        seen=Max("endpoint__schedule__last_seen_at")
    )
    return moment(seen["seen"], now, stale_after=now - stale_before(now))


def csv_rows(access: Access, given: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The whole filtered list, in chunks."""
    yield ("verdict", "app", "customer", "owner", "users", "users at risk", "ship by", "window start", "window end")
    _, rows = _filtered(access, Address(given))
    for app in rows.select_related("customer", "owner").order_by("badness", "pk").iterator(chunk_size=2000):
        yield (
            WORDS[Value(value_of(app.badness))],
            app.name,
            app.customer.name,
            app.owner.email if app.owner else "",
            str(app.active_users),
            str(app.users_at_risk),
            app.ship_by.isoformat() if app.ship_by else "",
            app.window_start.isoformat() if app.window_start else "",
            app.window_end.isoformat() if app.window_end else "",
        )
