"""Rotations: one open per served certificate; notice the first change, freeze what was predicted, compare, close.

One look, one write and one insert of each kind for a whole batch of endpoints, however many rotations it concerns.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from certdash.actions.audit import record_all
from certdash.actions.bulk import update_rows
from certdash.actions.predictions import compare, freeze
from certdash.actions.telling import tell_rotations_began, tell_rotations_done
from certdash.models import Endpoint, Observation, Prediction, Profile, Rotation, RotationState, Successor
from certdash.queries.access import EVERYBODY
from certdash.queries.judging.changes import Change, first_changes
from certdash.queries.keys import among
from certdash.queries.loading import chunks
from certdash.queries.rotations.scope import is_served_as, stops

OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)
WAITING = (RotationState.PLANNED, RotationState.ANNOUNCED)
# What a notice says of a rotation.
NAMED = ("platform_domain", "successor", "endpoint__environment__customer")


def begin(endpoint_ids: Collection[int], *, now: datetime) -> list[Rotation]:
    """Notice rotations that have begun at these endpoints; call it before any verdict on them is written anew.

    The chain need not be the registered one. Freezes the stored verdicts of all endpoints that serve the old leaf.
    """
    waiting = _open_at(endpoint_ids).filter(_may_have_changed(), state__in=WAITING).select_related(*NAMED)
    noticed = list(waiting)
    changes = first_changes(noticed, endpoint_ids)
    begun = _claim([rotation for rotation in noticed if rotation.pk in changes], changes, now)
    if begun:
        freeze(_carriers(begun))
        tell_rotations_began([(rotation, changes[rotation.pk]) for rotation in begun], now=now)
    return begun


def settle(endpoint_ids: Collection[int], *, now: datetime) -> None:
    """Compare where the old leaf is gone, close what is over, open what comes next; call it after the verdicts."""
    compare(endpoint_ids, now=now)
    over = _over(endpoint_ids)
    if over:
        Rotation.objects.filter(pk__in=among(one.pk for one in over)).update(
            state=RotationState.DONE, done_at=now, is_stopping=False
        )
        tell_rotations_done(over, now=now)
    _open_for_domains(endpoint_ids, now)
    _open_for_custom(endpoint_ids, now)
    _refresh(endpoint_ids)


def mark_stopping(endpoint_ids: Collection[int] | None = None) -> None:
    """Keep which open rotations at these endpoints, or all of them, stop an app: lists are filtered by it.

    Call it after the verdicts and the apps' standing, and where a verdict starts or ceases to count.
    """
    rows = Rotation.objects.filter(state__in=OPEN) if endpoint_ids is None else _open_at(endpoint_ids)
    marked = set(rows.filter(is_stopping=True).values_list("pk", flat=True))
    stopping = set(rows.filter(stops(EVERYBODY)).values_list("pk", flat=True))
    for keys, is_stopping in ((stopping - marked, True), (marked - stopping, False)):
        if keys:
            Rotation.objects.filter(pk__in=among(keys)).update(is_stopping=is_stopping)


def _open_at(endpoint_ids: Collection[int]) -> QuerySet[Rotation]:
    endpoints = Endpoint.objects.filter(pk__in=among(endpoint_ids))
    domains = endpoints.exclude(platform_domain=None).values("platform_domain")
    scope = Q(endpoint__in=among(endpoint_ids)) | Q(platform_domain__in=domains)
    return Rotation.objects.filter(scope, state__in=OPEN).order_by("pk")


def _may_have_changed() -> Q:
    """Spares a closer look at each of many custom endpoints."""
    other = Observation.objects.filter(endpoint=OuterRef("endpoint"), ended_at=None, chain__isnull=False)
    return Q(endpoint=None) | Q(Exists(other.exclude(chain__leaf=OuterRef("leaf"))))


def _claim(changed: Sequence[Rotation], changes: Mapping[int, Change], now: datetime) -> list[Rotation]:
    """Compare and set: of two workers that notice a change, one freezes."""
    if not changed:
        return []
    still = Rotation.objects.filter(pk__in=among(one.pk for one in changed), state__in=WAITING).select_for_update()
    keys = set(still.values_list("pk", flat=True))
    claimed = [rotation for rotation in changed if rotation.pk in keys]
    found = [(one.pk, changes[one.pk]) for one in claimed]
    update_rows(
        Rotation,
        ("state", "actual_chain", "first_changed_at"),
        [(pk, RotationState.UNDER_WAY.value, change.chain_id, change.first_seen_at) for pk, change in found],
    )
    record_all(None, "began", [(one, {"leaf": changes[one.pk].sha256}) for one in claimed], at=now)
    return claimed


def _carriers(rotations: Iterable[Rotation]) -> dict[int, int]:
    """The rotation by endpoint, for those whose derived chain has the old leaf: derived fields still show the state
    before this observation.
    """
    by_domain = {one.platform_domain_id: one for one in rotations if one.platform_domain_id}
    by_endpoint = {one.endpoint_id: one for one in rotations if one.endpoint_id}
    scope = Q(pk__in=among(by_endpoint)) | Q(platform_domain__in=list(by_domain), archived_at=None)
    leaves = among({one.leaf_id for one in (*by_domain.values(), *by_endpoint.values())})
    found = {}
    rows = Endpoint.objects.filter(scope, chain__leaf__in=leaves).order_by()
    for pk, domain_id, leaf_id in rows.values_list("pk", "platform_domain_id", "chain__leaf_id"):
        for rotation in (by_endpoint.get(pk), by_domain.get(domain_id)):
            if rotation is not None and rotation.leaf_id == leaf_id:
                found[pk] = rotation.pk
    return found


def _over(endpoint_ids: Collection[int]) -> list[Rotation]:
    """Rotations under way whose old leaf nobody serves any more."""
    serving = Observation.objects.filter(ended_at=None, missing_since=None, chain__leaf=OuterRef("leaf"))
    own = Exists(serving.filter(endpoint=OuterRef("endpoint")))
    # What was put away keeps its last chain: only hosts with a schedule are read.
    watched = serving.filter(endpoint__schedule__isnull=False)
    below = watched.filter(endpoint__platform_domain=OuterRef("platform_domain"))
    # The look at a whole domain is spared while one of these few still serves the old leaf.
    here = Exists(below.filter(endpoint__in=among(endpoint_ids)))
    under_way = _open_at(endpoint_ids).filter(state=RotationState.UNDER_WAY).select_related(*NAMED)
    gone = list(under_way.filter(Q(platform_domain=None) & ~own | Q(endpoint=None) & ~here))
    domains = Rotation.objects.filter(pk__in=among(one.pk for one in gone if one.platform_domain_id))
    open_ones = set(domains.filter(Exists(below) | Exists(_awaited(endpoint_ids))).values_list("pk", flat=True))
    return [rotation for rotation in gone if rotation.pk not in open_ones]


def _awaited(endpoint_ids: Collection[int]) -> QuerySet[Prediction]:
    """Predictions on other endpoints that are read and not evaluated yet: what is told when it is done counts them."""
    rows = Prediction.objects.filter(
        rotation=OuterRef("pk"), actual="", endpoint__schedule__unevaluated_since__isnull=False
    )
    return rows.exclude(endpoint__in=among(endpoint_ids))


def _open_for_domains(endpoint_ids: Collection[int], now: datetime) -> None:
    """The leaf that most endpoints of the domain serve is the shared one."""
    domains = Endpoint.objects.filter(pk__in=among(endpoint_ids)).exclude(platform_domain=None).order_by()
    without = set(domains.values_list("platform_domain_id", flat=True).distinct())
    has_one = Rotation.objects.filter(platform_domain__in=without, state__in=OPEN)
    without -= set(has_one.values_list("platform_domain_id", flat=True))
    served = Observation.objects.filter(
        endpoint__platform_domain__in=without,
        endpoint__schedule__isnull=False,
        profile=Profile.ECDSA_FIRST,
        ended_at=None,
        chain__isnull=False,
    )
    counted = served.order_by().values_list("endpoint__platform_domain_id", "chain__leaf_id").annotate(Count("pk"))
    common: dict[int, int] = {}
    for domain_id, leaf_id, _ in sorted(counted, key=lambda row: (-row[2], row[1])):
        common.setdefault(domain_id, leaf_id)
    Rotation.objects.bulk_create(
        Rotation(platform_domain_id=domain_id, leaf_id=leaf_id, created_at=now) for domain_id, leaf_id in common.items()
    )


def _open_for_custom(endpoint_ids: Collection[int], now: datetime) -> None:
    rows = []
    for chunk in chunks(endpoint_ids):
        has_one = Rotation.objects.filter(endpoint=OuterRef("pk"), state__in=OPEN)
        custom = Endpoint.objects.filter(~Exists(has_one), pk__in=among(chunk), platform_domain=None, archived_at=None)
        for pk, leaf_id in custom.filter(chain__isnull=False, failure="").values_list("pk", "chain__leaf_id"):
            rows.append(Rotation(endpoint_id=pk, leaf_id=leaf_id or 0, created_at=now))
    Rotation.objects.bulk_create(rows, batch_size=1000)


WINDOW = ("window_start", "window_end", "window_evidence")


def _refresh(endpoint_ids: Collection[int]) -> None:
    """Windows come from the endpoints; a registered successor announces the rotation, a withdrawal takes that back.

    One that was found in a public log is linked and announces nothing.
    """
    windows = _windows(endpoint_ids)
    rows = _open_at(endpoint_ids).annotate(newest=_newest_successor(), announced=_newest_successor(is_logged=False))
    place = ("platform_domain_id", "endpoint_id", "leaf_id")
    differing = []
    for pk, newest, announced, *row in rows.values_list(
        "pk", "newest", "announced", *place, "state", "successor_id", *WINDOW
    ):
        key, state, window = tuple(row[:3]), row[3], tuple(row[5:])
        if state in WAITING:
            state, window = _waiting_for(announced), windows.get(key, window)
        if (state, newest, *window) != tuple(row[3:]):
            differing.append((pk, state, newest, *window))
    update_rows(Rotation, ("state", "successor", *WINDOW), differing)


def _windows(endpoint_ids: Collection[int]) -> dict[tuple[int | None, int | None, int | None], tuple[object, ...]]:
    """By platform domain or custom endpoint, and leaf; of several the earliest."""
    rows = Endpoint.objects.filter(pk__in=among(endpoint_ids), window_start__isnull=False)
    rows = rows.order_by("-window_start", "-window_end")
    shared, custom = rows.exclude(platform_domain=None), rows.filter(platform_domain=None)
    found: dict[tuple[int | None, int | None, int | None], tuple[object, ...]] = {}
    for domain_id, leaf_id, *window in shared.values_list("platform_domain_id", "chain__leaf_id", *WINDOW).distinct():
        found[domain_id, None, leaf_id] = tuple(window)
    for pk, leaf_id, *window in custom.values_list("pk", "chain__leaf_id", *WINDOW):
        found[None, pk, leaf_id] = tuple(window)
    return found


LEAF = ("leaf", "leaf__sha256", "leaf__spki_sha256", "leaf__first_seen_at")


def _newest_successor(**only: bool) -> "QuerySet[Successor, int]":
    return (
        Successor.objects.filter(
            Q(platform_domain=OuterRef("platform_domain")) | Q(endpoint=OuterRef("endpoint")), withdrawn_at=None, **only
        )
        .exclude(is_served_as(*(OuterRef(name) for name in LEAF)))
        .order_by("-registered_at", "-id")
        .values_list("pk", flat=True)[:1]
    )


def _waiting_for(successor_id: int | None) -> str:
    return RotationState.ANNOUNCED.value if successor_id else RotationState.PLANNED.value
