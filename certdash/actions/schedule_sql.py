"""The two statements of the probe schedule that the ORM cannot say: claim with RETURNING, and a whole batch recorded.

Each is one statement on SQLite and on PostgreSQL; where the two differ is said here and nowhere else.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

_CLAIM = """
WITH claimed AS MATERIALIZED (
    SELECT endpoint_id FROM certdash_probeschedule
    WHERE {wanted} AND (leased_until IS NULL OR leased_until <= %(now)s)
    ORDER BY next_probe_at LIMIT %(size)s {lock}
)
UPDATE certdash_probeschedule SET lease = %(lease)s, leased_until = %(until)s
WHERE endpoint_id IN (SELECT endpoint_id FROM claimed)
RETURNING endpoint_id,
    (SELECT host FROM certdash_endpoint WHERE id = endpoint_id),
    (SELECT port FROM certdash_endpoint WHERE id = endpoint_id),
    (SELECT connect_to FROM certdash_endpoint WHERE id = endpoint_id),
    fingerprint, attempts, CASE WHEN next_full_probe_at > %(now)s THEN 0 ELSE 1 END, {seen}
"""
_RECORD = """
UPDATE certdash_probeschedule SET lease = '', leased_until = NULL, last_probe_at = %(now)s,
    last_seen_at = CASE WHEN {failed} THEN last_seen_at ELSE %(now)s END,
    attempts = CASE WHEN {failed} THEN CASE WHEN attempts < 99 THEN attempts + 1 ELSE attempts END ELSE 0 END,
    next_full_probe_at = CASE WHEN {full} THEN %(full_at)s ELSE next_full_probe_at END,
    next_probe_at = CASE WHEN {failed} THEN CASE attempts {retry_at} END ELSE %(next_at)s END
WHERE lease = %(lease)s AND {probed} {told}
"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """When the endpoints of one batch are due again; `retry_at` by the failures before this one, the last for more.

    One instant for a whole batch keeps the rows together in the index: a time for each row costs five times as much.
    """

    next_at: datetime
    full_at: datetime
    retry_at: tuple[datetime, ...]


def claim(*, now: datetime, until: datetime, lease: str, size: int, endpoint_ids: Iterable[int] | None) -> list[Row]:
    """Due endpoints, or the named ones due or not, of which nobody holds a lease.

    The last column says when they were last read, as the database keeps it: SQLite would else convert it for each row.
    """
    wanted = "next_probe_at <= %(now)s" if endpoint_ids is None else _is_in("named")
    lock = "FOR UPDATE SKIP LOCKED" if _is_postgresql() else ""
    seen = "last_seen_at" if _is_postgresql() else "last_seen_at || ''"
    statement = _CLAIM.format(wanted=wanted, lock=lock, seen=seen)
    named = {} if endpoint_ids is None else {"named": _keys(endpoint_ids)}
    return _rows(statement, {"now": _at(now), "until": _at(until), "lease": lease, "size": size} | named)


def record(
    *,
    now: datetime,
    lease: str,
    probed: Iterable[int],
    failed: Iterable[int],
    full: Iterable[int],
    due: Due,
    is_told: bool,
) -> set[int]:
    """Give back the endpoints for which `lease` still held; for all others somebody else's probe counts.

    Which ones they were is told on request only: on SQLite that costs a third of the statement.
    """
    retries = {f"retry_{attempts}": _at(instant) for attempts, instant in enumerate(due.retry_at)}
    arms = [f"WHEN {attempts} THEN %(retry_{attempts})s" for attempts in range(len(due.retry_at) - 1)]
    arms.append(f"ELSE %(retry_{len(due.retry_at) - 1})s")
    sets = {"probed": list(probed), "failed": list(failed), "full": list(full)}
    statement = _RECORD.format(
        **{name: _is_in(name) if keys else "FALSE" for name, keys in sets.items()},
        retry_at=" ".join(arms),
        told="RETURNING endpoint_id" if is_told else "",
    )
    instants = {"now": _at(now), "next_at": _at(due.next_at), "full_at": _at(due.full_at)} | retries
    parameters = {name: _keys(keys) for name, keys in sets.items()}
    return {row[0] for row in _rows(statement, instants | parameters | {"lease": lease})}


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _at(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)


def _keys(endpoint_ids: Iterable[int]) -> Any:
    """A set of keys is one parameter: a list for PostgreSQL, JSON for SQLite, which has no arrays."""
    return list(endpoint_ids) if _is_postgresql() else json.dumps(list(endpoint_ids))


def _is_in(name: str) -> str:
    if _is_postgresql():
        return f"endpoint_id = ANY(%({name})s::bigint[])"
    return f"endpoint_id IN (SELECT value FROM json_each(%({name})s))"  # noqa: S608  # a name from this module


def _rows(statement: str, parameters: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []
