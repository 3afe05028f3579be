"""How fast users take up a new version: a curve by day, read from a table, and the day that reaches a share."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pins.errors import PinError, Place

MAXIMUM_DAYS = 730
TOLERANCE = 0.5
"""Rounded shares add up to a little more or less than a hundred."""

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
    each day adds. PinError with the line where a row cannot be read, where totals fall, or where days add up to more
    than 100 %.
    """
    values = [_share(number, row) for number, row in _rows(text)]
    if not values:
        raise PinError(
            "The table has no row with a share of users. Give one row a day: the day, and the per cent of users who "
            "have the version.",
            code="empty",
        )
    if len(values) > MAXIMUM_DAYS:
        raise PinError(f"The table has more than {MAXIMUM_DAYS} days. Give the first months alone.", code="too_large")
    return Adoption(tuple(_running(values)))


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
        raise PinError(f"“{row[-1].strip()[:40]}” is no share in per cent. Write it like 12.5.", Place(line))
    value = float(cell.replace(",", "."))
    if value > 100 + TOLERANCE:
        raise PinError(f"{cell} % is more than all users. Correct this row.", Place(line))
    return min(value, 100.0)


def _running(values: list[float]) -> list[float]:
    """Totals where they never fall and pass a hundred when added up; else what each day adds."""
    total = sum(values)
    is_total = all(one <= other for one, other in pairwise(values)) and total > 100 + TOLERANCE
    if is_total:
        return values
    if total > 100 + TOLERANCE:
        raise PinError(
            f"The days add up to {total:.0f} %, and there are no more users than 100 %. Give what each day adds, "
            "or the running total, which never falls.",
            code="over_whole",
        )
    return [min(reached, 100.0) for reached in accumulate(values)]
