"""The app list: its sentence, its filters, one page of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from certdash.drawing import runway
from certdash.drawing.scale import Scale
from certdash.models import App, Platform, Release
from certdash.queries.access import Access
from certdash.queries.apps.facts import STOPS, Facts, apps_sentence, facts
from certdash.queries.formatting import (
    VALUES,
    WORDS,
    Moment,
    Sentence,
    address,
    day,
    days_left,
    moment,
    number,
    value_of,
)
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, Column, Columns, Filters, Page, Select, columns, read_sort
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import containing, place_of
from certdash.queries.risk.figures import live_apps
from certdash.queries.risk.lead_words import lead_of, ship_by_of
from certdash.queries.standing import stale_before
from pins.verdict import Value

SORTS = {
    "badness": "Verdict",
    "name": "App",
    "active_users": "Users",
    "users_at_risk": "At risk",
    "ship_by": "Ship by",
}
NULLABLE = ("ship_by",)
COLUMNS = {
    "releases": "Releases",
    "owner": "Owner",
    "users": "Users",
    "at_risk": "At risk",
    "ship_by": "Ship by",
    "runway": "Runway",
}
STATUSES = {"stops": "failing or will fail"} | {value.value: WORDS[value] for value in VALUES}


@dataclass(frozen=True, slots=True)
class AppRow:
    """`at_risk` counts users of releases that are failing, will fail or are at risk; empty where there are none."""

    pk: int
    url: str
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
    lead: str
    runway: runway.Runway


@dataclass(frozen=True, slots=True)
class AppList:
    rows: tuple[AppRow, ...]
    head: runway.RunwayHead
    page: Page
    total: int
    filters: Filters
    choice: Columns
    saved: SavedMenu
    columns: Mapping[str, Column]
    sentence: Sentence
    age: Moment
    notices: tuple[str, ...]
    csv_url: str


def app_list(access: Access, given: Mapping[str, str], now: datetime) -> AppList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    own, known = own_filters(access, "apps", place), facts(access, now)
    selects, rows = filtered(access, place, known)
    sort, choice = read_sort(place, SORTS, "badness"), place.columns(COLUMNS)
    cut = keyset.cut(_with_releases(rows), Order.parse(sort, NULLABLE), place, whose=("apps", access.scope))
    runs = [_run(app) for app in cut.rows]
    scale, base = runway.scale_for(runs, now), address("apps")
    return AppList(
        rows=tuple(_row(app, run, scale, base, now) for app, run in zip(cut.rows, runs, strict=True)),
        head=runway.head_of(runs, scale),
        page=cut.page,
        total=cut.total,
        filters=Filters(selects, place.value("q"), "Filter by app, owner", place.kept_beside(selects)),
        choice=choice,
        saved=saved_menu("apps", own, place),
        columns=columns(place, SORTS, sort),
        sentence=apps_sentence(known.counts),
        age=moment(known.seen, now, stale_after=now - stale_before(now)),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def filtered(access: Access, place: Address, known: Facts) -> tuple[tuple[Select, ...], QuerySet[App]]:
    customer = place.choice("customer", "Customer", known.customers)
    status = place.choice("status", "Verdict", STATUSES.items())
    platform = place.choice("platform", "Platform", Platform.choices)
    place.tell_unknown("customer", "status", "platform")
    rows = live_apps(access)
    if customer.is_set:
        rows = rows.filter(customer=int(place.value("customer")))
    if status.is_set:
        rows = rows.filter(_status(place.value("status")))
    if platform.is_set:
        releases = Release.objects.filter(app=OuterRef("pk"), platform=place.value("platform"), retired_at=None)
        rows = rows.filter(Exists(releases))
    if text := place.text():
        people = (place_of(text, "name", path=path) for path in ("customer", "owner"))
        rows = rows.filter(containing(App, text, place_of(text, "name"), *people))
    selects = (customer, status, platform) if len(customer.options) > 2 else (status, platform)
    return selects, rows


def _status(chosen: str) -> Q:
    return Q(badness__lte=STOPS) if chosen == "stops" else Q(badness=Value(chosen).badness)


def _run(app: App) -> runway.Run:
    return runway.Run(value_of(app.badness), ship_by_of(app), app.window_start, app.window_end)


def _row(app: App, run: runway.Run, scale: Scale, base: str, now: datetime) -> AppRow:
    ship_by = ship_by_of(app)
    return AppRow(
        pk=app.pk,
        url=f"{base}{app.pk}/",
        value=value_of(app.badness),
        name=app.name,
        customer=app.customer.name,
        releases=_releases(app),
        owner=app.owner.name if app.owner else "",
        users=number(app.active_users),
        at_risk=number(app.users_at_risk) if app.users_at_risk else "",
        ship_by=day(ship_by, now) if ship_by else "at once" if app.badness == Value.FAILING.badness else "",
        days_left=days_left(ship_by, now) if ship_by else "",
        is_late=ship_by is not None and ship_by < now.date(),
        lead=lead_of(app) if ship_by else "",
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
