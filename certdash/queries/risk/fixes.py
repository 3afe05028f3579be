"""A newer release that has the fix already: found and told the same way wherever an app that stops is spoken of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from certdash.queries.formatting import day
from certdash.queries.versions import Numbered, version_key
from pins.verdict import Value


class Shipped(Numbered, Protocol):
    @property
    def platform(self) -> str: ...
    def __hash__(self) -> int: ...


Own_co = TypeVar("Own_co", bound=Shipped, covariant=True)


class Cell(Protocol[Own_co]):
    """A verdict of a release in use on a host; `value` and `now` are verdict values."""

    @property
    def release(self) -> Own_co: ...
    @property
    def host(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def now(self) -> str: ...


def fixed_by(struck: Iterable[Cell[Own_co]], rows: Iterable[Cell[Own_co]], *, half: str = "value") -> Own_co | None:
    """A newer release for the same platform that is ready on every host on which the struck ones stop.

    `half`: for what fails today, `now` is enough.
    """
    found = list(struck)
    stops = {(row.release.platform, row.host) for row in found}
    if len({platform for platform, _ in stops}) != 1:
        return None
    newest = max(version_key(row.release) for row in found)
    ready: dict[Own_co, set[tuple[str, str]]] = {}
    for row in rows:
        if getattr(row, half) == Value.READY and version_key(row.release) > newest:
            ready.setdefault(row.release, set()).add((row.release.platform, row.host))
    return next((release for release, cells in ready.items() if stops <= cells), None)


@dataclass(frozen=True, slots=True)
class Order:
    """What to do: `words`, and the day with which they end where they speak of one. `is_open`: it has not passed."""

    words: str
    day: str = ""
    is_open: bool = False

    def __str__(self) -> str:
        return f"{self.words}{self.day}." if self.day else self.words


def order(value: Value, fixed: Shipped | None, by: date | None, now: datetime) -> Order:
    """For an app that is failing or will fail; `by` is its last safe day, `fixed` what `fixed_by` found."""
    if value is Value.FAILING:
        return Order(f"{fixed} connects: get it to them at once." if fixed else "Ship a fix at once.")
    if by is None:
        return Order(f"{fixed} has the fix: get it to users." if fixed else "No ship-by date is known.")
    if by < now.date():
        late = "force the update, because the last safe day was "
        words = f"{fixed} has the fix: {late}" if fixed else f"A fix is missing: ship it at once and {late}"
        return Order(words, day(by, now))
    return Order(f"{fixed} has the fix: get it to users by " if fixed else "Ship a fix by ", day(by, now), is_open=True)
