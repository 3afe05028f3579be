"""Figures over everything that a reader sees: a large fleet's are kept for a while, a small one's are always new."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar, cast

from django.conf import settings

Figures = TypeVar("Figures")
# What is counted this quickly is not worth keeping. All else costs a hundredth of the time; no figure is older than
# a minute.
CHEAP, SHARE, LONGEST = 0.005, 100, 60.0
MOST = 500


@dataclass(frozen=True, slots=True)
class Aged(Generic[Figures]):
    """`seconds` ago the figures were counted; zero where that was just now."""

    figures: Figures
    seconds: float = 0.0


_kept: dict[Hashable, tuple[float, float, Any]] = {}


def kept(key: Hashable, count: Callable[[], Figures]) -> Figures:
    """`key` names the figures and for whom they are counted. Each process keeps its own."""
    return kept_aged(key, count).figures


def kept_aged(key: Hashable, count: Callable[[], Figures], *, cheap: float = CHEAP) -> Aged[Figures]:
    """With their age, for a page that tells it. `cheap`: what is counted in fewer seconds is not kept."""
    now = monotonic()
    until, counted_at, figures = _kept.get(key, (0.0, 0.0, None))
    if now < until:
        return Aged(cast(Figures, figures), now - counted_at)
    figures = count()
    taken = monotonic() - now
    if taken > cheap and getattr(settings, "KEEP_FIGURES", True):
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = now + taken + min(taken * SHARE, LONGEST), now, figures
    return Aged(figures)


def forget() -> None:
    """For whoever measures what a page costs that finds nothing kept."""
    _kept.clear()
