"""One rotation on one line: issued part, today, what happened and what is due, the window, the expiry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certdash.drawing.scale import MONTHS, Scale, Stretch, linear, months, percent

# What a label of the smallest wide page takes, so that the larger ones have room to spare.
PIXELS = 960
LETTER = 6.2
BELOW = 92
ROW = 30
PAST = timedelta(days=23)


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` gives the tick its colour: plain, late (red), due (accent), opens, expiry."""

    at: datetime
    date: str
    words: str
    kind: str
    is_above: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """What is known of the rotation in time; `ended` is set when it is over, `is_harmless` when nobody stops."""

    window_start: datetime | None
    window_end: datetime | None
    expiry: datetime
    ended: datetime | None = None
    is_harmless: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    date: str
    words: str
    kind: str
    anchor: str
    dx: int
    y: int
    is_above: bool


@dataclass(frozen=True, slots=True)
class Month:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class RotationLine:
    """`middle` is where the words over the window stand, `left_words` those over the runway before it."""

    height: int
    months: tuple[Month, ...]
    past: Stretch | None
    rest: Stretch | None
    window: Stretch | None
    hatch: str
    window_words: str
    window_middle: str
    left_words: str
    left_middle: str
    today: str
    ticks: tuple[Tick, ...]
    words: str


def rotation_line(span: Span, events: Sequence[Event], now: datetime) -> RotationLine:
    scale = scale_for(span, events, now)
    ticks = _ticks([event for event in events if scale.start <= event.at <= scale.end], scale)
    opens = span.window_start or span.expiry
    closes = span.window_end or span.expiry
    window = scale.stretch(opens, closes)
    days = max(1, round((closes - opens) / timedelta(days=1)))
    left = (opens.date() - now.date()).days
    is_inside = scale.start < now < scale.end
    rest = scale.stretch(now, opens) if now < opens and not span.ended else None
    last = max((tick.y for tick in ticks if not tick.is_above), default=BELOW)
    return RotationLine(
        height=last + 26,
        months=_months(scale),
        past=scale.stretch(scale.start, min(now, span.ended or closes)),
        rest=rest,
        window=window,
        hatch="plain" if span.ended or span.is_harmless else "will_fail",
        window_words=_window_words(days, is_over=span.ended is not None) if window else "",
        window_middle=percent((scale.at(opens) + scale.at(closes)) / 2),
        left_words=f"{left} day{'s' if left != 1 else ''} left" if rest and _room(rest) else "",
        left_middle=percent((scale.at(now) + scale.at(opens)) / 2),
        today=percent(scale.at(now)) if is_inside else "",
        ticks=ticks,
        words="; ".join(f"{event.date} {event.words}" for event in sorted(events, key=lambda event: event.at)),
    )


def _window_words(days: int, *, is_over: bool) -> str:
    words = "window as it was forecast" if is_over else "rotation window"
    return f"{words}, {days} day{'s' if days != 1 else ''}"


def scale_for(span: Span, events: Iterable[Event], now: datetime) -> Scale:
    """From a little before the first event to a little after the end; a rotation that is over is shown without now."""
    ends = [span.window_end or span.expiry, span.expiry]
    if span.ended:
        begin = min([span.ended, *(event.at for event in events)]) - timedelta(days=10)
        end = max(ends[0], span.ended) + timedelta(days=6)
        return linear(begin, begin, end) if end < now else linear(begin, now, end)
    near = [event.at for event in events if event.at > now - timedelta(days=75)]
    begin = min([now - PAST, *near])
    begin = begin.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = max(*ends, now)
    return linear(begin, now, end + max((end - begin) * 0.075, timedelta(days=3)))


def _room(stretch: Stretch) -> bool:
    return float(stretch.width.rstrip("%")) > 9


def _months(scale: Scale) -> tuple[Month, ...]:
    starts = months(scale.start, scale.end)
    step = 1 + len(starts) // 9
    return tuple(
        Month(percent(scale.at(start)), f"{MONTHS[start.month - 1]} {start.year}")
        for at, start in enumerate(starts)
        if at % step == 0 and scale.at(start) < 93
    )


def _ticks(events: Iterable[Event], scale: Scale) -> tuple[Tick, ...]:
    """Labels below go to the first row in which they touch no other; those above share one."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for event in sorted(events, key=lambda event: event.at):
        x = scale.at(event.at)
        width = max(len(event.date), len(event.words)) * LETTER * 100 / PIXELS
        is_end = event.is_above or x + width > 100 + 2 * (event.kind == "expiry")
        taken = (x - width, x) if is_end else (x, x + width)
        row = 0 if event.is_above else _row(rows, taken)
        found.append(
            Tick(
                percent(x),
                event.date,
                event.words,
                event.kind,
                "a-end" if is_end else "",
                6 if event.kind == "expiry" and not is_end else 0,
                BELOW + ROW * row,
                event.is_above,
            )
        )
    return tuple(found)


def _row(rows: list[list[tuple[float, float]]], taken: tuple[float, float]) -> int:
    for at, row in enumerate(rows):
        if all(taken[1] < left - 1 or taken[0] > right + 1 for left, right in row):
            row.append(taken)
            return at
    rows.append([taken])
    return len(rows) - 1
