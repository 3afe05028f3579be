"""Predictions: freeze the verdicts that stand before a rotation, and hold against them what came."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from certdash.actions.bulk import update_rows
from certdash.models import App, Endpoint, Observation, Prediction, Release, Rotation, Verdict
from certdash.queries.keys import among, list_parameter, list_sql
from certdash.queries.users import shares, users, uses_by_app

OPEN = ("actual", "actual_reason", "actual_at")
_FREEZE = """
WITH counted AS ({counted})
INSERT INTO certdash_prediction (rotation_id, release_id, endpoint_id, predicted, predicted_reason, decided_at, users,
    actual, actual_reason)
SELECT %s, standing.release_id, standing.endpoint_id, standing.next, standing.reason, standing.decided_at,
    counted.users, '', ''
FROM counted CROSS JOIN certdash_verdict standing
WHERE standing.release_id = counted.release_id AND +standing.endpoint_id IN {endpoints}
ON CONFLICT DO NOTHING
"""


def freeze(rotation: Rotation, endpoints: QuerySet[Endpoint]) -> None:
    """Keep the stored verdicts on these endpoints as they stand; nothing is decided here, nor ever again.

    The database copies them: on a platform domain there are many thousands. The plus keeps SQLite from looking for
    every release at every endpoint.
    """
    keys = list(endpoints.order_by().values_list("pk", flat=True))
    met = Verdict.objects.filter(endpoint__in=among(keys)).order_by().values_list("release_id", flat=True).distinct()
    apps = Release.objects.filter(pk__in=among(met), app__archived_at=None)
    counted, pairs = _pairs(_users_by_release(apps.order_by().values_list("app_id", flat=True).distinct()))
    with connection.cursor() as cursor:
        statement = _FREEZE.format(counted=counted, endpoints=list_sql())
        cursor.execute(statement, [*pairs, rotation.pk, list_parameter(keys)])


def _pairs(users_of: Mapping[int, int]) -> tuple[str, list[Any]]:
    """A table of releases and their users as a subquery with its parameters."""
    if connection.vendor == "postgresql":
        sql = "SELECT * FROM unnest(%s::bigint[], %s::integer[]) AS given(release_id, users)"
        return sql, [list(users_of), list(users_of.values())]
    sql = "SELECT json_extract(value, '$[0]') AS release_id, json_extract(value, '$[1]') AS users FROM json_each(%s)"
    return sql, [json.dumps(list(users_of.items()))]


def compare(rotation: Rotation, endpoint_ids: Iterable[int], *, now: datetime) -> None:
    """Fill in what the verdicts say now, for those of the endpoints that have left the old leaf on every address."""
    switched = _switched(rotation, endpoint_ids)
    open_rows = Prediction.objects.filter(rotation=rotation, endpoint__in=among(switched), actual="")
    waiting = open_rows.order_by().values_list("pk", "release_id", "endpoint_id")
    verdicts = {
        (release_id, endpoint_id): (value, reason)
        for release_id, endpoint_id, value, reason in Verdict.objects.filter(endpoint__in=among(switched)).values_list(
            "release_id", "endpoint_id", "now", "reason"
        )
    }
    update_rows(
        Prediction,
        OPEN,
        [
            (pk, *verdicts[release_id, endpoint_id], now)
            for pk, release_id, endpoint_id in waiting
            if (release_id, endpoint_id) in verdicts
        ],
    )


def _switched(rotation: Rotation, endpoint_ids: Iterable[int]) -> set[int]:
    """Endpoints that serve something, and nowhere the old leaf."""
    served = Observation.objects.filter(
        endpoint__in=among(endpoint_ids), ended_at=None, missing_since=None, chain__isnull=False
    )
    keys = served.order_by().values_list("endpoint_id", flat=True).distinct()
    others = set(keys.exclude(chain__leaf=rotation.leaf_id))
    return others.difference(keys.filter(endpoint__in=among(others), chain__leaf=rotation.leaf_id))


def _users_by_release(app_ids: Iterable[int]) -> dict[int, int]:
    apps = dict(App.objects.filter(pk__in=among(app_ids)).order_by().values_list("pk", "active_users"))
    return {
        pk: users(apps[app_id], share)
        for app_id, used in uses_by_app(apps).items()
        for pk, share in shares(used).items()
    }
