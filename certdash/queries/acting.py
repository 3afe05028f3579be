"""Who must act: the worst apps with owner, ship-by date, time left, and what settles it."""

from dataclasses import dataclass
from datetime import datetime

from certdash.drawing import runway
from certdash.models import App, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import day, days_left, number, span, value_of
from certdash.queries.keys import among
from certdash.queries.lead_words import lead_of, leads_of, ship_by_of
from certdash.queries.risk import STOPS, visible_apps
from certdash.queries.settling import settles_briefly
from certdash.queries.standing import in_use
from pins.verdict import Value

MOST_ROWS = 10


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


def acting(access: Access, now: datetime, most: int = MOST_ROWS) -> Acting:
    """Two statements: the worst apps, then the verdicts that make them so."""
    worst = visible_apps(access).filter(badness__lte=STOPS).select_related("customer", "owner")
    found = list(worst.order_by("badness", "-users_at_risk", "pk")[:most])
    reasons = _reasons([app.pk for app in found])
    runs = [runway.Run(value_of(app.badness), ship_by_of(app), app.window_start, app.window_end) for app in found]
    ground = runway.scale_for(runs, now)
    rows = tuple(
        _row(app, reasons.get(app.pk), runway.runway(run, ground), now) for app, run in zip(found, runs, strict=True)
    )
    return Acting(rows, runway.head_of(runs, ground), leads_of(found))


def _reasons(keys: list[int]) -> dict[int, Verdict]:
    rows = Verdict.objects.filter(in_use(), release__app__in=among(keys), badness__lte=STOPS)
    rows = rows.select_related("release").defer("decisions", "counterexample")
    return {row.release.app_id: row for row in rows.order_by("-badness", "-release__share", "pk")}


def _row(app: App, verdict: Verdict | None, track: runway.Runway, now: datetime) -> ActRow:
    ship_by = ship_by_of(app)
    is_failing = app.badness == Value.FAILING.badness
    return ActRow(
        pk=app.pk,
        value=value_of(app.badness),
        name=app.name,
        customer=app.customer.name,
        release=str(verdict.release) if verdict else "",
        owner=app.owner.name if app.owner else "",
        users=number(app.users_at_risk),
        ship_by=day(ship_by, now) if ship_by else "at once" if is_failing else "no date",
        days_left=days_left(ship_by, now) if ship_by else "",
        is_late=ship_by is not None and ship_by < now.date(),
        lead=lead_of(app) if ship_by else "",
        window=span(app.window_start, app.window_end, now),
        runway=track,
        settles=settles_briefly(verdict.reason_code, verdict.reason) if verdict else "",
        reason=verdict.reason if verdict else "",
    )
