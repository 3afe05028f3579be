"""A change that has not happened: what a candidate or a scenario would do to a host, a platform domain or the fleet.

Nothing is stored. What stands now is read from the stored verdicts; what would be is judged anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from certdash.models import Endpoint, Release, Verdict
from certdash.queries.access import Access
from certdash.queries.judging.forecasts import Instead
from certdash.queries.judging.judging import Cell, judge_cells, load
from certdash.queries.judging.pairs import pairs_of_releases, releases_at
from certdash.queries.keys import among
from certdash.queries.users import is_active, shares, users, uses_by_app
from pins.verdict import Value
from pins.verdict import Verdict as Judgement

_VALUES = {value.value: value for value in Value}
# Releases judged between two words of progress: a second or so of work.
AT_ONCE = 2000


class Place(NamedTuple):
    """An endpoint, as much of it as is asked here: of a hundred thousand no model is built."""

    pk: int
    environment_id: int
    environment: str


def places_of(endpoints: QuerySet[Endpoint]) -> list[Place]:
    rows = endpoints.order_by().values_list("pk", "environment_id", "environment__name")
    return [Place(*row) for row in rows.iterator(10_000)]


@dataclass(frozen=True, slots=True)
class Struck:
    """A release that would stop, with the worst of its hosts as the example."""

    release: Release
    users: int
    before: Value
    judgement: Judgement
    hosts: tuple[str, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`before` and `after` count releases by their worst verdict over the hosts concerned."""

    endpoints: int
    environments: int
    releases: int
    before: Mapping[Value, int]
    after: Mapping[Value, int]
    struck: tuple[Struck, ...]

    @property
    def apps(self) -> int:
        return len({one.release.app_id for one in self.struck})

    @property
    def users(self) -> int:
        return sum(one.users for one in self.struck)


@dataclass(frozen=True, slots=True)
class Step:
    """How many of the releases concerned are judged; the last one brings the outcome."""

    done: int
    total: int
    outcome: Outcome | None = None


@dataclass(slots=True)
class _Found:
    """What the steps gather: releases by their worst verdict before and after, and those that stop."""

    before: Counter[Value]
    after: Counter[Value]
    struck: list[Struck]


def simulate(change: Instead, places: Collection[Place], access: Access, *, now: datetime) -> Outcome:
    """Only releases that the reader may see are judged."""
    outcomes = (step.outcome for step in steps(change, places, access, now=now))
    return next(outcome for outcome in outcomes if outcome is not None)


def steps(change: Instead, places: Collection[Place], access: Access, *, now: datetime) -> Iterator[Step]:
    """The same, with a word of progress after each couple of thousand releases."""
    by_key = {place.pk: place for place in places}
    seen = Release.objects.filter(access.rows("app__customer_id"), pk__in=among(releases_at(by_key)))
    keys = list(seen.order_by("pk").values_list("pk", flat=True))
    found = _Found(Counter(), Counter(), [])
    for start in range(0, len(keys), AT_ONCE):
        yield Step(start, len(keys))
        _judge(change, _releases(keys[start : start + AT_ONCE]), by_key, found, now)
    outcome = Outcome(
        endpoints=len(by_key),
        environments=len({place.environment_id for place in places}),
        releases=found.after.total(),
        before={value: found.before[value] for value in Value},
        after={value: found.after[value] for value in Value},
        struck=tuple(sorted(found.struck, key=_order)),
    )
    yield Step(len(keys), len(keys), outcome)


def _judge(
    change: Instead, releases: Mapping[int, "_Used"], places: Mapping[int, Place], found: _Found, now: datetime
) -> None:
    pairs = [pair for pair in pairs_of_releases(releases) if pair.endpoint_id in places]
    before = _stored(releases, places)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in judge_cells(pairs, load(pairs, now=now, instead=change)):
        cells[cell.pair.release_id].append(cell)
    for pk, group in cells.items():
        found.before[_worst(before.get((pk, cell.pair.endpoint_id)) for cell in group)] += 1
        found.after[_worst(cell.value for cell in group)] += 1
        struck = _struck(releases[pk], group, before, places)
        if struck is not None:
            found.struck.append(struck)


def _order(one: Struck) -> tuple[int, int, str, int]:
    return one.judgement.value.badness, -one.users, one.release.app.name, one.release.pk


def _releases(release_ids: Collection[int]) -> dict[int, "_Used"]:
    shown = ("platform", "version", "share", "retired_at", "app__name", "app__active_users", "app__customer__name")
    rows = Release.objects.filter(pk__in=among(release_ids)).order_by("pk")
    active = [row for row in rows.select_related("app__customer").only(*shown) if is_active(row)]
    by_app = {pk: shares(uses) for pk, uses in uses_by_app({row.app_id for row in active}).items()}
    return {row.pk: _Used(row, users(row.app.active_users, by_app[row.app_id][row.pk])) for row in active}


@dataclass(frozen=True, slots=True)
class _Used:
    release: Release
    users: int


def _stored(release_ids: Collection[int], endpoint_ids: Collection[int]) -> dict[tuple[int, int | None], Value]:
    rows = Verdict.objects.filter(release__in=among(release_ids), endpoint__isnull=False).order_by()
    return {
        (release_id, endpoint_id): _VALUES[value]
        for release_id, endpoint_id, value in rows.values_list("release_id", "endpoint_id", "value")
        if endpoint_id in endpoint_ids
    }


def _struck(
    used: _Used,
    cells: list[Cell],
    before: Mapping[tuple[int, int | None], Value],
    places: Mapping[int, Place],
) -> Struck | None:
    stops = [cell for cell in cells if cell.value.badness <= Value.WILL_FAIL.badness]
    if not stops:
        return None
    stops.sort(key=lambda one: (one.value.badness, one.pair.host))
    names = [places[cell.pair.endpoint_id or 0].environment for cell in stops]
    return Struck(
        used.release,
        used.users,
        _worst(before.get((cell.pair.release_id, cell.pair.endpoint_id)) for cell in stops),
        stops[0].verdict,
        tuple(dict.fromkeys(cell.pair.host for cell in stops)),
        tuple(dict.fromkeys(names)),
    )


def _worst(values: Iterable[Value | None]) -> Value:
    """What is not on record yet is unknown."""
    return min((value or Value.UNKNOWN for value in values), key=lambda value: value.badness)
