"""Bulk writes: many rows, each with its own values, in one prepared statement."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import DateField, Field, Model

from certdash.queries.keys import among, as_stored, list_parameter, list_sql


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row is the primary key and then a value per field.

    `bulk_update` builds one CASE per field and row, which costs more than the writes themselves; this does not.
    """
    prepared_rows = _prepared([model._meta.pk, *_columns(model, fields)], rows)
    _execute(_update(model, fields, "= %s"), [(*values, key) for key, *values in prepared_rows])


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row is a value per field; one that is there already stays. No model is built for a row, no default given."""
    columns = _columns(model, fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608  # names of columns
    _execute(statement, list(_prepared(columns, rows)))


def write_differing(model: type[Model], fields: Sequence[str], rows: Mapping[int, tuple[Any, ...]]) -> list[int]:
    """Rows by primary key, their values ready for the database; what it has already is not written again.

    Many get the same values, and those are one statement. A column that stays is left out of it: a database would write
    each of its indexes anew. Gives the keys of what was written.
    """
    columns = [as_stored(one.name) if isinstance(one, DateField) else one.attname for one in _columns(model, fields)]
    stored = model._default_manager.filter(pk__in=among(rows)).order_by().values_list("pk", *columns)
    differing: dict[tuple[tuple[Any, ...], tuple[Any, ...]], list[int]] = defaultdict(list)
    for pk, *before in stored:
        if (values := tuple(before)) != rows[pk]:
            differing[values, rows[pk]].append(pk)
    statements: dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for (before, after), keys in differing.items():
        places = [place for place, value in enumerate(after) if value != before[place]]
        statements[tuple(fields[place] for place in places)][tuple(after[place] for place in places)] += keys
    for names, groups in statements.items():
        statement = _update(model, names, f"IN {list_sql()}")
        _execute(statement, [(*values, list_parameter(keys)) for values, keys in groups.items()])
    return [pk for keys in differing.values() for pk in keys]


def _update(model: type[Model], fields: Sequence[str], which: str) -> str:
    quote = connection.ops.quote_name
    targets = ", ".join(f"{quote(str(column.column))} = %s" for column in _columns(model, fields))
    key = quote(str(model._meta.pk.column))
    return f"UPDATE {quote(model._meta.db_table)} SET {targets} WHERE {key} {which}"  # noqa: S608  # names of columns


def prepared(model: type[Model], fields: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
    """One row's values, ready for the database."""
    (row,) = _prepared(_columns(model, fields), [values])
    return tuple(row)


def _columns(model: type[Model], fields: Sequence[str]) -> list["Field[Any, Any]"]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in fields]


def _prepared(columns: Sequence["Field[Any, Any]"], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Rows repeat their values, and making one ready for the database costs more than sending it."""
    known: list[dict[Any, Any]] = [{} for _ in columns]
    for row in rows:
        yield [_ready(column, seen, value) for column, seen, value in zip(columns, known, row, strict=True)]


def _ready(column: "Field[Any, Any]", known: dict[Any, Any], value: Any) -> Any:
    if isinstance(value, dict | list):
        return column.get_db_prep_save(value, connection)
    if value not in known:
        known[value] = column.get_db_prep_save(value, connection)
    return known[value]


def _execute(statement: str, values: list[Any]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
