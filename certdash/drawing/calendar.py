"""The policy calendar: rotations a year that the longest permitted lifetimes force on one certificate."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from certdash.drawing.scale import MONTHS, percent
from pins.lifetimes import DAY_LIMITS, maximum_days

YEARS = 5
MAX_STEPS = 80


@dataclass(frozen=True, slots=True)
class CalendarMark:
    x: str
    is_past: bool
    words: str


@dataclass(frozen=True, slots=True)
class CalendarLimit:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    year: int
    y: int
    marks: tuple[CalendarMark, ...]
    limits: tuple[CalendarLimit, ...]
    rotations: int
    is_next: bool


def policy_calendar(issued: datetime, expires: datetime, today: datetime) -> tuple[CalendarYear, ...]:
    """Each certificate is renewed a little before it expires, and lives as long as the policy of that day permits."""
    rotations = [issued, *future_rotations(expires, today.year + YEARS)]
    return tuple(_year(today.year + at, rotations, today, 26 + 30 * at) for at in range(YEARS))


def future_rotations(expires: datetime, until_year: int) -> list[datetime]:
    """Days on which the certificate changes when every one lives its longest."""
    found: list[datetime] = []
    life = timedelta(days=365)
    while expires.year <= until_year and len(found) < MAX_STEPS:
        issued = expires - lead_of(life)
        found.append(issued)
        life = timedelta(days=maximum_days(issued) or 398)
        expires = issued + life
    return found


def lead_of(life: timedelta) -> timedelta:
    """Renewed an eighth of the lifetime before expiry, a month at most."""
    return min(timedelta(days=30), life / 8)


def _year(year: int, rotations: list[datetime], today: datetime, y: int) -> CalendarYear:
    mine = [instant for instant in rotations if instant.year == year]
    marks = tuple(CalendarMark(_place(instant), instant < today, _day(instant)) for instant in mine)
    limits = tuple(CalendarLimit(_place(start), f"max {days} days") for start, days in DAY_LIMITS if start.year == year)
    return CalendarYear(year, y, marks, limits, len(mine), year == today.year + 1)


def _place(instant: datetime) -> str:
    start, end = (datetime(instant.year + more, 1, 1, tzinfo=UTC) for more in (0, 1))
    return percent(100 * ((instant - start) / (end - start)))


def _day(instant: date) -> str:
    return f"{instant.day} {MONTHS[instant.month - 1]} {instant.year}"
