"""The index of texts is there whenever the tables are: made where it is missing, put away while tables change.

It is no migration, because SQLite's tables are rebuilt by later ones, which would lose its triggers without a word.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from certdash.queries.lists.text_index import INDEXED, index_of, terms_of

_LOG = logging.getLogger("certdash")
_SLOWER = "Searches by text are answered without an index, so they are slow in a large fleet: %s"
# Two more characters at the end of every text: its last one and its last two begin a trigram as all others do.
_PADDED = "{row}{column} || char(10, 10)"
_INDEX = (
    "CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='', columnsize=0, detail=column, tokenize='trigram')"
)
_TERMS = "CREATE VIRTUAL TABLE {terms} USING fts5vocab({index}, instance)"
_ENTER = "INSERT INTO {index}(rowid, {columns}) VALUES (new.id, {new});"
_LEAVE = "INSERT INTO {index}({index}, rowid, {columns}) VALUES ('delete', old.id, {old});"
_INSERT = f"CREATE TRIGGER {{index}}_insert AFTER INSERT ON {{table}} BEGIN {_ENTER} END"
_DELETE = f"CREATE TRIGGER {{index}}_delete AFTER DELETE ON {{table}} BEGIN {_LEAVE} END"
_UPDATE = (
    "CREATE TRIGGER {index}_update AFTER UPDATE OF {columns} ON {table} WHEN {differs} "
    f"BEGIN {_LEAVE} {_ENTER} END"
)
_FILL = "INSERT INTO {index}(rowid, {columns}) SELECT id, {texts} FROM {table}"


def ensure_text_index(using: str = "default") -> None:
    """Changes nothing where the index is whole. Without it searches find the same, more slowly."""
    connection = connections[using]
    try:
        if connection.vendor == "postgresql":
            _ensure_trigrams(connection)
        else:
            _ensure_tables(connection)
    except DatabaseError as error:
        _LOG.warning(_SLOWER, str(error).strip().splitlines()[0])


def drop_text_index(using: str = "default") -> None:
    """Before tables change. PostgreSQL's indexes follow their tables by themselves."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with transaction.atomic(using), connection.cursor() as cursor:
            for statement in chain.from_iterable(map(_removal, INDEXED)):
                cursor.execute(statement)


def _ensure_trigrams(connection: BaseDatabaseWrapper) -> None:
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if not cursor.fetchone():
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for model in filter(_is_there(connection), INDEXED):
            parts = ", ".join(f"(UPPER({column}::text)) gin_trgm_ops" for column in INDEXED[model])
            table, index = model._meta.db_table, index_of(model)
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {index} ON {table} USING gin ({parts})")


def _ensure_tables(connection: BaseDatabaseWrapper) -> None:
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        known = {sql for (sql,) in cursor.fetchall()}
        missing = [model for model in INDEXED if not known.issuperset(_creation(model))]
        for model in filter(_is_there(connection), missing):
            for statement in (*_removal(model), *_creation(model), _filling(model)):
                cursor.execute(statement)


def _is_there(connection: BaseDatabaseWrapper) -> Callable[[type[Model]], bool]:
    """Migrated back to an earlier time, a table may lack a column or not be there at all."""
    tables = frozenset(connection.introspection.table_names())

    def is_there(model: type[Model]) -> bool:
        table = model._meta.db_table
        if table not in tables:
            return False
        with connection.cursor() as cursor:
            found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        return found.issuperset(INDEXED[model])

    return is_there


def _creation(model: type[Model]) -> Iterator[str]:
    """To the letter as SQLite keeps them. The index holds no text of its own; a row's old text takes it out again."""
    columns = INDEXED[model]
    names = {
        "table": model._meta.db_table,
        "index": index_of(model),
        "terms": terms_of(model),
        "columns": ", ".join(columns),
        "new": _texts(columns, "new."),
        "old": _texts(columns, "old."),
        "differs": " OR ".join(f"new.{column} IS NOT old.{column}" for column in columns),
    }
    for statement in (_INDEX, _TERMS, _INSERT, _DELETE, _UPDATE):
        yield statement.format(**names)


def _filling(model: type[Model]) -> str:
    columns = INDEXED[model]
    table, texts = model._meta.db_table, _texts(columns)
    return _FILL.format(index=index_of(model), columns=", ".join(columns), texts=texts, table=table)


def _removal(model: type[Model]) -> Iterator[str]:
    index = index_of(model)
    for moment in ("insert", "delete", "update"):
        yield f"DROP TRIGGER IF EXISTS {index}_{moment}"
    yield f"DROP TABLE IF EXISTS {terms_of(model)}"
    yield f"DROP TABLE IF EXISTS {index}"


def _texts(columns: Iterable[str], row: str = "") -> str:
    return ", ".join(_PADDED.format(row=row, column=column) for column in columns)
