"""Predictions: freeze the verdicts that stand before a rotation, and hold against them what came."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from certdash.models import App, Observation, Prediction, RotationState, Verdict
from certdash.queries.keys import among, list_parameter, list_sql
from certdash.queries.users import shares, users, uses_by_app

_FREEZE = """
WITH given AS ({given})
INSERT INTO certdash_prediction (rotation_id, release_id, endpoint_id, predicted, predicted_reason, decided_at, users,
    actual, actual_reason)
SELECT given.rotation_id, standing.release_id, standing.endpoint_id, standing.next, standing.reason,
    standing.decided_at, given.users, '', ''
FROM given CROSS JOIN certdash_verdict standing WHERE standing.id = given.verdict_id
ON CONFLICT DO NOTHING
"""
_COMPARE = """
UPDATE certdash_prediction SET actual = standing.now, actual_reason = standing.reason, actual_at = %s
FROM certdash_verdict standing
WHERE certdash_prediction.id IN {keys} AND certdash_prediction.actual = ''
    AND standing.release_id = certdash_prediction.release_id AND standing.endpoint_id = certdash_prediction.endpoint_id
"""
_GIVEN_ARRAYS = """
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS given(verdict_id, rotation_id, users)
"""
_GIVEN_JSON = """
SELECT json_extract(value, '$[0]') AS verdict_id, json_extract(value, '$[1]') AS rotation_id,
    json_extract(value, '$[2]') AS users FROM json_each(%s)
"""


def freeze(rotations: Mapping[int, int]) -> None:
    """Keep the stored verdicts on these endpoints as they stand; nothing is decided here, nor ever again.

    `rotations` gives the rotation by endpoint. The database copies the verdicts: on a platform domain there are many
    thousands.
    """
    rows = Verdict.objects.filter(endpoint__in=among(rotations), release__app__archived_at=None).order_by()
    standing = list(rows.values_list("pk", "endpoint_id", "release_id", "release__app_id"))
    users_of = _users_by_release({app_id for *_, app_id in standing})
    given = [
        (pk, rotations[endpoint_id], users_of[release_id])
        for pk, endpoint_id, release_id, _ in standing
        if endpoint_id and release_id in users_of
    ]
    with connection.cursor() as cursor:
        sql, parameters = _given(given)
        cursor.execute(_FREEZE.format(given=sql), parameters)


def _given(rows: Sequence[tuple[int, int, int]]) -> tuple[str, list[Any]]:
    """A table of verdicts with their rotations and users as a subquery with its parameters."""
    if connection.vendor == "postgresql":
        return _GIVEN_ARRAYS, [[row[place] for row in rows] for place in range(3)]
    return _GIVEN_JSON, [json.dumps(rows)]


def compare(endpoint_ids: Collection[int], *, now: datetime) -> None:
    """Fill in what the verdicts say now, for those of the endpoints that have left the old leaf on every address.

    Of a rotation that is done, too: a host that could not be read while it ended is compared when it comes back with
    the chain that took over. One that comes back with a later chain says nothing about this rotation.
    """
    keys = _due(endpoint_ids)
    if keys:
        with connection.cursor() as cursor:
            instant = connection.ops.adapt_datetimefield_value(now)
            cursor.execute(_COMPARE.format(keys=list_sql()), [instant, list_parameter(keys)])


def _due(endpoint_ids: Collection[int]) -> list[int]:
    """Open predictions on endpoints that serve something, and nowhere the old leaf."""
    served = Observation.objects.filter(
        endpoint=OuterRef("endpoint"), ended_at=None, missing_since=None, chain__isnull=False
    )
    old = served.filter(chain__leaf=OuterRef("rotation__leaf"))
    new = served.filter(chain__leaf=OuterRef("rotation__actual_chain__leaf"))
    is_under_way = Q(rotation__state=RotationState.UNDER_WAY) & Exists(served)
    is_late = Q(rotation__state=RotationState.DONE) & Exists(new)
    rows = Prediction.objects.filter(~Exists(old), is_under_way | is_late, endpoint__in=among(endpoint_ids), actual="")
    return list(rows.order_by().values_list("pk", flat=True))


def _users_by_release(app_ids: Iterable[int]) -> dict[int, int]:
    apps = dict(App.objects.filter(pk__in=among(app_ids)).order_by().values_list("pk", "active_users"))
    return {
        pk: users(apps[app_id], share)
        for app_id, used in uses_by_app(apps).items()
        for pk, share in shares(used).items()
    }
