"""Which way SQLite takes to one page of a long list: along the order, or through what the filters leave.

It keeps no figures about most tables and takes an index on a filter even where half of the rows pass, to sort them all
afterwards. PostgreSQL knows its tables and is told nothing.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode

Row = TypeVar("Row", bound=Model)
Parameters = tuple[Any, ...]


class Plain(Func):
    """A column that no index of SQLite is asked for."""

    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Parameters]:
        sql, parameters = self.as_sql(compiler, connection, template="+%(expressions)s", **context)
        return sql, tuple(parameters)


def along(rows: QuerySet[Row], *fields: str) -> QuerySet[Row]:
    """The same rows, with every filter but those on these fields out of the reach of indexes."""
    rows = rows.all()
    rows.query.where = _plain(rows.query.where, rows.model._meta.db_table, fields)
    return rows


def unfiltered(rows: QuerySet[Row]) -> QuerySet[Row]:
    """With the same order, columns and joins: for rows whose keys passed the filters already."""
    rows = rows.all()
    rows.query.where = WhereNode()
    return rows


def _plain(node: WhereNode, table: str, fields: Sequence[str]) -> WhereNode:
    found = node.clone()
    found.children = [_plain_child(child, table, fields) for child in found.children]
    return found


def _plain_child(child: Any, table: str, fields: Sequence[str]) -> Any:
    if isinstance(child, WhereNode):
        return _plain(child, table, fields)
    if not isinstance(child, Lookup) or not isinstance(child.lhs, Col):
        return child
    column = child.lhs
    # A condition of an index is known by its words: yes and no stay as they are.
    if column.alias != table or column.target.name in fields or isinstance(column.output_field, BooleanField):
        return child
    child = copy(child)
    child.lhs = Plain(column)
    return child
