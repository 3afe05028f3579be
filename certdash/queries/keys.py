"""Sets of keys in queries as one parameter, and values as the database keeps them: what costs nothing for each row."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Expression, Field, Func
from django.db.models.sql.compiler import SQLCompiler

Parameters = tuple[Any, ...]


class among(Expression):  # noqa: N801  # reads as a word of the filter: pk__in=among(keys)
    """For whole numbers or texts. The ORM makes every element of a list a parameter with a life of its own, which for
    thousands of keys costs more than the query that they are for.
    """

    output_field = BigIntegerField()

    def __init__(self, keys: Iterable[int] | Iterable[str]) -> None:
        super().__init__()
        self.keys: list[Any] = list(keys)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Parameters]:
        if not self.keys:
            raise EmptyResultSet
        return list_sql("text" if isinstance(self.keys[0], str) else "bigint"), (list_parameter(self.keys),)


def list_sql(kind: str = "bigint") -> str:
    """What follows IN for one parameter: an array for PostgreSQL, JSON for SQLite, which has no arrays."""
    if connection.vendor == "postgresql":
        return f"(SELECT unnest(%s::{kind}[]))"
    return "(SELECT value FROM json_each(%s))"


def list_parameter(keys: Iterable[int] | Iterable[str]) -> Any:
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))


class as_stored(Func):  # noqa: N801  # reads as a word of the query
    """A column without any conversion, for comparing it with a value that is ready for the database. SQLite reads an
    instant by the type of its column: as part of an expression it stays text.
    """

    template = "%(expressions)s"
    output_field = Field()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Parameters]:
        sql, parameters = self.as_sql(compiler, connection, template="(%(expressions)s || '')", **context)
        return sql, tuple(parameters)


def instant(stored: Any) -> datetime:
    """What `as_stored` gives for an instant, read."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)
