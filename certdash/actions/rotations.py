"""Rotations: one open per served certificate; notice the first change, freeze what was predicted, compare, close."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from certdash.actions.audit import record
from certdash.actions.predictions import compare, freeze
from certdash.actions.telling import tell_rotation_began, tell_rotation_done
from certdash.models import Endpoint, Observation, Prediction, Profile, Rotation, RotationState, Successor
from certdash.queries.keys import among
from certdash.queries.loading import certificate_value, chunks

OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)
WAITING = (RotationState.PLANNED, RotationState.ANNOUNCED)
# What a notice says of a rotation.
NAMED = ("platform_domain", "successor", "endpoint__environment__customer")


def begin(endpoint_ids: Collection[int], *, now: datetime) -> list[Rotation]:
    """Notice rotations that have begun at these endpoints; call it before any verdict on them is written anew.

    The chain need not be the registered one. Freezes the stored verdicts of all endpoints that serve the old leaf.
    """
    begun = []
    waiting = _open_at(endpoint_ids).filter(_may_have_changed(), state__in=WAITING)
    for rotation in waiting.select_related("leaf", *NAMED):
        change = _first_change(rotation, endpoint_ids)
        if change is None or not _claim(rotation, change, now):
            continue
        freeze(rotation, _carriers(rotation))
        tell_rotation_began(rotation, change, now=now)
        begun.append(rotation)
    return begun


def settle(endpoint_ids: Collection[int], *, now: datetime) -> None:
    """Compare where the old leaf is gone, close what is over, open what comes next; call it after the verdicts."""
    for rotation in _open_at(endpoint_ids).filter(state=RotationState.UNDER_WAY).select_related(*NAMED):
        compare(rotation, endpoint_ids, now=now)
        serving = _serving(rotation)
        # The look at a whole domain is spared while one of these few still serves the old leaf.
        is_served_here = serving.filter(endpoint__in=among(endpoint_ids)).exists()
        if not is_served_here and not serving.exists() and not _awaited(rotation, endpoint_ids).exists():
            Rotation.objects.filter(pk=rotation.pk).update(state=RotationState.DONE, done_at=now)
            tell_rotation_done(rotation, now=now)
    _open_for_domains(endpoint_ids, now)
    _open_for_custom(endpoint_ids, now)
    _refresh(endpoint_ids)


def _open_at(endpoint_ids: Collection[int]) -> QuerySet[Rotation]:
    endpoints = Endpoint.objects.filter(pk__in=among(endpoint_ids))
    domains = endpoints.exclude(platform_domain=None).values("platform_domain")
    scope = Q(endpoint__in=among(endpoint_ids)) | Q(platform_domain__in=domains)
    return Rotation.objects.filter(scope, state__in=OPEN).order_by("pk")


def _may_have_changed() -> Q:
    """Spares a closer look at each of many custom endpoints."""
    other = Observation.objects.filter(endpoint=OuterRef("endpoint"), ended_at=None, chain__isnull=False)
    return Q(endpoint=None) | Q(Exists(other.exclude(chain__leaf=OuterRef("leaf"))))


def _scope(rotation: Rotation) -> QuerySet[Endpoint]:
    if rotation.platform_domain_id:
        return Endpoint.objects.filter(platform_domain=rotation.platform_domain_id, archived_at=None)
    return Endpoint.objects.filter(rotations=rotation)


def _carriers(rotation: Rotation) -> QuerySet[Endpoint]:
    """Endpoints whose derived chain has the old leaf: derived fields still show the state before this observation."""
    return _scope(rotation).filter(chain__leaf=rotation.leaf_id)


def _serving(rotation: Rotation) -> QuerySet[Observation]:
    return Observation.objects.filter(
        endpoint__in=_scope(rotation), ended_at=None, missing_since=None, chain__leaf=rotation.leaf_id
    )


def _awaited(rotation: Rotation, endpoint_ids: Collection[int]) -> QuerySet[Prediction]:
    """Predictions on other endpoints that are read and not evaluated yet: a rotation that is done compares no more."""
    rows = Prediction.objects.filter(rotation=rotation, actual="", endpoint__schedule__unevaluated_since__isnull=False)
    return rows.exclude(endpoint__in=among(endpoint_ids))


def _first_change(rotation: Rotation, endpoint_ids: Collection[int]) -> Observation | None:
    """The first address that serves another leaf to a profile which got the old one before."""
    before = Observation.objects.filter(
        endpoint=OuterRef("endpoint"),
        profile=OuterRef("profile"),
        chain__leaf=rotation.leaf_id,
        first_seen_at__lt=OuterRef("first_seen_at"),
    )
    rows = Observation.objects.filter(
        Exists(before),
        endpoint__in=_scope(rotation).filter(pk__in=among(endpoint_ids)),
        ended_at=None,
        chain__isnull=False,
        first_seen_at__gt=rotation.created_at,
    )
    changed = rows.exclude(chain__leaf=rotation.leaf_id).select_related("chain__leaf").order_by("first_seen_at", "id")
    return next((row for row in changed if _replaces(rotation, row)), None)


def _replaces(rotation: Rotation, seen: Observation) -> bool:
    """On a platform domain a host that moves to a certificate of its own is no rotation of the shared one."""
    if rotation.endpoint_id or seen.chain is None:
        return True
    old, new = (certificate_value(bytes(row.der)).dns_names for row in (rotation.leaf, seen.chain.leaf))
    return bool(set(old) & set(new))


def _claim(rotation: Rotation, change: Observation, now: datetime) -> bool:
    """Compare and set: of two workers that notice the change, one freezes."""
    waiting = Rotation.objects.filter(pk=rotation.pk, state__in=WAITING)
    if not waiting.update(
        state=RotationState.UNDER_WAY, actual_chain=change.chain_id, first_changed_at=change.first_seen_at
    ):
        return False
    record(None, "began", rotation, at=now, after={"leaf": change.chain.leaf.sha256 if change.chain else ""})
    return True


def _open_for_domains(endpoint_ids: Collection[int], now: datetime) -> None:
    """The leaf that most endpoints of the domain serve is the shared one."""
    domains = Endpoint.objects.filter(pk__in=among(endpoint_ids)).exclude(platform_domain=None).order_by()
    without = set(domains.values_list("platform_domain_id", flat=True).distinct())
    without -= set(
        Rotation.objects.filter(platform_domain__in=without, state__in=OPEN).values_list(
            "platform_domain_id", flat=True
        )
    )
    for domain_id in without:
        served = Observation.objects.filter(
            endpoint__platform_domain=domain_id,
            endpoint__archived_at=None,
            profile=Profile.ECDSA_FIRST,
            ended_at=None,
            chain__isnull=False,
        )
        common = Counter(served.values_list("chain__leaf_id", flat=True)).most_common(1)
        if common and common[0][0]:
            Rotation.objects.create(platform_domain_id=domain_id, leaf_id=common[0][0], created_at=now)


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
    """Windows come from the endpoints; a registered successor announces the rotation, a withdrawal takes that back."""
    windows = _windows(endpoint_ids)
    for rotation in _open_at(endpoint_ids).annotate(newest=_newest_successor()):
        fields: dict[str, object] = {"successor_id": rotation.newest, "state": _state(rotation, rotation.newest)}
        window = windows.get((rotation.platform_domain_id, rotation.endpoint_id, rotation.leaf_id))
        if window and rotation.state in WAITING:
            fields.update(zip(WINDOW, window, strict=True))
        if any(getattr(rotation, name) != value for name, value in fields.items()):
            Rotation.objects.filter(pk=rotation.pk).update(**fields)


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


def _newest_successor() -> "QuerySet[Successor, int]":
    return (
        Successor.objects.filter(
            Q(platform_domain=OuterRef("platform_domain")) | Q(endpoint=OuterRef("endpoint")), withdrawn_at=None
        )
        .exclude(chain__leaf=OuterRef("leaf"))
        .order_by("-registered_at", "-id")
        .values_list("pk", flat=True)[:1]
    )


def _state(rotation: Rotation, successor_id: int | None) -> str:
    if rotation.state not in WAITING:
        return rotation.state
    return RotationState.ANNOUNCED if successor_id else RotationState.PLANNED
