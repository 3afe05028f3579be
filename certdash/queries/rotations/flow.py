"""The blast radius of one rotation in numbers: apps as bands, and what stands over the columns of the drawing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q

from certdash.drawing.flow_layout import End, Source
from certdash.models import Observation, Rotation
from certdash.queries.access import Access
from certdash.queries.formatting import address, counted, day, number
from certdash.queries.rotations.scope import Stopping, app_total, endpoints_of


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands over the columns of the blast radius, and beside its two ends."""

    expires: str
    endpoints: str
    environments: str
    environments_of: str
    apps: str
    apps_of: str
    users: str
    reachable: str
    passed: str


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    changed: int
    environments: int
    seen_at: datetime | None


def counts_of(rotation: Rotation, access: Access) -> Counts:
    """One statement: hosts that have served the leaf, and those of them where another has been seen since."""
    served = Observation.objects.filter(endpoint=OuterRef("pk"), chain__leaf=rotation.leaf_id)
    wanted = {"total": Count("pk"), "environments": Count("environment", distinct=True)}
    rows = endpoints_of(rotation, access).filter(Exists(served))
    if rotation.first_changed_at:
        other = Observation.objects.filter(
            endpoint=OuterRef("pk"), chain__isnull=False, first_seen_at__gte=rotation.first_changed_at
        ).exclude(chain__leaf=rotation.leaf_id)
        wanted["changed"] = Count("pk", filter=Q(Exists(other)))
    found = rows.aggregate(**wanted, seen=Max("schedule__last_seen_at"))
    return Counts(found["total"], found.get("changed", 0), found["environments"], found["seen"])


def sources_of(stops: Iterable[Stopping], now: datetime) -> list[Source]:
    """One for each app: its worst release decides the shape, its latest date whether there is time left."""
    groups: dict[int, list[Stopping]] = defaultdict(list)
    for one in stops:
        groups[one.app_id].append(one)
    return [_source(group, now) for group in groups.values()]


def _source(group: Sequence[Stopping], now: datetime) -> Source:
    worst = group[0]
    return Source(
        app=worst.app,
        owner=worst.customer,
        url=address("app", worst.app_id),
        value=worst.value,
        users=sum(one.users for one in group),
        end=_end(group, now),
        environments=tuple(dict.fromkeys(name for one in group for name in one.environments)),
    )


def _end(group: Iterable[Stopping], now: datetime) -> End:
    return "reachable" if all(one.ship_by and one.ship_by >= now.date() for one in group) else "passed"


def heads_of(
    rotation: Rotation,
    stops: Sequence[Stopping],
    sources: Sequence[Source],
    counts: Counts,
    access: Access,
    now: datetime,
) -> Heads:
    reachable = [one for one in sources if one.end == "reachable"]
    dates = [one.ship_by for one in stops if one.ship_by and one.ship_by >= now.date()]
    until = f", ship by {day(min(dates), now)}" if dates else ""
    environments = {name for one in sources for name in one.environments}
    return Heads(
        expires=f"expires {day(rotation.leaf.not_after, now)}",
        endpoints=counted(counts.total, "endpoint"),
        environments=counted(len(environments), "environment"),
        environments_of=f"of {number(counts.environments)} that serve it",
        apps=counted(len(sources), "app"),
        apps_of=f"of {number(app_total(rotation, access))}" if sources else "",
        users=f"{number(sum(one.users for one in sources))} users",
        reachable=f"{counted(len(reachable), 'app')}{until}",
        passed=f"{counted(len(sources) - len(reachable), 'app')}, forced update",
    )
