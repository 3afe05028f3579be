"""The app list as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from certdash.models import App
from certdash.queries.access import Access
from certdash.queries.apps.facts import facts
from certdash.queries.apps.list import COLUMNS, NULLABLE, SORTS, filtered
from certdash.queries.formatting import word_of
from certdash.queries.lists import keyset
from certdash.queries.lists.exports import CHUNK, Cell, export
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, read_sort
from certdash.queries.risk.lead_words import ship_by_of

CELLS: tuple[Cell[App], ...] = (
    Cell("verdict", lambda row: word_of(row.badness)),
    Cell("app", lambda row: row.name),
    Cell("customer", lambda row: row.customer.name),
    Cell("owner", lambda row: row.owner.email if row.owner else "", "owner"),
    Cell("users", lambda row: row.active_users, "users"),
    Cell("users at risk", lambda row: row.users_at_risk, "at_risk"),
    Cell("ship by", ship_by_of, "ship_by"),
    Cell("window start", lambda row: row.window_start, "runway"),
    Cell("window end", lambda row: row.window_end, "runway"),
)


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    place = Address(given)
    _, rows = filtered(access, place, facts(access, now))
    order = Order.parse(read_sort(place, SORTS, "badness"), NULLABLE)
    chunks = keyset.chunks(rows.select_related("customer", "owner"), order, CHUNK)
    return export(chunks, CELLS, place.columns(COLUMNS).shown)
