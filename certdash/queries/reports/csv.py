"""The report's rows for a spreadsheet: every app in scope, the rotations, what changed, the findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from django.db.models import F, OuterRef, Subquery

from certdash.models import App, StandingChange, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import value_of
from certdash.queries.lists.lists import Address
from certdash.queries.overview.since import changed_apps
from certdash.queries.reports.page import days_of, period_choice
from certdash.queries.reports.rows import finding_counts, rotation_rows
from certdash.queries.risk.figures import figures, live_apps, platform_rotations, since_midnight
from certdash.queries.risk.lead_words import ship_by_of
from certdash.queries.settling import last_sentence
from certdash.queries.standing import in_use

Line = tuple[str, ...]
MOST_CHANGES = 100_000


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> tuple[str, Iterable[Line]]:
    """The name of the file, and its lines; rows that nobody knows are those of the apps."""
    place = Address(given)
    period_choice(place)
    then = since_midnight(now, days_of(place))
    kinds: Mapping[str, Callable[[Access, datetime, datetime], Iterable[Line]]] = {
        "apps": _apps,
        "rotations": _rotations,
        "changes": _changes,
        "findings": _findings,
    }
    name = given.get("rows", "apps")
    name = name if name in kinds else "apps"
    return f"pinning-risk-{name}", kinds[name](access, then, now)


def _apps(access: Access, then: datetime, now: datetime) -> Iterator[Line]:
    own = StandingChange.objects.filter(app=OuterRef("pk"), changed_at__lte=then).order_by("-changed_at", "-pk")
    most_used = F("release__share").desc(nulls_last=True)
    reasons = Verdict.objects.filter(in_use(), release__app=OuterRef("pk")).order_by("badness", most_used, "pk")
    rows = live_apps(access).annotate(
        before=Subquery(own.values("badness")[:1]), reason=Subquery(reasons.values("reason")[:1])
    )
    yield (
        "Customer", "App", "Verdict", f"Verdict on {then:%Y-%m-%d}", "Owner", "Active users", "Users concerned",
        "Ship by", "Window from", "Window to", "Reason", "What settles it",
    )  # fmt: skip
    for app in rows.select_related("customer", "owner").order_by("badness", "-users_at_risk", "pk").iterator(2000):
        yield _line(app)


def _line(app: App) -> Line:
    before, reason = getattr(app, "before"), getattr(app, "reason") or ""  # noqa: B009  # annotated
    dates = (ship_by_of(app), app.window_start, app.window_end)
    return (
        app.customer.name,
        app.name,
        value_of(app.badness),
        "" if before is None else value_of(before),
        app.owner.name if app.owner else "",
        str(app.active_users),
        str(app.users_at_risk),
        *map(_date, dates),
        reason,
        last_sentence(reason) if reason else "",
    )


def _date(at: date | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _rotations(access: Access, then: datetime, now: datetime) -> Iterator[Line]:
    """`least`: counts of later rotations are lower bounds."""
    yield "Certificate", "Kind", "Window from", "Window to", "Evidence", "Apps that fail", "Apps at risk", "Counts are"
    for row in rotation_rows(access, platform_rotations(), figures(access, now).struck, now):
        counts = (str(row.failing), str(row.risky), "least" if row.is_least else "exact")
        yield row.name, row.kind, _date(row.starts_at), _date(row.ends_at), row.evidence, *counts


def _changes(access: Access, then: datetime, now: datetime) -> Iterator[Line]:
    yield "Customer", "App", "Before", "Now", "Users concerned", "Changed on"
    for row in changed_apps(access, then, now, MOST_CHANGES):
        yield row.customer, row.name, row.before or "new", row.after, str(row.users_at_risk), _date(row.at)


def _findings(access: Access, then: datetime, now: datetime) -> Iterator[Line]:
    yield "Code", "Finding", "Severity", "In force", "New in the period"
    for row in finding_counts(access, then):
        yield row.code, row.title, row.severity, row.count, row.recent
