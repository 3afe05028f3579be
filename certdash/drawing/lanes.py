"""What addresses served over time: one lane an address, one bar an interval, all on one scale that ends today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certdash.drawing.scale import MONTHS, Scale, Stretch, linear, months, percent

# However young the first observation is, and the most that is drawn.
LEAST, MOST = timedelta(hours=1), timedelta(days=400)
MOST_TICKS = 6
# Narrower bars have no room for a label at any width; their words are in the title and in the table.
LEAST_LABEL = 9.0
SHADES = 3
LEAST_WIDTH = 0.8


@dataclass(frozen=True, slots=True)
class Interval:
    """`chain` tells chains apart, None for a failure; `end` None is now. `label` is short, `words` say it all."""

    start: datetime
    end: datetime | None
    chain: int | None
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`style` is a shade that the same chain has in every lane, or `silent`. `is_cut`: it began before the drawing."""

    stretch: Stretch
    style: str
    label: str
    words: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Lane:
    bars: tuple[Bar, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """`start` is the day at its left end; its right end is today."""

    ticks: tuple[Tick, ...]
    start: str


def scale_for(starts: Iterable[datetime], now: datetime) -> Scale:
    """From the first observation, with a little room before it, to now."""
    first = min(starts, default=now)
    span = min(max(now - first, LEAST), MOST)
    return linear(now - span * 1.03, now, now)


def axis_of(scale: Scale) -> Axis:
    """The first days of months, with room for what stands at both ends."""
    starts = months(scale.start, scale.end)
    step = -(-len(starts) // MOST_TICKS) if starts else 1
    chosen = [start for at, start in enumerate(starts) if at % step == 0 and 14 < scale.at(start) < 90]
    ticks = tuple(Tick(percent(scale.at(start)), _label(start)) for start in chosen)
    return Axis(ticks, _start(scale))


def lane_of(intervals: Sequence[Interval], scale: Scale, shades: dict[int, int]) -> Lane:
    """`shades` remembers the shade of each chain over all lanes of a host."""
    bars = []
    for one in intervals:
        end = one.end or scale.end
        stretch = _seen(scale.at(one.start), scale.at(end))
        if end <= scale.start:
            continue
        if one.chain is not None:
            shades.setdefault(one.chain, len(shades) % SHADES)
        style = "silent" if one.chain is None else f"shade-{shades[one.chain]}"
        is_wide = scale.at(end) - scale.at(one.start) >= LEAST_LABEL
        bars.append(Bar(stretch, style, one.label if is_wide else "", one.words, one.start < scale.start))
    return Lane(tuple(bars), "; then ".join(one.words for one in intervals))


def _seen(left: float, right: float) -> Stretch:
    """However short an interval was, it can be seen."""
    left = min(left, right - LEAST_WIDTH) if right >= LEAST_WIDTH else left
    return Stretch(percent(left), percent(right), percent(max(right - left, LEAST_WIDTH)))


def _label(start: datetime) -> str:
    return f"{MONTHS[start.month - 1]} {start.year}" if start.month == 1 else MONTHS[start.month - 1]


def _start(scale: Scale) -> str:
    """The day; the time of day where all that is known is from today."""
    is_today = scale.start.date() == scale.end.date()
    return f"{scale.start:%H:%M} UTC" if is_today else _day(scale.start)


def _day(instant: datetime) -> str:
    return f"{instant.day} {MONTHS[instant.month - 1]} {instant.year}"
