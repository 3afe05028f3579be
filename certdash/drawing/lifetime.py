"""The lifetime bar: issued → today → rotation window → expiry, every row of a list on one scale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from certdash.drawing.scale import MONTHS, Scale, Stretch, months, percent

PAST = timedelta(days=400)
NEAREST_END = timedelta(days=120)
FARTHEST_END = timedelta(days=220)
# ui.md: the past takes a quarter of the scale, so that windows are wide enough to read.
PAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of one certificate; `silent_since` hatches all that is behind us."""

    verdict: str
    issued: datetime | None = None
    expires: datetime | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LifetimeBar:
    """Geometry of one bar. `hatch` names the window's pattern: the verdict's, or plain where nothing fails."""

    verdict: str
    hatch: str
    words: str
    today: str
    elapsed: Stretch | None = None
    rest: Stretch | None = None
    window: Stretch | None = None
    beyond: Stretch | None = None
    silence: Stretch | None = None
    quiet: Stretch | None = None
    expiry: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class ScaleHead:
    today: str
    ticks: tuple[Tick, ...]
    words: str


def scale_for(ends: Iterable[datetime | None], today: datetime) -> Scale:
    """A scale that reaches nine ends in ten, but never farther than 220 days: later ones run off its edge.

    One certificate that lives long would press the windows of all others into a few pixels.
    """
    known = sorted(end for end in ends if end is not None)
    farthest = known[round(0.9 * (len(known) - 1))] if known else today
    reach = min(max(farthest - today, NEAREST_END), FARTHEST_END)
    return Scale(today - PAST, today, today + reach * 1.04, PAST_SHARE)


def head_of(scale: Scale) -> ScaleHead:
    """Ticks for every month to come, labels as far apart as they need to be; none too close to `today`."""
    starts = months(scale.today, scale.end)
    step = 1 if len(starts) <= 6 else 2 if len(starts) <= 9 else 3
    ticks = [Tick(percent(scale.at(start)), _label(scale, start, at % step == 0)) for at, start in enumerate(starts)]
    begin, end = scale.start, scale.end
    words = f"{MONTHS[begin.month - 1]} {begin.year} to {MONTHS[end.month - 1]} {end.year}, the past compressed"
    past = Tick("5.00%", f"{MONTHS[begin.month - 1]} {begin.year % 100:02}")
    return ScaleHead(percent(scale.at(scale.today)), (past, *ticks), words)


def _label(scale: Scale, start: datetime, is_wanted: bool) -> str:
    is_clear = scale.at(start) - scale.at(scale.today) > 9 and scale.at(start) < 97
    return MONTHS[start.month - 1] if is_wanted and is_clear else ""


def bar(life: Life, scale: Scale) -> LifetimeBar:
    today = percent(scale.at(scale.today))
    if life.silent_since is not None:
        return LifetimeBar(
            verdict="unknown",
            hatch="plain",
            words=f"Last read {_day(life.silent_since)}, silent since",
            today=today,
            silence=scale.stretch(life.issued or life.silent_since, scale.today),
            quiet=scale.stretch(scale.today, scale.today + timedelta(days=30)),
        )
    if life.issued is None or life.expires is None:
        return LifetimeBar("unknown", "plain", "Never read", today)
    return _known_bar(life, life.issued, life.expires, scale, today)


def _known_bar(life: Life, issued: datetime, expires: datetime, scale: Scale, today: str) -> LifetimeBar:
    opens = max(life.window_start or expires, scale.today)
    closes = life.window_end or expires
    return LifetimeBar(
        verdict=life.verdict,
        hatch=life.verdict if life.verdict in ("failing", "will_fail", "at_risk") else "plain",
        words=_words(life, issued, expires),
        today=today,
        elapsed=scale.stretch(issued, min(scale.today, expires)),
        rest=scale.stretch(scale.today, min(opens, expires)),
        window=scale.stretch(opens, closes),
        beyond=scale.stretch(closes, expires),
        expiry=percent(scale.at(expires)) if expires <= scale.end else "",
    )


def _words(life: Life, issued: datetime, expires: datetime) -> str:
    window = ""
    if life.window_start and life.window_end:
        window = f", rotation window {_day(life.window_start)} to {_day(life.window_end)}"
    return f"Issued {_day(issued)}{window}, expires {_day(expires)}"


def _day(instant: datetime) -> str:
    return f"{instant.day} {MONTHS[instant.month - 1]} {instant.year}"
