"""Activity as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from certdash.models import AuditEntry
from certdash.queries.access import Access
from certdash.queries.activity.list import COLUMNS, NAMES, ORDER, changes_of, facts, filtered
from certdash.queries.lists import keyset
from certdash.queries.lists.exports import CHUNK, Cell, export
from certdash.queries.lists.lists import Address


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    place = Address(given)
    _, rows = filtered(access, place, facts(access))
    chunks = keyset.chunks(rows.select_related("actor", "customer"), ORDER, CHUNK)
    return export(chunks, CELLS, place.columns(COLUMNS).shown)


def _changes(row: AuditEntry) -> str:
    changes = changes_of(row.before or {}, row.after or {})
    return "; ".join(f"{one.name}: {one.before} → {one.after}" for one in changes)


CELLS: tuple[Cell[AuditEntry], ...] = (
    Cell("when", lambda row: row.at, "at"),
    Cell("who", lambda row: row.actor.name if row.actor else "certdash"),
    Cell("verb", lambda row: row.verb),
    Cell("what", lambda row: NAMES.get(row.subject, row.subject)),
    Cell("name", lambda row: row.label),
    Cell("customer", lambda row: row.customer.name if row.customer else "", "customer"),
    Cell("changes", _changes, "changes"),
)
