"""What the database's index of texts covers and how it is asked: trigrams, in FTS5 on SQLite and pg_trgm on PostgreSQL.

The index may answer too much, never too little: whoever asks it compares what it found with the text itself.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model

from certdash.models import App, AuditEntry, Certificate, Customer, Endpoint, Environment, Finding, User

Statement = tuple[str, tuple[Any, ...]]
INDEXED: dict[type[Model], tuple[str, ...]] = {
    App: ("name",),
    AuditEntry: ("label",),
    Certificate: ("common_name", "issuer_name", "serial"),
    Customer: ("name",),
    Endpoint: ("host",),
    Environment: ("name", "issuer"),
    Finding: ("text",),
    User: ("name",),
}
WIDTH = 3
# Trigrams of a text that are looked up at most. Who pastes a whole file is answered by its beginning just as well.
MOST_TRIGRAMS = 60
LAST = "\U0010ffff"


def index_of(model: type[Model]) -> str:
    return f"{model._meta.db_table}_text"


def terms_of(model: type[Model]) -> str:
    return f"{model._meta.db_table}_terms"


def lookup(model: type[Model], columns: Iterable[str], text: str) -> Statement | None:
    """The statement that gives the keys of all rows that may hold the text, as `id`; None where no index can tell."""
    if connection.vendor == "postgresql":
        return _similar(model, columns, text)
    if model not in INDEXED:
        return _like(model, columns, text)
    if len(text) >= WIDTH:
        return _matching(model, columns, text)
    # Other letters are folded by the index in a way of its own.
    return _beginning(model, columns, text.lower()) if text.isascii() else None


def _similar(model: type[Model], columns: Iterable[str], text: str) -> Statement | None:
    """In the words of `icontains`: the index is on just this expression."""
    return _like(model, columns, text) if len(text) >= WIDTH else None


def _like(model: type[Model], columns: Iterable[str], text: str) -> Statement:
    rows = model._default_manager.order_by()
    found = rows.none()
    for column in columns:
        found = found | rows.filter(**{f"{column}__icontains": text})
    return found.values("id").query.sql_with_params()


def _matching(model: type[Model], columns: Iterable[str], text: str) -> Statement:
    """All of its trigrams in one of the columns, wherever they stand: to keep their places would double the index."""
    starts = (*range(0, len(text) - WIDTH, WIDTH), len(text) - WIDTH)[:MOST_TRIGRAMS]
    trigrams = dict.fromkeys(text[start : start + WIDTH].replace('"', '""') for start in starts)
    together = " AND ".join(f'"{trigram}"' for trigram in trigrams)
    question = " OR ".join(f"({column} : ({together}))" for column in columns)
    index = index_of(model)
    return f"SELECT rowid AS id FROM {index} WHERE {index} MATCH %s", (question,)  # noqa: S608  # names of tables


def _beginning(model: type[Model], columns: Iterable[str], text: str) -> Statement:
    """Less than a trigram: what begins one. The end of every text is padded, so that it begins one too."""
    wanted = tuple(columns)
    places = ", ".join(["%s"] * len(wanted))
    found = f"SELECT doc AS id FROM {terms_of(model)} WHERE term >= %s AND term < %s AND col IN ({places})"  # noqa: S608
    return found, (text, text + LAST, *wanted)
