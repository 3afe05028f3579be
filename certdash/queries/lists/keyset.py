"""Keyset paging: page 2,000 costs what page 1 costs, because it starts at a key and not at a count."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import BigIntegerField, Case, F, Field, IntegerField, Model, Q, QuerySet, When

from certdash.queries.formatting import number
from certdash.queries.kept import kept
from certdash.queries.lists.lists import Address, Page, shown
from certdash.queries.lists.walking import Plain, along, unfiltered

Row = TypeVar("Row", bound=Model)
PAGE = 50
COUNT_CAP = 10_000
# So many rows are read and sorted sooner than they are met along an order in which they are rare.
FEW = 2_000
NOTHING = "-"
DAMAGED = "This page's address is damaged, so the list starts at its beginning."


@dataclass(frozen=True, slots=True)
class Order:
    """By one field, ties by key. Rows without a value stand at the end, in both directions.

    An index has the rows in this order `within` each value of another field, too.
    """

    field: str
    is_down: bool = False
    is_nullable: bool = False
    within: str = ""

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
class Beside(Generic[Row]):
    """Other rows that a page shows, too; `is_one` knows them from the page's own."""

    rows: QuerySet[Row]
    is_one: Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    rows: list[Row]
    page: Page
    total: int
    beside: list[Row]

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


def cut(
    rows: QuerySet[Row],
    order: Order,
    address: Address,
    size: int = PAGE,
    *,
    whose: Hashable = None,
    beside: Beside[Row] | None = None,
) -> Slice[Row]:
    """One page of the rows, with the addresses of its neighbours. Two statements; three where the rows without a value
    begin, in a list of more than a few.

    `whose` names the list and who sees it: under the same filters there are as many rows for all of them. What stands
    `beside` the first page is read in the same statement.
    """
    counting = rows.order_by().values("pk")[: COUNT_CAP + 1]
    total = kept(("rows", whose, address.filters()), counting.count)
    cursor = read_cursor(address.given)
    if cursor is None and address.given.keys() & {"after", "before"}:
        address.notices.append(DAMAGED)
    try:
        found = _read(rows, order, cursor, size + 1, is_few=total <= FEW, beside=beside)
    except (ValidationError, ValueError, OverflowError):
        address.notices.append(DAMAGED)
        cursor, found = None, _read(rows, order, None, size + 1, is_few=total <= FEW, beside=beside)
    if beside is None:
        return _slice(found, order, cursor, address, size, total)
    own = [row for row in found if not beside.is_one(row)]
    return replace(_slice(own, order, cursor, address, size, total), beside=list(filter(beside.is_one, found)))


def chunks(rows: QuerySet[Row], order: Order, size: int) -> Iterator[list[Row]]:
    """All rows in the order of the pages, so many at a time, whatever their number."""
    parts = chain.from_iterable(_parts(rows, order, None))
    found = chain.from_iterable(part.iterator(chunk_size=size) for part in parts)
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
    return Slice(found, page, total, [])


def _read(
    rows: QuerySet[Row],
    order: Order,
    cursor: Cursor | None,
    size: int,
    *,
    is_few: bool = False,
    beside: Beside[Row] | None = None,
) -> list[Row]:
    """Of few rows all are read and put into order; of many the order is followed until there are enough."""
    if is_few:
        return _rows((_few(rows, order, cursor),), size, beside)
    rows = along(rows, order.field, order.within)
    if cursor is None and order.is_nullable and not order.is_down:
        # From the beginning upwards one statement reads along the index.
        return _rows((rows.order_by(F(order.field).asc(nulls_last=True), "pk"),), size, beside)
    found: list[Row] = []
    for parts in _parts(rows, order, cursor):
        if len(found) < size:
            found += _rows(parts, size - len(found), beside)
            beside = None
    return found


def _rows(parts: tuple[QuerySet[Row], ...], size: int, beside: Beside[Row] | None = None) -> list[Row]:
    """The keys first, in the same statement: the tables that a row is read from must not decide the way to it."""
    keys = Q()
    for part in parts:
        keys |= Q(pk__in=part.values("pk")[:size])
    if beside is None:
        return list(unfiltered(parts[0]).filter(keys)[:size])
    return list(unfiltered(parts[0]).filter(keys | Q(pk__in=beside.rows.values("pk"))))


def first(rows: QuerySet[Row], size: int) -> list[Row]:
    """In the order that the rows have, without a page after them."""
    return _rows((rows,), size)


def _few(rows: QuerySet[Row], order: Order, cursor: Cursor | None) -> QuerySet[Row]:
    """With and without a value in one statement, all sorted after the filters."""
    is_back = cursor is not None and cursor.is_back
    is_down = order.is_down != is_back
    rows = cast("QuerySet[Row]", rows.alias(placed=Plain(F(order.field))))
    tie: Any = F("pk")
    if order.is_nullable and order.is_down:
        # Rows without a value are in the order of their keys all the same.
        tie = Case(When(placed__isnull=True, then=-F("pk")), default=F("pk"), output_field=BigIntegerField())
    ends: dict[str, bool] = {"nulls_first" if is_back else "nulls_last": True} if order.is_nullable else {}
    column = F("placed")
    ordered = (column.desc(**ends), tie.desc()) if is_down else (column.asc(**ends), tie.asc())
    return rows.filter(_beyond(rows, order, cursor) if cursor else Q()).order_by(*ordered)


def _beyond(rows: QuerySet[Row], order: Order, cursor: Cursor) -> Q:
    onwards, than = "lt" if cursor.is_back else "gt", "lt" if order.is_down != cursor.is_back else "gt"
    if order.is_nullable and cursor.value == NOTHING:
        left = Q(**{"placed__isnull": True, f"pk__{onwards}": cursor.key})
        return left | Q(placed__isnull=False) if cursor.is_back else left
    value = cast("Field[Any, Any]", rows.model._meta.get_field(order.field)).to_python(cursor.value)
    found = Q(**{f"placed__{than}": value}) | Q(**{"placed": value, f"pk__{than}": cursor.key})
    return found | Q(placed__isnull=True) if order.is_nullable and not cursor.is_back else found


def _parts(rows: QuerySet[Row], order: Order, cursor: Cursor | None) -> tuple[tuple[QuerySet[Row], ...], ...]:
    """Rows with a value, then rows without; reading backwards turns that round. The cursor says where to begin.

    Each is one statement. By one condition SQLite reads all that share the cursor's value from the first on: where tens
    of thousands do, as with a number, what shares it is looked up beside what comes after. PostgreSQL would read the
    whole table for that.
    """
    is_back = cursor is not None and cursor.is_back
    filled = _filled(rows, order, is_back=is_back)
    empty = ((_empty(rows, order, is_back=is_back),),) if order.is_nullable else ()
    if cursor is None:
        return ((filled,), *empty)
    if empty and cursor.value == NOTHING:
        left = empty[0][0].filter(**{"pk__lt" if is_back else "pk__gt": cursor.key})
        return ((left,), (filled,)) if is_back else ((left,),)
    than = "lt" if order.is_down != is_back else "gt"
    column = cast("Field[Any, Any]", rows.model._meta.get_field(order.field))
    value = column.to_python(cursor.value)
    after = Q(**{f"{order.field}__{than}": value})
    tied = Q(**{order.field: value, f"pk__{than}": cursor.key})
    if connection.vendor == "postgresql" or not isinstance(column, IntegerField):
        valued: tuple[QuerySet[Row], ...] = (filled.filter(after | tied, **{f"{order.field}__{than}e": value}),)
    else:
        valued = filled.filter(tied), filled.filter(after)
    return (valued,) if is_back else (valued, *empty)


def _filled(rows: QuerySet[Row], order: Order, *, is_back: bool) -> QuerySet[Row]:
    if order.is_nullable:
        rows = rows.filter(**{f"{order.field}__isnull": False})
    is_down, column = order.is_down != is_back, F(order.field)
    return rows.order_by(column.desc() if is_down else column.asc(), "-pk" if is_down else "pk")


def _empty(rows: QuerySet[Row], order: Order, *, is_back: bool) -> QuerySet[Row]:
    return rows.filter(**{f"{order.field}__isnull": True}).order_by("-pk" if is_back else "pk")


def _mark(row: Model, order: Order) -> str:
    value = getattr(row, order.field)
    text = value.isoformat() if isinstance(value, datetime) else NOTHING if value is None else str(value)
    return f"{text}~{row.pk}"
