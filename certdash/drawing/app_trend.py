"""One app's trend: the share of its users who are concerned as an area, its verdict as a band below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from certdash.drawing.scale import MONTHS, percent

HEIGHT = 72
LEAST = 3.0


@dataclass(frozen=True, slots=True)
class Spell:
    """From `day` on the app stood like this; `share` is per cent of its users, 0 where nobody is concerned."""

    day: date
    verdict: str
    share: int


@dataclass(frozen=True, slots=True)
class Piece:
    """`y` and `height` are of the area over the band; a height of nothing is not drawn."""

    verdict: str
    x: str
    width: str
    y: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class AppTrend:
    pieces: tuple[Piece, ...]
    months: tuple[Mark, ...]
    start: str
    words: str


def app_trend(spells: Sequence[Spell], first: date, last: date) -> AppTrend | None:
    """`spells` are in order of their days; what began before `first` is drawn from there. None without any."""
    days = (last - first).days + 1
    shown = [spell for spell in spells if spell.day <= last]
    if not shown:
        return None
    ends = [*(spell.day for spell in shown[1:]), last + timedelta(days=1)]
    pieces = [_piece(spell, end, first, days) for spell, end in zip(shown, ends, strict=True) if end > first]
    pieces = [piece for piece in pieces if piece.width != "0.00%"]
    words = ", ".join(piece.words for piece in pieces)
    return AppTrend(tuple(pieces), _months(first, days), pieces[0].x, f"Verdict and users concerned by day: {words}")


def _piece(spell: Spell, end: date, first: date, days: int) -> Piece:
    start = max(spell.day, first)
    height = max(HEIGHT * spell.share / 100, LEAST) if spell.share else 0.0
    words = f"{spell.verdict.replace('_', ' ')} from {start.day} {MONTHS[start.month - 1]} on"
    return Piece(
        verdict=spell.verdict,
        x=percent(100 * (start - first).days / days),
        width=percent(100 * (end - start).days / days),
        y=f"{HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        words=f"{words}, {spell.share} % of users" if spell.share else words,
    )


def _months(first: date, days: int) -> tuple[Mark, ...]:
    """Not where a label would touch `today` at the right end."""
    every = ((at, first + timedelta(days=at)) for at in range(days))
    return tuple(
        Mark(percent(100 * at / days), MONTHS[day.month - 1])
        for at, day in every
        if day.day == 1 and 3 < 100 * at / days < 84
    )
