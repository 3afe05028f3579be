"""The trend: apps by verdict day by day as stacked areas, bad at the bottom, labels at the right edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from certdash.drawing.scale import MONTHS, percent

HEIGHT = 176
LABEL_STEP = 14
# The baseline of the uppermost label: its capitals end at the upper edge.
TOP = 12


@dataclass(frozen=True, slots=True)
class Area:
    """One run of days with the same count of one verdict."""

    verdict: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Label:
    verdict: str
    count: int
    y: str
    shape_y: str


@dataclass(frozen=True, slots=True)
class Mark:
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    areas: tuple[Area, ...]
    labels: tuple[Label, ...]
    levels: tuple[Mark, ...]
    months: tuple[Mark, ...]
    words: str


def trend(days: Sequence[date], counts: Mapping[str, Sequence[int]]) -> Trend | None:
    """`counts` holds one number a day for each verdict, worst verdict first. None where there is nothing to draw."""
    totals = [sum(series[at] for series in counts.values()) for at in range(len(days))]
    top = max(totals, default=0)
    if not top:
        return None
    unit = HEIGHT / (top * 1.06)
    areas: list[Area] = []
    floor = [0] * len(days)
    for verdict, series in counts.items():
        areas += _areas(verdict, series, floor, unit)
        floor = [low + more for low, more in zip(floor, series, strict=True)]
    return Trend(tuple(areas), _labels(counts, unit), _levels(top, unit), _months(days), _words(days, counts))


def _areas(verdict: str, series: Sequence[int], floor: Sequence[int], unit: float) -> list[Area]:
    found = []
    start = 0
    for at in range(1, len(series) + 1):
        if at < len(series) and (series[at], floor[at]) == (series[start], floor[start]):
            continue
        if series[start]:
            height = series[start] * unit
            y = HEIGHT - floor[start] * unit - height
            x, width = 100 * start / len(series), 100 * (at - start) / len(series)
            found.append(Area(verdict, percent(x), percent(width), f"{y:.1f}", f"{height:.1f}"))
        start = at
    return found


def _labels(counts: Mapping[str, Sequence[int]], unit: float) -> tuple[Label, ...]:
    """Beside the middle of each area's last day, kept apart and inside the drawing; an area that ended has none."""
    here: list[tuple[str, int, float]] = []
    floor = 0
    for verdict, series in counts.items():
        if series[-1]:
            here.append((verdict, series[-1], HEIGHT - (floor + series[-1] / 2) * unit + 4))
        floor += series[-1]
    places, last = [], float(HEIGHT + LABEL_STEP)
    for at, (_, _, middle) in enumerate(here):
        room = TOP + LABEL_STEP * (len(here) - 1 - at)
        last = max(min(middle, last - LABEL_STEP), room)
        places.append(last)
    return tuple(
        Label(verdict, count, f"{y:.1f}", f"{y - 10:.1f}") for (verdict, count, _), y in zip(here, places, strict=True)
    )


def _levels(top: int, unit: float) -> tuple[Mark, ...]:
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if top / step <= 3), 10_000)
    return tuple(Mark(f"{HEIGHT - level * unit:.1f}", f"{level:,}") for level in range(0, top + 1, step))


def _months(days: Sequence[date]) -> tuple[Mark, ...]:
    return tuple(
        Mark(percent(100 * at / len(days)), MONTHS[day.month - 1])
        for at, day in enumerate(days)
        if day.day == 1 and 3 < 100 * at / len(days) < 84
    )


def _words(days: Sequence[date], counts: Mapping[str, Sequence[int]]) -> str:
    parts = [f"{verdict.replace('_', ' ')} {series[0]} then {series[-1]} now" for verdict, series in counts.items()]
    return f"Apps by verdict over {len(days)} days: {', '.join(parts)}"
