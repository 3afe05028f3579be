"""Queries that every reader of the overview asks, put into SQL once a process.

The ORM takes longer over building and compiling such a query than a database over its answer. What differs from one
reader to the next takes its place as a parameter: values by name, and the customers whom the reader sees.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from certdash.models import Role
from certdash.queries.access import Access
from certdash.queries.keys import Parameters, list_parameter, list_sql

CUSTOMERS = "customers"
Build = Callable[[Access], QuerySet[Any, Any]]


class given(Expression):  # noqa: N801  # reads as a word of the filter: changed_at__gt=given("then")
    """An instant, a day or a number that is told when the query is asked."""

    output_field = Field()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Parameters]:
        return "%s", (self,)


class given_keys(given):  # noqa: N801  # pk__in=given_keys("apps")
    """Any number of whole numbers."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Parameters]:
        return list_sql(), (self,)


class _Some(Access):
    """Whoever sees some customers: which ones is told when the query is asked."""

    def rows(self, path: str = "customer_id") -> Q:
        return Q(**{f"{path}__in": given_keys(CUSTOMERS)})


ALL, SOME = Access(0, Role.PLATFORM_MANAGER, {}), _Some(0, None, {})


@dataclass(frozen=True, slots=True)
class _Prepared:
    sql: str
    parameters: Parameters
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]


_prepared: dict[Hashable, _Prepared] = {}


def ask(build: Build, access: Access, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of `build`, which makes a query of values with `given` in the place of all that may differ.

    `build` is a function of a module: it is called once for those who see everything, and once for all others.
    """
    key = (build, access.sees_everything, connection.vendor)
    made = _prepared.get(key) or _prepared.setdefault(key, _prepare(build(ALL if access.sees_everything else SOME)))
    told = {CUSTOMERS: list(access.customer_roles), **values}
    with connection.cursor() as cursor:
        cursor.execute(made.sql, [_bound(one, told) for one in made.parameters])
        rows = cursor.fetchall()
    return [_converted(row, made) for row in rows] if made.converters else list(rows)


def _converted(row: Sequence[Any], made: _Prepared) -> tuple[Any, ...]:
    """As the ORM does it: what a database keeps as text becomes an instant."""
    values = list(row)
    for place, (converters, column) in made.converters.items():
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return tuple(values)


def _prepare(rows: QuerySet[Any, Any]) -> _Prepared:
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    return _Prepared(sql, tuple(parameters), compiler.get_converters(columns))


def _bound(parameter: Any, values: dict[str, Any]) -> Any:
    if not isinstance(parameter, given):
        return parameter
    value = values[parameter.name]
    if isinstance(parameter, given_keys):
        return list_parameter(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def forget() -> None:
    """For whoever measures what the first request of a process costs."""
    _prepared.clear()
