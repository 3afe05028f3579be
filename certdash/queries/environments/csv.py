"""The environment list as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from certdash.models import Environment
from certdash.queries.access import Access
from certdash.queries.environments.facts import facts
from certdash.queries.environments.list import COLUMNS, NULLABLE, SORTS, filtered
from certdash.queries.formatting import word_of
from certdash.queries.lists import keyset
from certdash.queries.lists.exports import CHUNK, Cell, export
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, read_sort

CELLS: tuple[Cell[Environment], ...] = (
    Cell("status", lambda row: word_of(row.badness)),
    Cell("environment", lambda row: row.name),
    Cell("customer", lambda row: row.customer.name, "customer"),
    Cell("stage", lambda row: row.stage, "stage"),
    Cell("hosting", lambda row: row.hosting, "stage"),
    Cell("domains", lambda row: row.domain_kinds, "domains"),
    Cell("issuer", lambda row: row.issuer, "issuer"),
    Cell("issued", lambda row: row.issued_at, "lifetime"),
    Cell("expires", lambda row: row.expires_at, "lifetime"),
    Cell("window start", lambda row: row.window_start, "rotation"),
    Cell("window end", lambda row: row.window_end, "rotation"),
    Cell("apps", lambda row: row.app_count, "apps"),
    Cell("affected", lambda row: row.affected_count, "affected"),
)


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    """In chunks, so that 100,000 rows need little memory."""
    place = Address(given)
    _, rows = filtered(access, place, facts(access), now)
    order = Order.parse(read_sort(place, SORTS, "badness"), NULLABLE)
    chunks = keyset.chunks(rows.select_related("customer"), order, CHUNK)
    return export(chunks, CELLS, place.columns(COLUMNS).shown)
