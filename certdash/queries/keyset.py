"""Keyset paging: page 2,000 costs what page 1 costs, because it starts at a key and not at a count."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

from certdash.queries.formatting import number
from certdash.queries.kept import kept
from certdash.queries.lists import Address, Page, shown

Row = TypeVar("Row", bound=Model)
PAGE = 50
COUNT_CAP = 10_000
NOTHING = "-"
DAMAGED = "This page's address is damaged, so the list starts at its beginning."


@dataclass(frozen=True, slots=True)
class Order:
    """By one field, ties by key. Rows without a value stand at the end, in both directions."""

    field: str
    is_down: bool = False
    is_nullable: bool = False

    @classmethod
    def parse(cls, sort: str, nullable: tuple[str, ...] = ()) -> "Order":
        name = sort.removeprefix("-")
        return cls(name, sort.startswith("-"), name in nullable)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Between two pages: the row it stands at, which way to read from it, and the first row's number for people."""

    value: str
    key: int
    is_back: bool
    first: int


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    rows: list[Row]
    page: Page
    total: int

    @property
    def words(self) -> str:
        return f"more than {number(COUNT_CAP)}" if self.total > COUNT_CAP else number(self.total)


def read_cursor(given: Mapping[str, str]) -> Cursor | None:
    """None for the first page, and for anything that is not a cursor."""
    is_back = "before" in given
    value, _, key = given.get("before" if is_back else "after", "").rpartition("~")
    first = given.get("n", "1")
    # PostgreSQL takes no NUL in a text, not even to compare.
    if not key.isdecimal() or len(key) > 18 or not value or "\x00" in value:
        return None
    return Cursor(value, int(key), is_back, int(first) if first.isdecimal() and len(first) < 9 else 1)


def cut(rows: QuerySet[Row], order: Order, address: Address, size: int = PAGE, *, whose: Hashable = None) -> Slice[Row]:
    """One page of the rows, with the addresses of its neighbours. At most three statements.

    `whose` names the list and who sees it: under the same filters there are as many rows for all of them.
    """
    counting = rows.order_by().values("pk")[: COUNT_CAP + 1]
    total = kept(("rows", whose, address.filters()), counting.count)
    cursor = read_cursor(address.given)
    if cursor is None and address.given.keys() & {"after", "before"}:
        address.notices.append(DAMAGED)
    try:
        found = _read(rows, order, cursor, size + 1)
    except (ValidationError, ValueError, OverflowError):
        address.notices.append(DAMAGED)
        cursor, found = None, _read(rows, order, None, size + 1)
    return _slice(found, order, cursor, address, size, total)


def chunks(rows: QuerySet[Row], order: Order, size: int) -> Iterator[list[Row]]:
    """All rows in the order of the pages, so many at a time, whatever their number."""
    parts = (_filled, _empty) if order.is_nullable else (_filled,)
    found = chain.from_iterable(part(rows, order, None, is_back=False).iterator(chunk_size=size) for part in parts)
    while chunk := list(islice(found, size)):
        yield chunk


def _slice(
    found: list[Row], order: Order, cursor: Cursor | None, address: Address, size: int, total: int
) -> Slice[Row]:
    is_more, is_back = len(found) > size, cursor is not None and cursor.is_back
    found = found[:size]
    if is_back:
        found.reverse()
    first = cursor.first if cursor else 1
    has_previous = is_more if is_back else cursor is not None
    has_next = True if is_back else is_more
    page = Page(
        shown(first, len(found), total, COUNT_CAP),
        address.url(before=_mark(found[0], order), n=str(max(1, first - size))) if has_previous and found else "",
        address.url(after=_mark(found[-1], order), n=str(first + size)) if has_next and found else "",
    )
    return Slice(found, page, total)


def _read(rows: QuerySet[Row], order: Order, cursor: Cursor | None, size: int) -> list[Row]:
    """Rows with a value, then rows without; reading backwards turns that round. The cursor says where to begin."""
    if cursor is None and order.is_nullable and not order.is_down:
        # From the beginning upwards one statement reads along the index.
        return list(rows.order_by(F(order.field).asc(nulls_last=True), "pk")[:size])
    is_back = cursor is not None and cursor.is_back
    parts = [_filled, _empty] if order.is_nullable else [_filled]
    if cursor is not None:
        parts = parts[::-1] if is_back else parts
        parts = parts[parts.index(_empty if order.is_nullable and cursor.value == NOTHING else _filled) :]
    found: list[Row] = []
    for at, part in enumerate(parts):
        if len(found) < size:
            found += part(rows, order, cursor if at == 0 else None, is_back=is_back)[: size - len(found)]
    return found


def _filled(rows: QuerySet[Row], order: Order, cursor: Cursor | None, *, is_back: bool) -> QuerySet[Row]:
    if order.is_nullable:
        rows = rows.filter(**{f"{order.field}__isnull": False})
    is_down = order.is_down != is_back
    if cursor is not None:
        rows = rows.filter(_beyond(rows.model, order.field, cursor, "lt" if is_down else "gt"))
    sign = "-" if is_down else ""
    return rows.order_by(f"{sign}{order.field}", f"{sign}pk")


def _empty(rows: QuerySet[Row], order: Order, cursor: Cursor | None, *, is_back: bool) -> QuerySet[Row]:
    rows = rows.filter(**{f"{order.field}__isnull": True})
    if cursor is not None:
        rows = rows.filter(**{"pk__lt" if is_back else "pk__gt": cursor.key})
    return rows.order_by("-pk" if is_back else "pk")


def _beyond(model: type[Model], name: str, cursor: Cursor, than: str) -> Q:
    """The first condition repeats the second in a form that an index can answer."""
    column = cast(Field[Any, Any], model._meta.get_field(name))
    value = column.to_python(cursor.value)
    tie = Q(**{name: value, f"pk__{than}": cursor.key})
    return Q(**{f"{name}__{than}e": value}) & (Q(**{f"{name}__{than}": value}) | tie)


def _mark(row: Model, order: Order) -> str:
    value = getattr(row, order.field)
    text = value.isoformat() if isinstance(value, datetime) else NOTHING if value is None else str(value)
    return f"{text}~{row.pk}"
