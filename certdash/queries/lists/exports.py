"""A list as CSV: the rows of the page in its order, and the columns that it shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")
# Rows are read and written in as many at a time, so that 100,000 of them need little memory.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Cell(Generic[Row]):
    """`column` is the column of the page that it belongs to; without one it is always there."""

    head: str
    text: Callable[[Row], object]
    column: str = ""


def export(
    chunks: Iterable[Iterable[Row]], cells: Iterable[Cell[Row]], shown: Mapping[str, bool]
) -> Iterator[tuple[str, ...]]:
    """The heads first."""
    kept = [cell for cell in cells if shown.get(cell.column, True)]
    yield tuple(cell.head for cell in kept)
    for rows in chunks:
        for row in rows:
            yield tuple(plain(cell.text(row)) for cell in kept)


def plain(value: object) -> str:
    """Dates as ISO 8601, nothing as nothing."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
