"""Figures that take long are kept for those who see the same; what is quickly counted is always new."""

from collections.abc import Callable
from time import monotonic

import pytest
from django.conf import settings

from certdash.queries.kept import CHEAP, kept


def counting(seconds: float) -> Callable[[], int]:
    """A count that takes so long and tells how often it was made."""
    made = [0]

    def count() -> int:
        until = monotonic() + seconds
        while monotonic() < until:
            pass
        made[0] += 1
        return made[0]

    return count


def test_what_takes_long_is_kept_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEEP_FIGURES", True)
    slow = counting(2 * CHEAP)

    found = [kept(("slow", frozenset({1})), slow) for _ in range(3)]
    other = kept(("slow", frozenset({2})), slow)

    assert (found, other) == ([1, 1, 1], 2)


def test_without_keeping_everything_is_counted_anew() -> None:
    slow = counting(2 * CHEAP)

    assert [kept("anew", slow) for _ in range(2)] == [1, 2]
