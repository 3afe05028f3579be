"""Predictions: freeze the verdicts that stand before a rotation, and hold against them what came."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from certdash.actions.bulk import insert_rows, update_rows
from certdash.models import Endpoint, Observation, Prediction, Release, Rotation, Verdict
from certdash.queries.keys import among
from certdash.queries.users import shares, users

OPEN = ("actual", "actual_reason", "actual_at")


def freeze(rotation: Rotation, endpoints: QuerySet[Endpoint]) -> None:
    """Keep the stored verdicts on these endpoints as they stand; nothing is decided here, nor ever again."""
    standing = Verdict.objects.filter(endpoint__in=endpoints, release__retired_at=None, release__app__archived_at=None)
    rows = list(standing.values_list("release_id", "endpoint_id", "next", "reason", "decided_at", "release__app_id"))
    counted = _users_by_release({row[5] for row in rows})
    fields = ("rotation", "release", "endpoint", "predicted", "predicted_reason", "decided_at", "users", *OPEN)
    insert_rows(
        Prediction,
        fields,
        (
            (rotation.pk, release_id, endpoint_id, value, reason, decided_at, counted.get(release_id, 0), "", "", None)
            for release_id, endpoint_id, value, reason, decided_at, _ in rows
        ),
    )


def compare(rotation: Rotation, endpoint_ids: Iterable[int], *, now: datetime) -> None:
    """Fill in what the verdicts say now, for those of the endpoints that have left the old leaf on every address."""
    open_rows = Prediction.objects.filter(rotation=rotation, endpoint__in=among(endpoint_ids), actual="")
    waiting = list(open_rows.values_list("pk", "release_id", "endpoint_id"))
    switched = _switched(rotation, {endpoint_id for _, _, endpoint_id in waiting})
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


def _switched(rotation: Rotation, endpoint_ids: set[int]) -> set[int]:
    """Endpoints that serve something, and nowhere the old leaf."""
    leaves: dict[int, set[int]] = defaultdict(set)
    served = Observation.objects.filter(endpoint__in=among(endpoint_ids), ended_at=None, missing_since=None)
    for endpoint_id, leaf_id in served.values_list("endpoint_id", "chain__leaf_id"):
        if leaf_id:
            leaves[endpoint_id].add(leaf_id)
    return {endpoint_id for endpoint_id, found in leaves.items() if rotation.leaf_id not in found}


def _users_by_release(app_ids: set[int]) -> dict[int, int]:
    by_app: dict[int, list[Release]] = defaultdict(list)
    for release in Release.objects.filter(app__in=among(app_ids)).select_related("app"):
        by_app[release.app_id].append(release)
    return {
        pk: users(releases[0].app.active_users, share)
        for releases in by_app.values()
        for pk, share in shares(releases).items()
    }
