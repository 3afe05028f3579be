"""The two statements of the probe schedule that the ORM cannot say: claim with RETURNING, and a whole batch recorded.

Each is one statement on SQLite and on PostgreSQL; where the two differ is said here and nowhere else.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# Every endpoint has a period of its own, up to 5 % off, so that a fleet added at once does not stay one herd.
_JITTER = "(0.95 + (endpoint_id * 7919 %% 1000) / 10000.0)"
# A first failure is looked at again soon, a lasting one less often, but within the span after which data is stale.
_BACK_OFF = "(CASE attempts WHEN 0 THEN 0.25 WHEN 1 THEN 0.5 WHEN 2 THEN 1.0 WHEN 3 THEN 2.0 ELSE 3.0 END)"

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
    fingerprint, attempts, CASE WHEN next_full_probe_at > %(now)s THEN 0 ELSE 1 END
"""
_RECORD = """
UPDATE certdash_probeschedule SET lease = '', leased_until = NULL, last_probe_at = %(now)s,
    last_seen_at = CASE WHEN {failed} THEN last_seen_at ELSE %(now)s END,
    attempts = CASE WHEN {failed} THEN CASE WHEN attempts < 99 THEN attempts + 1 ELSE attempts END ELSE 0 END,
    next_full_probe_at = CASE WHEN {full} THEN {full_at} ELSE next_full_probe_at END,
    next_probe_at = CASE WHEN {failed} THEN {retry_at} ELSE {next_at} END
WHERE lease = %(lease)s AND {probed}
RETURNING endpoint_id
"""

Row = tuple[Any, ...]


def claim(*, now: datetime, until: datetime, lease: str, size: int, endpoint_ids: Iterable[int] | None) -> list[Row]:
    """Due endpoints, or the named ones due or not, of which nobody holds a lease."""
    wanted = "next_probe_at <= %(now)s" if endpoint_ids is None else _is_in("named")
    lock = "FOR UPDATE SKIP LOCKED" if _is_postgresql() else ""
    statement = _CLAIM.format(wanted=wanted, lock=lock)
    named = {} if endpoint_ids is None else {"named": _keys(endpoint_ids)}
    return _rows(statement, {"now": _at(now), "until": _at(until), "lease": lease, "size": size} | named)


def record(
    *,
    now: datetime,
    lease: str,
    probed: Iterable[int],
    failed: Iterable[int],
    full: Iterable[int],
    interval: timedelta,
    full_interval: timedelta,
) -> set[int]:
    """Give back the endpoints for which `lease` still held; for all others somebody else's probe counts."""
    statement = _RECORD.format(
        probed=_is_in("probed"),
        failed=_is_in("failed"),
        full=_is_in("full"),
        next_at=_after(f"%(interval)s * {_JITTER}"),
        retry_at=_after(f"%(interval)s * {_BACK_OFF} * {_JITTER}"),
        full_at=_after(f"%(full_interval)s * {_JITTER}"),
    )
    spans = {"interval": interval.total_seconds(), "full_interval": full_interval.total_seconds()}
    sets = {"probed": _keys(probed), "failed": _keys(failed), "full": _keys(full)}
    return {row[0] for row in _rows(statement, {"now": _at(now), "lease": lease} | spans | sets)}


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


def _after(seconds: str) -> str:
    if _is_postgresql():
        return f"%(now)s + {seconds} * interval '1 second'"
    # The same shape as Django's, so that the column sorts: 2026-11-24 12:00:00.000
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(now)s, ({seconds}) || ' seconds')"


def _rows(statement: str, parameters: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
