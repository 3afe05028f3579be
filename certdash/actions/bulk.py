"""Bulk updates: many rows, each with its own values, in one prepared statement."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row is the primary key and then a value per field.

    `bulk_update` builds one CASE per field and row, which costs more than the writes themselves; this does not.
    """
    columns = [cast("Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    quote = connection.ops.quote_name
    targets = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {targets} WHERE {key} = %s"  # noqa: S608  # names of columns
    values = [
        [*(column.get_db_prep_save(value, connection) for column, value in zip(columns, row[1:], strict=True)), row[0]]
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
