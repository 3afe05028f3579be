"""Findings as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from certdash.queries.access import Access
from certdash.queries.findings.list import COLUMNS, FindingRow, filtered, finding_row, groups, samples
from certdash.queries.lists.exports import CHUNK, Cell, export
from certdash.queries.lists.lists import Address

CELLS: tuple[Cell[FindingRow], ...] = (
    Cell("severity", lambda row: row.severity),
    Cell("finding", lambda row: row.title),
    Cell("code", lambda row: row.code),
    Cell("text", lambda row: row.text),
    Cell("where", lambda row: row.subject, "where"),
    Cell("others", lambda row: row.others, "where"),
    Cell("customer", lambda row: row.customer, "where"),
    Cell("place", lambda row: row.place, "where"),
    Cell("since", lambda row: row.since.iso, "since"),
)


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    place = Address(given)
    _, rows = filtered(access, place)
    return export(_chunks(access, groups(rows).iterator(chunk_size=CHUNK), now), CELLS, place.columns(COLUMNS).shown)


def _chunks(access: Access, found: Iterator[Mapping[str, int]], now: datetime) -> Iterator[list[FindingRow]]:
    while chunk := list(islice(found, CHUNK)):
        yield [finding_row(row, now, more=count - 1) for row, count in samples(access, chunk)]
