"""The certificate list as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from certdash.models import Certificate
from certdash.queries.access import Access
from certdash.queries.certificates.list import COLUMNS, SORTS, app_count, filtered, role_of, use_counts
from certdash.queries.formatting import base64_of
from certdash.queries.lists import keyset
from certdash.queries.lists.exports import Cell, export
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, read_sort

# Each has four hashes that are looked up among the pins, in one statement for all of a chunk.
CHUNK = 200
Counted = tuple[Certificate, Mapping[str, int]]

CELLS: tuple[Cell[Counted], ...] = (
    Cell("certificate", lambda one: one[0].common_name or one[0].subject),
    Cell("issuer", lambda one: one[0].issuer_name or one[0].issuer, "issuer"),
    Cell("role", lambda one: role_of(one[0]), "role"),
    Cell("key", lambda one: one[0].key_kind, "key"),
    Cell("pin", lambda one: base64_of(one[0].spki_sha256), "pin"),
    Cell("fingerprint", lambda one: one[0].sha256),
    Cell("serial", lambda one: one[0].serial),
    Cell("issued", lambda one: one[0].not_before, "lifetime"),
    Cell("expires", lambda one: one[0].not_after),
    Cell("served by hosts", lambda one: one[1][str(one[0].pk)], "served"),
    Cell("pinned by apps", lambda one: app_count(*one), "pinned"),
    Cell("first seen", lambda one: one[0].first_seen_at, "first_seen"),
)


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    place = Address(given)
    _, rows = filtered(access, place, now)
    order = Order.parse(read_sort(place, SORTS, "not_after"))
    chunks = (_counted(access, chunk) for chunk in keyset.chunks(rows, order, CHUNK))
    return export(chunks, CELLS, place.columns(COLUMNS).shown)


def _counted(access: Access, rows: list[Certificate]) -> Iterator[Counted]:
    counts = use_counts(access, rows)
    return ((row, counts) for row in rows)
