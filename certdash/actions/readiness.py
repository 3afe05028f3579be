"""Readiness over time: how many apps of each open rotation stand at each verdict, kept for the days that differ."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as Constant

from certdash.actions.turns import take_turn_alone
from certdash.models import Prediction, Rotation, RotationCount, RotationState, Verdict
from certdash.queries.formatting import value_of
from certdash.queries.keys import among
from certdash.queries.rotations.scope import STOPS, release_users
from certdash.queries.standing import effective_badness, in_use
from pins.verdict import Value

OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)
AT_RISK = Value.AT_RISK.badness


class _Count(NamedTuple):
    """`customer_id` is None for the sum of all."""

    customer_id: int | None
    value: str
    apps: int
    users: int


class _App(NamedTuple):
    rotation_id: int
    pk: int
    customer_id: int


# What is on record where every app has left.
NOBODY = frozenset({_Count(None, Value.READY.value, 0, 0)})
Sets = Mapping[int, frozenset[_Count]]


def count_rotations(day: date, *, now: datetime) -> None:
    """Write the sets that differ from the last ones on record; the last count of a day stands.

    Two statements for each platform domain and two for all custom hosts, aggregated by app in the database. A custom
    host is counted once an app there has been at risk: of the others there are many, and nothing to tell.
    """
    fresh = dict[int, frozenset[_Count]]()
    for rotation in Rotation.objects.filter(state__in=OPEN, platform_domain__isnull=False):
        fresh.update(_counted(_on_domain(rotation), now))
    fresh.update(_counted(_on_custom_hosts(), now))
    with transaction.atomic():
        take_turn_alone()
        _store(fresh, day)


def _on_domain(rotation: Rotation) -> QuerySet[Verdict]:
    """Where the leaf is served, and once it is leaving also where it was."""
    scope = Q(endpoint__chain__leaf=rotation.leaf_id)
    if rotation.state == RotationState.UNDER_WAY:
        frozen = Prediction.objects.filter(rotation=rotation, endpoint=OuterRef("endpoint"))
        scope |= Q(Exists(frozen.filter(release=OuterRef("release"))))
    rows = _verdicts().filter(scope, endpoint__platform_domain=rotation.platform_domain_id)
    return rows.annotate(rotation=Constant(rotation.pk, output_field=BigIntegerField()))


def _on_custom_hosts() -> QuerySet[Verdict]:
    needy = _verdicts().filter(endpoint=OuterRef("endpoint"), badness__lte=AT_RISK)
    known = RotationCount.objects.filter(rotation=OuterRef("rotation"))
    rows = _verdicts().filter(endpoint__platform_domain=None)
    # Annotated first: each mention of the relation in a filter could be another of the host's rotations.
    rows = rows.annotate(rotation=F("endpoint__rotations"), state=F("endpoint__rotations__state"))
    return rows.filter(Exists(needy) | Exists(known), state__in=OPEN)


def _verdicts() -> QuerySet[Verdict]:
    return Verdict.objects.filter(in_use(), endpoint__archived_at=None).order_by()


def _counted(rows: QuerySet[Verdict], now: datetime) -> dict[int, frozenset[_Count]]:
    key = ("rotation", "release__app", "release__app__customer")
    worst = rows.values_list(*key).annotate(worst=Min(effective_badness(now)))
    stops = rows.filter(badness__lte=STOPS).values_list(*key, "release").distinct()
    users = _users((_App(*app), release_id) for *app, release_id in stops)
    apps: dict[tuple[int, int | None, str], list[_App]] = defaultdict(list)
    for *parts, badness in worst:
        app = _App(*parts)
        for customer_id in (None, app.customer_id):
            apps[app.rotation_id, customer_id, value_of(badness)].append(app)
    found: dict[int, set[_Count]] = defaultdict(set)
    for (rotation_id, customer_id, value), group in apps.items():
        found[rotation_id].add(_Count(customer_id, value, len(group), sum(users.get(app, 0) for app in group)))
    return {rotation_id: frozenset(counts) for rotation_id, counts in found.items()}


def _users(stops: Iterable[tuple[_App, int]]) -> dict[_App, int]:
    rows = list(stops)
    counted = release_users({app.pk for app, _ in rows}) if rows else {}
    found: dict[_App, int] = defaultdict(int)
    for app, release_id in rows:
        found[app] += counted.get(release_id, 0)
    return found


def _store(fresh: Sets, day: date) -> None:
    last, days = _last(day)
    wanted = {key: fresh.get(key, NOBODY) for key in fresh.keys() | last.keys()}
    new = {key: counts for key, counts in wanted.items() if counts != last.get(key)}
    again = [key for key in new if days.get(key) == day]
    RotationCount.objects.filter(rotation__in=among(again), day=day).delete()
    RotationCount.objects.bulk_create(_rows(new, day), batch_size=1000)


def _last(day: date) -> tuple[Sets, Mapping[int, date]]:
    """The newest set of every open rotation up to `day`, and its day."""
    newest = RotationCount.objects.filter(rotation=OuterRef("rotation"), day__lte=day).order_by("-day").values("day")
    rows = RotationCount.objects.filter(rotation__state__in=OPEN, day=Subquery(newest[:1])).order_by()
    found, days = defaultdict[int, set[_Count]](set), dict[int, date]()
    for rotation_id, on, *count in rows.values_list("rotation_id", "day", *_Count._fields):
        found[rotation_id].add(_Count(*count))
        days[rotation_id] = on
    return {key: frozenset(counts) for key, counts in found.items()}, days


def _rows(sets: Sets, day: date) -> list[RotationCount]:
    return [
        RotationCount(rotation_id=key, day=day, **count._asdict())
        for key, counts in sorted(sets.items())
        for count in sorted(counts, key=lambda one: (one.customer_id or 0, one.value))
    ]
