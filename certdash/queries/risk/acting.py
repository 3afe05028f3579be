"""Who must act: the worst apps with owner, ship-by date, time left, and what settles it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from certdash.drawing import runway
from certdash.models import App
from certdash.queries.access import Access
from certdash.queries.formatting import day, days_left, number, span, value_of
from certdash.queries.prepared import ask
from certdash.queries.risk.cells import Cell, cells_of, settles_by
from certdash.queries.risk.figures import STOPS, live_apps
from certdash.queries.risk.lead_words import lead_of, leads_of, ship_by_of
from pins.verdict import Value

MOST_ROWS = 10
WINDOW = ("window_start", "window_end")
LEAD = ("review_days", "adoption_days", "target_share", "buffer_days")


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
    lead: str
    window: str
    runway: runway.Runway
    settles: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acting:
    rows: tuple[ActRow, ...]
    head: runway.RunwayHead
    leads: str


class _App(NamedTuple):
    pk: int
    badness: int
    name: str
    customer: str
    owner: str | None
    users: int
    ship_by: date | None
    window_start: datetime | None
    window_end: datetime | None
    review_days: int
    adoption_days: int
    target_share: int
    buffer_days: int


def acting(access: Access, now: datetime, most: int = MOST_ROWS) -> Acting:
    """Two statements: the worst apps, then the verdicts that make them so. No model is built for any of them."""
    worst = ask(_first, access) if most == MOST_ROWS else _worst(access)[:most]
    found = [_App(*row) for row in worst]
    cells = cells_of(access, [app.pk for app in found])
    runs = [runway.Run(value_of(app.badness), ship_by_of(app), app.window_start, app.window_end) for app in found]
    ground = runway.scale_for(runs, now)
    tracks = [runway.runway(run, ground) for run in runs]
    acted = tuple(_row(app, cells[app.pk], track, now) for app, track in zip(found, tracks, strict=True))
    return Acting(acted, runway.head_of(runs, ground), leads_of(found))


def _worst(access: Access) -> QuerySet[App, Any]:
    rows = live_apps(access).filter(badness__lte=STOPS).order_by("badness", "-users_at_risk", "pk")
    columns = ("pk", "badness", "name", "customer__name", "owner__name", "users_at_risk", "ship_by", *WINDOW, *LEAD)
    return rows.values_list(*columns)


def _first(access: Access) -> QuerySet[App, Any]:
    return _worst(access)[:MOST_ROWS]


def _row(app: _App, cells: list[Cell], track: runway.Runway, now: datetime) -> ActRow:
    """Of the cells that stop it, the one of the release that most people use is told."""
    stopping = [cell for cell in cells if cell.badness <= STOPS]
    worst = min(stopping, key=lambda cell: (cell.badness, -cell.share, cell.pk), default=None)
    ship_by, is_failing = ship_by_of(app), app.badness == Value.FAILING.badness
    return ActRow(
        pk=app.pk,
        value=value_of(app.badness),
        name=app.name,
        customer=app.customer,
        release=str(worst.release) if worst else "",
        owner=app.owner or "",
        users=number(app.users),
        ship_by=day(ship_by, now) if ship_by else "at once" if is_failing else "no date",
        days_left=days_left(ship_by, now) if ship_by else "",
        is_late=ship_by is not None and ship_by < now.date(),
        lead=lead_of(app) if ship_by else "",
        window=span(app.window_start, app.window_end, now),
        runway=track,
        settles=settles_by(stopping, cells, worst, now) if worst else "",
        reason=worst.reason if worst else "",
    )
