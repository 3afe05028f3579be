"""The statements of verdict rows that the ORM cannot say: many rows with one verdict at once, each in its host's words.

Each is one statement on SQLite and on PostgreSQL; where the two differ is said here and nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from certdash.actions.verdict_words import FIXED, HOST, HOST_IN_JSON, Words
from certdash.models import Verdict
from certdash.queries.keys import as_stored, list_parameter, list_sql

REASON_CODE = FIXED.index("reason_code")

_UPDATE = """
UPDATE certdash_verdict SET {fixed}, reason = replace(%s, %s, host), counterexample = {example}, decided_at = %s
WHERE id IN {keys}
"""
_RECORD = """
INSERT INTO certdash_verdictchange (release_id, host, "before", "after", reason, changed_at)
SELECT release_id, host, value, %s, replace(%s, %s, host), %s FROM certdash_verdict WHERE id IN {keys}
"""
_INSERT = """
INSERT INTO certdash_verdict (release_id, endpoint_id, host, {fixed}, reason, counterexample, decisions, decided_at)
VALUES ({places}, '[]', %s) ON CONFLICT DO NOTHING
"""
# A pin file may name a host with a quote in it, but none with a backslash.
_HOST_IN_JSON = """replace(host, '"', '\\"')"""
_CONVERTED = frozenset({"ship_by", "window_start", "window_end"})


def read(rows: QuerySet[Verdict]) -> Iterable[tuple[Any, ...]]:
    """Key, release, endpoint and host, then what Words.for_host gives, as the database keeps it."""
    fixed = [as_stored(name) if name in _CONVERTED else name for name in FIXED]
    return rows.order_by().values_list(
        "pk", "release_id", "endpoint_id", "host", *fixed, "reason", as_stored("counterexample")
    )


def insert(rows: Sequence[tuple[Any, ...]], *, now: datetime) -> None:
    """Release, endpoint and host, then what Words.for_host gives; one that is there already stays."""
    fixed = ", ".join(f'"{name}"' for name in FIXED)
    statement = _INSERT.format(fixed=fixed, places=", ".join(["%s"] * (len(FIXED) + 5)))
    instant = _at(now)
    _execute(statement, [(*row, instant) for row in rows])


def update(rows: Mapping[Words, Iterable[int]], *, now: datetime) -> None:
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    fixed = ", ".join(f'"{name}" = %s' for name in FIXED)
    statement = _UPDATE.format(fixed=fixed, example=f"replace(%s, %s, {_HOST_IN_JSON}){cast}", keys=list_sql())
    instant = _at(now)
    _execute(
        statement,
        [
            (*words.fixed, words.reason, HOST, words.counterexample, HOST_IN_JSON, instant, list_parameter(keys))
            for words, keys in rows.items()
        ],
    )


def record_changes(rows: Mapping[Words, Iterable[int]], *, now: datetime) -> None:
    """What the rows say is the value before; call it while they still do."""
    instant = _at(now)
    _execute(
        _RECORD.format(keys=list_sql()),
        [(words.fixed[0], words.reason, HOST, instant, list_parameter(keys)) for words, keys in rows.items()],
    )


def _at(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)


def _execute(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
