"""The 90-day trend: apps by verdict as counted at the end of each day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from certdash.drawing.trend import Trend, trend
from certdash.models import DailyCount
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, full_day
from certdash.queries.prepared import ask, given

DAYS = 90


@dataclass(frozen=True, slots=True)
class DayRow:
    """`counts` stand in the order of badness; `name` is the day for people."""

    day: date
    name: str
    counts: tuple[int, ...]


def day_rows(access: Access, counts: Mapping[str, int], now: datetime) -> tuple[DayRow, ...]:
    """One statement. A day that nobody counted takes the counts of the day before; today is what `counts` says."""
    counted: dict[date, dict[str, int]] = {}
    for day, value, apps in ask(_days, access, first=(now - timedelta(days=DAYS)).date()):
        counted.setdefault(day, {})[value] = apps
    if counted:
        counted[now.date()] = {value: counts[f"apps_{value}"] for value in VALUES}
    return _filled(counted, now.date())


def _days(access: Access) -> QuerySet[DailyCount, Any]:
    rows = DailyCount.objects.filter(day__gte=given("first"))
    rows = rows.filter(customer=None) if access.sees_everything else rows.filter(access.rows())
    return rows.order_by().values_list("day", "value").annotate(sum=Sum("apps"))


def _filled(counted: dict[date, dict[str, int]], last: date) -> tuple[DayRow, ...]:
    if not counted:
        return ()
    found: list[DayRow] = []
    day = min(counted)
    while day <= last:
        known = counted.get(day)
        counts = tuple(known.get(value, 0) for value in VALUES) if known else found[-1].counts
        found.append(DayRow(day, full_day(day), counts))
        day += timedelta(days=1)
    return tuple(found)


def trend_of(rows: tuple[DayRow, ...]) -> Trend | None:
    """None with fewer than two days: a single column is no trend."""
    if len(rows) < 2:
        return None
    return trend(
        [row.day for row in rows], {value.value: [row.counts[at] for row in rows] for at, value in enumerate(VALUES)}
    )
