"""How one app stood over the last ninety days: a sentence, a drawing, and the days on which it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Subquery

from certdash.drawing.app_trend import AppTrend, Spell, app_trend
from certdash.models import App, StandingChange
from certdash.queries.formatting import WORDS, day, full_day, number, value_of
from pins.verdict import Value

DAYS = 90


@dataclass(frozen=True, slots=True)
class TrendRow:
    day: str
    value: str
    users: str
    share: str


@dataclass(frozen=True, slots=True)
class Trend:
    """`drawing` is None for an app that was never evaluated; `rows` begin with the newest change."""

    sentence: str
    drawing: AppTrend | None
    rows: tuple[TrendRow, ...]


def trend_of_app(app: App, now: datetime) -> Trend:
    """One statement."""
    first = (now - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    own = StandingChange.objects.filter(app=app, changed_at__lte=now)
    opening = own.filter(changed_at__lt=first).order_by("-changed_at", "-pk").values("pk")[:1]
    found = own.filter(Q(changed_at__gte=first) | Q(pk=Subquery(opening))).order_by("changed_at", "pk")
    last_of_day = {row.changed_at.date(): row for row in found}
    rows = _changes(list(last_of_day.values()))
    spells = [Spell(row.changed_at.date(), value_of(row.badness), share_of(row)) for row in rows]
    return Trend(
        _sentence(rows, now),
        app_trend(spells, first.date(), now.date()),
        tuple(_row(row) for row in reversed(rows)),
    )


def share_of(row: StandingChange) -> int:
    """Per cent of the app's users who are concerned, rounded, never down to nobody."""
    if not row.users_at_risk or not row.active_users:
        return 0
    return max(min(round(100 * row.users_at_risk / row.active_users), 100), 1)


def _changes(rows: Sequence[StandingChange]) -> list[StandingChange]:
    """A day that ended as the day before is none."""
    found: list[StandingChange] = []
    for row in rows:
        if not found or _standing(found[-1]) != _standing(row):
            found.append(row)
    return found


def _standing(row: StandingChange) -> tuple[int, int]:
    return row.badness, share_of(row)


def _row(row: StandingChange) -> TrendRow:
    share = share_of(row)
    users = number(row.users_at_risk) if row.users_at_risk else "none"
    return TrendRow(full_day(row.changed_at), value_of(row.badness), users, f"{share} %" if share else "")


def _sentence(rows: Sequence[StandingChange], now: datetime) -> str:
    """`Better since 12 Nov: at risk for 61 % of users → 12 %.`"""
    if not rows:
        return "Nothing is known about the past of this app yet."
    last = rows[-1]
    since = day(last.changed_at, now)
    if len(rows) == 1 and last.changed_at < now - timedelta(days=DAYS):
        return f"Without a change for {DAYS} days: {_words(last)}."
    if len(rows) == 1:
        return f"Since {since}: {_words(last)}. Nothing is known before."
    before = rows[-2]
    after = _words(last)
    if before.badness == last.badness and share_of(before) and share_of(last):
        after = f"{share_of(last)} %"
    return f"{_direction(before, last)} since {since}: {_words(before)} → {after}."


def _direction(before: StandingChange, last: StandingChange) -> str:
    was, is_now = ((-row.badness, share_of(row)) for row in (before, last))
    return "Better" if is_now < was else "Worse"


def _words(row: StandingChange) -> str:
    share = share_of(row)
    word = WORDS[Value(value_of(row.badness))]
    return f"{word} for {share} % of users" if share else word
