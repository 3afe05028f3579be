"""The rotation timeline: blocks as high as the apps that fail, a lane per platform domain, one for custom domains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certdash.drawing.scale import MONTHS, Scale, Stretch, linear, months, percent
from pins.lifetimes import DAY_LIMITS

LANE = 88
BLOCK = 84
ROW = 14
MOST_ROWS = 8
# What the labels and a letter of the dates take of a wide drawing, in per cent of it.
LABEL, LETTER = 7.0, 0.47


@dataclass(frozen=True, slots=True)
class Window:
    """`at_least` marks a later rotation, of which only the apps that stop at the first one are known."""

    start: datetime
    end: datetime
    failing: int
    at_risk: int
    words: str
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    span: Stretch
    fail_y: str
    fail_height: str
    risk_y: str
    risk_height: str
    look: str
    fail_label: str
    risk_label: str
    words: str
    is_left: bool
    has_label: bool
    has_words: bool
    fail_label_y: str
    risk_label_y: str


@dataclass(frozen=True, slots=True)
class Lane:
    """`any_day` is the band in which the owner may rotate at short notice: shown, never used for a date."""

    name: str
    lines: tuple[str, ...]
    url: str
    blocks: tuple[Block, ...]
    any_day: Stretch | None


@dataclass(frozen=True, slots=True)
class Small:
    """A custom domain's window; `y` is its row, because windows overlap."""

    span: Stretch
    y: int
    hatch: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class SmallLane:
    marks: tuple[Small, ...]
    height: int


@dataclass(frozen=True, slots=True)
class MonthMark:
    x: str
    label: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class LimitMark:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    today: str
    today_label: str
    months: tuple[MonthMark, ...]
    limits: tuple[LimitMark, ...]


def scale_for(today: datetime) -> Scale:
    """From the first of this month over twelve months and one week."""
    return linear(today.replace(day=1, hour=0, minute=0, second=0, microsecond=0), today, today + timedelta(days=380))


def axis(scale: Scale) -> Axis:
    starts = months(scale.start, scale.end)
    marks = tuple(
        MonthMark(percent(scale.at(start)), _month(start, at == 0) if scale.at(start) < 97 else "", at % 2 == 0)
        for at, start in enumerate(starts)
    )
    limits = tuple(
        LimitMark(percent(scale.at(start)), f"{start.day} {MONTHS[start.month - 1]} · max {days} days")
        for start, days in DAY_LIMITS
        if scale.today < start < scale.end
    )
    today = scale.today
    return Axis(percent(scale.at(today)), f"today, {today.day} {MONTHS[today.month - 1]}", marks, limits)


def _month(start: datetime, is_first: bool) -> str:
    name = MONTHS[start.month - 1]
    return f"{name} {start.year}" if is_first or start.month == 1 else name


def lane(name: str, lines: tuple[str, ...], url: str, windows: Sequence[Window], scale: Scale) -> Lane:
    """Blocks share one height scale inside the lane. Where labels would touch, the first stays: others are bounds."""
    tallest = max((window.failing + window.at_risk for window in windows), default=0) or 1
    shown = [window for window in windows if scale.stretch(max(window.start, scale.today), window.end)]
    blocks = tuple(
        block
        for at, window in enumerate(shown)
        if (block := _block(window, shown[at - 1] if at else None, scale, BLOCK / tallest)) is not None
    )
    first = min((window.start for window in windows), default=None)
    any_day = scale.stretch(scale.today, first) if first and first > scale.today else None
    return Lane(name, lines, url, blocks, any_day)


def _is_left(window: Window, scale: Scale) -> bool:
    return scale.at(window.end) > 90


def _free(window: Window, before: Window | None, scale: Scale, size: float) -> bool:
    """Whether this window's label has room, given that the one before has its own: both may lie between the two."""
    if before is None:
        return True
    gap = scale.at(window.start) - scale.at(before.end)
    taken = 0.0 if _is_left(before, scale) else size
    return gap >= taken + (size if _is_left(window, scale) else 0.0)


def _block(window: Window, before: Window | None, scale: Scale, unit: float) -> Block | None:
    span = scale.stretch(max(window.start, scale.today), window.end)
    if span is None:
        return None
    fail = max(window.failing * unit, 3.0)
    look = "will_fail" if window.failing else "unknown"
    risk = window.at_risk * unit
    more = "≥ " if window.at_least else ""
    return Block(
        span=span,
        fail_y=f"{LANE - fail:.1f}",
        fail_height=f"{fail:.1f}",
        risk_y=f"{LANE - fail - risk:.1f}",
        risk_height=f"{risk:.1f}",
        look=look,
        fail_label=f"{more}{window.failing} fail" if window.failing else "0 fail",
        risk_label=f"{more}{window.at_risk} at risk" if window.at_risk else "",
        words=window.words,
        is_left=_is_left(window, scale),
        has_label=_free(window, before, scale, LABEL),
        has_words=_has_words(window, before, scale),
        fail_label_y=f"{min(LANE - fail / 2 + 4, LANE - 6):.1f}",
        risk_label_y=f"{min(LANE - fail - risk / 2 + 4, LANE - fail / 2 - 12):.1f}",
    )


def _has_words(window: Window, before: Window | None, scale: Scale) -> bool:
    """The dates below stand from the left edge on, at the right end of the drawing up to the right edge."""
    if before is None:
        return True
    start = scale.at(window.end) - _width(window) if _is_left(window, scale) else scale.at(window.start)
    end = scale.at(before.end) if _is_left(before, scale) else scale.at(max(before.start, scale.today)) + _width(before)
    return start >= end


def _width(window: Window) -> float:
    return LETTER * (len(window.words) + 2)


def small_lane(windows: Sequence[Window], scale: Scale) -> SmallLane:
    """Thin windows in as few rows as keep them apart; in colour and with a number only where an app depends on one."""
    ends = [-1.0]
    marks = []
    for window in sorted(windows, key=lambda window: (window.start, window.end)):
        left, right = scale.at(max(window.start, scale.today)), scale.at(window.end)
        span = scale.stretch(max(window.start, scale.today), window.end)
        if span is None:
            continue
        row = next((at for at, end in enumerate(ends) if end < left), len(ends))
        row = min(row, MOST_ROWS - 1)
        ends[row:] = [right + (7 if window.failing or window.at_risk else 1), *ends[row + 1 :]]
        marks.append(Small(span, 6 + ROW * row, *_look(window), window.words))
    return SmallLane(tuple(marks), 12 + ROW * len(ends))


def _look(window: Window) -> tuple[str, str]:
    if window.failing:
        return "will_fail", f"{window.failing} fail"
    return ("at_risk", f"{window.at_risk} at risk") if window.at_risk else ("plain", "")
