"""Readiness over time: the apps of one rotation by verdict, day by day, as far as the reader may see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from certdash.drawing.trend import Trend, trend
from certdash.models import Rotation, RotationCount
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, about, counted, day, full_day, number
from certdash.queries.rotations.scope import STOPS

DAYS = 90
MOST_ROWS = 30
NOTHING_YET = (
    "Nothing is counted yet. Once an app here is at risk, all of them are counted each day, and the line begins with "
    "the second one."
)
STOPPING = range(STOPS + 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One day for people: apps in the order of badness, and the users of those that stop."""

    name: str
    counts: tuple[int, ...]
    users: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """`trend` is None where a single day is known, or none; `first` and `last` stand under the ends of the drawing."""

    text: str
    trend: Trend | None
    first: str
    last: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    counts: tuple[int, ...]
    users: int

    @property
    def stops(self) -> int:
        return sum(self.counts[at] for at in STOPPING)


def readiness(rotation: Rotation, access: Access, now: datetime) -> Readiness:
    """One statement."""
    over = rotation.done_at or rotation.cancelled_at
    last = (over or now).date()
    days = _days(rotation, access, last)
    drawing = _trend(days)
    named = bool(drawing and drawing.months)
    return Readiness(
        text=_text(days, now, is_over=over is not None),
        trend=drawing,
        first="" if named or not days else day(days[0].day, now),
        last=day(last, now) if over else "today",
        rows=tuple(Row(full_day(one.day), one.counts, number(one.users)) for one in days[: -MOST_ROWS - 1 : -1]),
    )


def _days(rotation: Rotation, access: Access, last: date) -> list[_Day]:
    """A day without rows stands as the one before it. Who sees everything reads the sums, others their own customers'.

    The sum's rows are read in any case: they say on which days there was a count at all. What was counted for one that
    was called off belongs to the next one of the same certificate; on a day of both the newer one counts.
    """
    same = {
        "rotation__platform_domain": rotation.platform_domain_id,
        "rotation__endpoint": rotation.endpoint_id,
        "rotation__leaf": rotation.leaf_id,
    }
    seen = Q(customer=None) | access.rows()
    rows = RotationCount.objects.filter(seen, **same, rotation__lte=rotation.pk, day__lte=last)
    rows = rows.order_by("day", "rotation")
    columns = ("day", "rotation_id", "customer_id", "value", "apps", "users")
    sets: dict[date, dict[str, tuple[int, int]]] = {}
    counting: tuple[date, int] | None = None
    for on, key, customer_id, value, apps, users in (
        rows.filter(day__lte=last).order_by(*columns[:2]).values_list(*columns)
    ):
        if counting != (on, key):
            counting, sets[on] = (on, key), {}
        if (customer_id is None) == access.sees_everything:
            before = sets[on].get(value, (0, 0))
            sets[on][value] = (before[0] + apps, before[1] + users)
    return _filled(sets, last)


def _filled(sets: dict[date, dict[str, tuple[int, int]]], last: date) -> list[_Day]:
    found: list[_Day] = []
    on = min(sets, default=last + timedelta(days=1))
    counts: dict[str, tuple[int, int]] = {}
    while on <= last:
        counts = sets.get(on, counts)
        by_badness = tuple(counts.get(value, (0, 0))[0] for value in VALUES)
        found.append(_Day(on, by_badness, sum(users for _, users in counts.values())))
        on += timedelta(days=1)
    return found[-DAYS:]


def _trend(days: list[_Day]) -> Trend | None:
    """None with fewer than two days: a single column is no trend."""
    if len(days) < 2:
        return None
    series = {value.value: [one.counts[at] for one in days] for at, value in enumerate(VALUES)}
    return trend([one.day for one in days], series)


def _text(days: list[_Day], now: datetime, *, is_over: bool) -> str:
    if not days or not any(sum(one.counts) for one in days):
        if is_over:
            return "Nothing was counted before it ended, so there is nothing to compare."
        return NOTHING_YET
    if len(days) == 1:
        now_words = f"{counted(days[0].stops, 'app stops', 'apps stop')} as counted {_when(days[0], now)}"
        return f"{now_words}. The line begins with the second day."
    return _change(days, now, is_over=is_over)


def _when(one: _Day, now: datetime) -> str:
    return "today" if one.day == now.date() else f"on {day(one.day, now)}"


def _change(days: list[_Day], now: datetime, *, is_over: bool) -> str:
    first, last = days[0], days[-1]
    since = f"From {day(first.day, now)} to {day(last.day, now)}" if is_over else f"Since {day(first.day, now)}"
    if first.stops == last.stops == 0:
        most = max(one.stops for one in days)
        return f"{since} no app was to stop{f'; on the worst day {number(most)} were' if most else ''}."
    if first.stops == last.stops:
        stayed = "stayed" if is_over else "has stayed"
        return f"{since} the number of apps that stop {stayed} at {number(last.stops)}{_users(first, last)}."
    return f"{since} the apps that stop went from {number(first.stops)} to {number(last.stops)}{_users(first, last)}."


def _users(first: _Day, last: _Day) -> str:
    if about(first.users) == about(last.users):
        return ""
    return f", their users from {about(first.users)} to {about(last.users)}"
