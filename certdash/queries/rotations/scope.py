"""Which rotations a reader sees, and which endpoints, stopping releases and predictions of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from certdash.models import (
    App,
    Endpoint,
    Environment,
    Prediction,
    Release,
    Rotation,
    RotationState,
    Stake,
    Successor,
    Verdict,
)
from certdash.queries.access import Access
from certdash.queries.standing import in_use
from certdash.queries.users import shares, users
from pins.verdict import Value

STOPS = Value.WILL_FAIL.badness


@dataclass(frozen=True, slots=True)
class Stopping:
    """A release that stops on hosts of a rotation, with its users; environments and hosts as far as the reader sees."""

    app_id: int
    app: str
    customer: str
    release_id: int
    release: str
    value: Value
    users: int
    ship_by: date | None
    reason: str
    verdict_id: int
    environments: tuple[str, ...]
    hosts: tuple[str, ...]


def visible(access: Access) -> QuerySet[Rotation]:
    """Platform rotations concern everyone with a host below the domain; all others only their owner."""
    if access.sees_everything:
        # One question within the other: SQLite answers a join by reading every endpoint.
        gone = Environment.objects.filter(archived_at__isnull=False)
        return Rotation.objects.exclude(endpoint__in=Endpoint.objects.filter(environment__in=gone))
    own = Endpoint.objects.filter(environment__in=Environment.objects.filter(access.rows(), archived_at=None))
    below = own.filter(archived_at=None, platform_domain__isnull=False).values("platform_domain")
    # Keys of each kind by themselves: as one question with an OR, SQLite reads every rotation.
    shared = Rotation.objects.filter(platform_domain__in=below).order_by().values("pk")
    single = Rotation.objects.filter(endpoint__in=own).order_by().values("pk")
    return Rotation.objects.filter(Q(pk__in=shared) | Q(pk__in=single))


def live_endpoints(access: Access) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(
        access.rows("environment__customer_id"), archived_at=None, environment__archived_at=None
    )


def endpoints_of(rotation: Rotation, access: Access) -> QuerySet[Endpoint]:
    rows = live_endpoints(access)
    if rotation.platform_domain_id:
        return rows.filter(platform_domain=rotation.platform_domain_id)
    return rows.filter(pk=rotation.endpoint_id or 0)


def successors_of(rotation: Rotation) -> QuerySet[Successor]:
    """In force for the scope of a rotation, the newest first; what is served already is none."""
    rows = Successor.objects.filter(
        platform_domain=rotation.platform_domain_id, endpoint=rotation.endpoint_id, withdrawn_at=None
    )
    leaf = rotation.leaf
    served = is_served_as(leaf.pk, leaf.sha256, leaf.spki_sha256, leaf.first_seen_at)
    return rows.exclude(served).order_by("-registered_at", "-id")


def is_served_as(leaf: Any, sha256: Any, spki_sha256: Any, first_seen_at: Any) -> Q:
    """Whether a successor is this leaf, given by values or references: what has arrived announces nothing more.

    A key that was served before it was announced is to stay, for a renewal that keeps it.
    """
    by_key = Q(certificate_sha256="", spki_sha256=spki_sha256, registered_at__lt=first_seen_at)
    return Q(chain__leaf=leaf) | Q(chain=None) & (Q(certificate_sha256=sha256) | by_key)


def predictions_of(rotation: Rotation, access: Access) -> QuerySet[Prediction]:
    return Prediction.objects.filter(access.rows("release__app__customer_id"), rotation=rotation)


def stopping_verdicts(access: Access) -> QuerySet[Verdict]:
    return Verdict.objects.filter(
        in_use(), access.rows("release__app__customer_id"), badness__lte=STOPS, endpoint__archived_at=None
    )


def stopping(rotation: Rotation, access: Access) -> tuple[Stopping, ...]:
    """Releases that stop on the hosts of this rotation, the worst and greatest first. Two statements."""
    rows = stopping_verdicts(access).filter(_by_this(rotation), endpoint__in=endpoints_of(rotation, access))
    cells = list(rows.order_by("badness", "pk").values(*CELL))
    if not cells:
        return ()
    counted = release_users({cell["release__app"] for cell in cells})
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        groups[cell["release"]].append(cell)
    found = [_stopping(group, counted.get(pk, 0)) for pk, group in groups.items()]
    return tuple(sorted(found, key=lambda one: (one.value.badness, -one.users, one.app, one.release_id)))


def _by_this(rotation: Rotation) -> Q:
    """Where the leaf is still served; what stops elsewhere stops by a later change, unless it has stopped already."""
    still = Q(endpoint__chain__leaf=rotation.leaf_id)
    return still | Q(badness=Value.FAILING.badness) if rotation.state == RotationState.UNDER_WAY else still


def stops(access: Access) -> Q:
    """The same as a condition on rotations: at least one app of the reader stops."""
    hit = stopping_verdicts(access)
    still = _struck_by(hit.filter(endpoint__chain__leaf=OuterRef("leaf")))
    blocked = _struck_by(hit.filter(badness=Value.FAILING.badness))
    return still | Q(blocked, state=RotationState.UNDER_WAY)


def _struck_by(hit: QuerySet[Verdict]) -> Q:
    """Asked for each kind of rotation by itself: an OR within the question would be answered without any index."""
    own = Exists(hit.filter(endpoint=OuterRef("endpoint")))
    below = Exists(hit.filter(endpoint__platform_domain=OuterRef("platform_domain")))
    # Where no app has anything at stake, no host of the domain needs to be asked.
    staked = Exists(Stake.objects.filter(platform_domain=OuterRef("platform_domain"), badness__lte=STOPS))
    return Q(endpoint__isnull=False) & Q(own) | Q(platform_domain__isnull=False) & Q(staked) & Q(below)


CELL = (
    "pk", "release", "release__app", "release__app__name", "release__app__customer__name", "release__version",
    "release__platform", "value", "badness", "ship_by", "reason", "host", "endpoint__environment__name",
)  # fmt: skip
PLATFORMS = {"android": "Android", "ios": "iOS"}


def _stopping(cells: list[dict[str, Any]], count: int) -> Stopping:
    worst = cells[0]
    # What fails already has no time left, whatever day another of its hosts leaves.
    dates = [cell["ship_by"] for cell in cells if cell["ship_by"] and worst["badness"] > Value.FAILING.badness]
    platform = worst["release__platform"]
    return Stopping(
        worst["release__app"],
        worst["release__app__name"],
        worst["release__app__customer__name"],
        worst["release"],
        f"{worst['release__version']} {PLATFORMS.get(platform, platform)}",
        Value(worst["value"]),
        count,
        min(dates, default=None),
        worst["reason"],
        worst["pk"],
        tuple(dict.fromkeys(cell["endpoint__environment__name"] for cell in cells)),
        tuple(dict.fromkeys(cell["host"] for cell in cells)),
    )


def release_users(app_ids: Collection[int]) -> dict[int, int]:
    """Users by release of these apps. One statement."""
    by_app: dict[int, list[Release]] = defaultdict(list)
    for release in Release.objects.filter(app__in=app_ids, retired_at=None).select_related("app"):
        by_app[release.app_id].append(release)
    return {
        pk: users(releases[0].app.active_users, share)
        for releases in by_app.values()
        for pk, share in shares(releases).items()
    }


@dataclass(frozen=True, slots=True)
class Struck:
    """How many apps stop at one rotation, and how many users they have."""

    apps: int = 0
    users: int = 0


Scope = tuple[int | None, int | None]


def struck(rotations: Sequence[Rotation], access: Access) -> dict[Scope, Struck]:
    """By platform domain or custom endpoint, for the rows of a list. At most two statements."""
    if not rotations:
        return {}
    cells = leaving_cells(rotations, list(struck_cells(rotations, access).values_list(*STRUCK)))
    return struck_by(cells, release_users({app for _, _, app in cells}) if cells else {})


STRUCK = ("endpoint__platform_domain", "endpoint", "endpoint__chain__leaf", "badness", "release", "release__app")


def struck_cells(rotations: Iterable[Rotation], access: Access) -> QuerySet[Verdict]:
    """What stops on any host of these rotations, by whatever change."""
    domains = {one.platform_domain_id for one in rotations if one.platform_domain_id}
    endpoints = {one.endpoint_id for one in rotations if one.endpoint_id}
    rows = stopping_verdicts(access).order_by()
    return rows.filter(Q(endpoint__platform_domain__in=domains) | Q(endpoint__in=endpoints))


def leaving_cells(rotations: Iterable[Rotation], cells: Iterable[Sequence[Any]]) -> set[tuple[Scope, int, int]]:
    """Of rows of `STRUCK` those that stop by these rotations: scope, release and app."""
    leaving = {scope_of(one): (one.leaf_id, one.state == RotationState.UNDER_WAY) for one in rotations}
    found = set()
    for domain, endpoint, leaf, badness, release, app in cells:
        scope = domain, None if domain else endpoint
        leaf_id, is_under_way = leaving.get(scope, (None, False))
        if leaf == leaf_id or (is_under_way and badness == Value.FAILING.badness):
            found.add((scope, release, app))
    return found


def struck_by(cells: Collection[tuple[Scope, int, int]], counted: Mapping[int, int]) -> dict[Scope, Struck]:
    by_scope: dict[Scope, list[tuple[int, int]]] = defaultdict(list)
    for scope, release, app in cells:
        by_scope[scope].append((release, app))
    return {
        scope: Struck(len({app for _, app in own}), sum(counted.get(release, 0) for release, _ in own))
        for scope, own in by_scope.items()
    }


def scope_of(rotation: Rotation) -> Scope:
    return rotation.platform_domain_id, rotation.endpoint_id


def app_total(rotation: Rotation, access: Access) -> int:
    """Apps that meet a host of this rotation at all."""
    rows = Verdict.objects.filter(in_use(), endpoint__in=endpoints_of(rotation, access))
    own = rows.filter(access.rows("release__app__customer_id"))
    return App.objects.filter(releases__in=own.values("release")).distinct().count()
