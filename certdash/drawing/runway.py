"""The runway: today → ship-by date → rotation window, late ones to the left of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from certdash.drawing.scale import MONTHS, Scale, Stretch, linear, percent

# In per cent of the narrowest column: where the words `today` and `window` do not touch yet.
LEAST_APART = 28


@dataclass(frozen=True, slots=True)
class Run:
    verdict: str
    ship_by: date | None
    window_start: datetime | None
    window_end: datetime | None


@dataclass(frozen=True, slots=True)
class Runway:
    verdict: str
    hatch: str
    words: str
    today: str
    safe: Stretch | None
    late: Stretch | None
    window: Stretch | None
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class RunwayHead:
    """`window` is the middle of the first window, empty where it would touch `today`."""

    today: str
    window: str


def scale_for(runs: Iterable[Run], today: datetime) -> Scale:
    """From nine ship-by dates in ten to the end of four windows in five, with a little air; half a year at most.

    One date long past, or one window far away, would press all the others into a few pixels: what lies outside runs
    off the edge, and its row says in words where.
    """
    runs = list(runs)
    dates = sorted(_noon(run.ship_by) for run in runs if run.ship_by)
    dates = dates[round(len(dates) * 0.1) :]
    ends = sorted(run.window_end for run in runs if run.window_end)
    ends = ends[: max(1, round(len(ends) * 0.8))]
    start = max(min([*dates, today]), today - timedelta(days=90))
    end = min(max([*ends, today + timedelta(days=30)]), today + timedelta(days=180))
    air = (end - start) * 0.04
    return linear(start - air, today, end + air)


def runway(run: Run, scale: Scale) -> Runway:
    ship_by = _noon(run.ship_by) if run.ship_by else None
    window = scale.stretch(run.window_start, run.window_end) if run.window_start and run.window_end else None
    return Runway(
        verdict=run.verdict,
        hatch="failing" if run.verdict == "failing" else run.verdict if run.verdict in _HATCHED else "plain",
        words=_words(run),
        today=percent(scale.at(scale.today)),
        safe=scale.stretch(scale.today, ship_by) if ship_by and ship_by > scale.today else None,
        late=scale.stretch(ship_by, scale.today) if ship_by and ship_by < scale.today else None,
        window=window,
        is_beyond=run.window_start is not None and run.window_start >= scale.end,
    )


def head_of(runs: Iterable[Run], scale: Scale) -> RunwayHead:
    starts = [(run.window_start, run.window_end) for run in runs if run.window_start and run.window_end]
    today = scale.at(scale.today)
    middle = (scale.at(starts[0][0]) + scale.at(starts[0][1])) / 2 if starts else today
    return RunwayHead(percent(today), percent(middle) if middle - today > LEAST_APART else "")


_HATCHED = ("will_fail", "at_risk")


def _words(run: Run) -> str:
    ship = f"Ship by {_day(run.ship_by)}" if run.ship_by else "No ship-by date"
    if run.window_start and run.window_end:
        return f"{ship}; rotation window {_day(run.window_start)} to {_day(run.window_end)}"
    return ship


def _day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def _noon(value: date) -> datetime:
    return datetime.combine(value, time(12), tzinfo=UTC)
