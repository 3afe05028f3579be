"""How fast users take up a new version: a curve by day, read from a table, and the day that reaches a share."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

from pins.errors import PinError, Place

MAXIMUM_DAYS = 730
TOLERANCE = 0.5
"""Rounded shares add up to a little more or less than a hundred."""

_DAY = re.compile(r"\d{1,5}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Adoption:
    """`shares[n]` is the per cent of users who have the version n + 1 days after its release; never falling."""

    shares: tuple[float, ...]

    def days_until(self, share: float) -> int | None:
        """The first day on which at least `share` per cent have it; None where the curve ends before."""
        return next((day for day, reached in enumerate(self.shares, 1) if reached >= share - 1e-9), None)


def read_adoption(text: str) -> Adoption:
    """A table with one row a day, in order: the day and the share of users in per cent, as a running total or as what
    each day adds. Days are numbers or dates; one that has no row brings nobody, so that no share is reached too early.
    PinError with the line where a row cannot be read, where days or totals fall, or where days add up to more than
    100 %.
    """
    rows = _rows(text)
    values = [_share(number, row) for number, row in rows]
    if not values:
        raise PinError(
            "The table has no row with a share of users. Give one row a day: the day, and the per cent of users who "
            "have the version.",
            code="empty",
        )
    days = _days(rows)
    if days[-1] > MAXIMUM_DAYS:
        raise PinError(f"The table has more than {MAXIMUM_DAYS} days. Give the first months alone.", code="too_large")
    has_gaps = days[-1] - days[0] >= len(days)
    return Adoption(_by_day(days, _running(values, has_gaps=has_gaps)))


def _days(rows: Sequence[tuple[int, list[str]]]) -> list[int]:
    """The day of each row: its number, or its date counted from the first one, or its place where it has neither."""
    cells = [row[0].strip() if len(row) > 1 else "" for _, row in rows]
    if all(_DAY.fullmatch(cell) for cell in cells):
        days = list(map(int, cells))
    elif all(_DATE.fullmatch(cell) for cell in cells):
        dates = [_date(line, cell) for (line, _), cell in zip(rows, cells, strict=True)]
        days = [(one - dates[0]).days + 1 for one in dates]
    else:
        return list(range(1, len(rows) + 1))
    for (line, _), (one, other) in zip(rows[1:], pairwise(days), strict=True):
        if other <= one:
            raise PinError("This day does not come after the one above. Sort the rows by day.", Place(line))
    return days


def _date(line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PinError(f"{text} is no day of the calendar. Correct this row.", Place(line)) from None


def _by_day(days: Sequence[int], reached: Sequence[float]) -> tuple[float, ...]:
    """A share for each day from the first one on; the day of the release counts from the day after."""
    by_day = dict(zip(days, reached, strict=True))
    held = by_day.get(0, 0.0)
    found = []
    for day in range(1, max(days[-1], 1) + 1):
        held = by_day.get(day, held)
        found.append(held)
    return tuple(found)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Numbered rows; a first row without a number in its last column is a head."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    table = [(at, row) for at, row in enumerate(csv.reader(io.StringIO(text), dialect), 1) if any(map(str.strip, row))]
    if table and not _NUMBER.match(table[0][1][-1].strip()):
        table = table[1:]
    return table


def _share(line: int, row: list[str]) -> float:
    cell = row[-1].strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(cell):
        raise PinError(
            f"“{row[-1].strip()[:40]}” is no share in per cent. Write day and share like 7,12.5.", Place(line)
        )
    value = float(cell.replace(",", "."))
    if value > 100 + TOLERANCE:
        raise PinError(f"{cell} % is more than all users. Correct this row.", Place(line))
    return min(value, 100.0)


def _running(values: list[float], *, has_gaps: bool) -> list[float]:
    """Totals where they never fall and pass a hundred when added up, or where days are left out, which nobody does to
    what each day adds; else what each day adds.
    """
    total = sum(values)
    is_total = all(one <= other for one, other in pairwise(values)) and (has_gaps or total > 100 + TOLERANCE)
    if is_total:
        return values
    if total > 100 + TOLERANCE:
        raise PinError(
            f"The days add up to {total:.0f} %, and there are no more users than 100 %. Give what each day adds, "
            "or the running total, which never falls.",
            code="over_whole",
        )
    return [min(reached, 100.0) for reached in accumulate(values)]
