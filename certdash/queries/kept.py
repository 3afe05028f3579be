"""Figures over everything that a reader sees: a large fleet's are kept for a while, a small one's are always new."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, TypeVar, cast

from django.conf import settings

Figures = TypeVar("Figures")
# What is counted this quickly is not worth keeping. All else costs a hundredth of the time; no figure is older than
# a minute.
CHEAP, SHARE, LONGEST = 0.005, 100, 60.0
MOST = 500

_kept: dict[Hashable, tuple[float, Any]] = {}


def forget() -> None:
    """The next reader waits for every figure: what a benchmark wants to know."""
    _kept.clear()


def kept(key: Hashable, count: Callable[[], Figures]) -> Figures:
    """`key` names the figures and for whom they are counted. Each process keeps its own."""
    now = monotonic()
    until, figures = _kept.get(key, (0.0, None))
    if now < until:
        return cast(Figures, figures)
    figures = count()
    taken = monotonic() - now
    if taken > CHEAP and getattr(settings, "KEEP_FIGURES", True):
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = now + taken + min(taken * SHARE, LONGEST), figures
    return figures
