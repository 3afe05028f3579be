"""A change that has not happened: what a candidate or a scenario would do to a host, a platform domain or the fleet.

Nothing is stored. What stands now is read from the stored verdicts; what would be is judged anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from certdash.models import Endpoint, Release, Verdict
from certdash.queries.access import Access
from certdash.queries.forecasts import Instead
from certdash.queries.judging import Cell, judge_cells, load
from certdash.queries.keys import among
from certdash.queries.pairs import pairs_of_releases, releases_at
from certdash.queries.users import is_active, shares, users, uses_by_app
from pins.verdict import Value
from pins.verdict import Verdict as Judgement

_VALUES = {value.value: value for value in Value}


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


class _Place(NamedTuple):
    environment_id: int
    environment: str


def simulate(change: Instead, endpoints: QuerySet[Endpoint], access: Access, *, now: datetime) -> Outcome:
    """Only releases that the reader may see are judged."""
    rows = endpoints.order_by().values_list("pk", "environment_id", "environment__name")
    places = {pk: _Place(environment_id, name) for pk, environment_id, name in rows}
    releases = _releases(releases_at(places), access)
    pairs = [pair for pair in pairs_of_releases(releases) if pair.endpoint_id in places]
    before = _stored(releases, places)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in judge_cells(pairs, load(pairs, now=now, instead=change)):
        cells[cell.pair.release_id].append(cell)
    struck = [_struck(releases[pk], group, before, places) for pk, group in cells.items()]
    return Outcome(
        endpoints=len(places),
        environments=len({place.environment_id for place in places.values()}),
        releases=len(cells),
        before=_counts(
            _worst(before.get((cell.pair.release_id, cell.pair.endpoint_id)) for cell in g) for g in cells.values()
        ),
        after=_counts(_worst(cell.value for cell in group) for group in cells.values()),
        struck=tuple(sorted(filter(None, struck), key=_order)),
    )


def _order(one: Struck) -> tuple[int, int, str, int]:
    return one.judgement.value.badness, -one.users, one.release.app.name, one.release.pk


def _releases(release_ids: Collection[int], access: Access) -> dict[int, "_Used"]:
    rows = Release.objects.filter(access.rows("app__customer_id"), pk__in=among(release_ids)).order_by("pk")
    shown = ("platform", "version", "share", "retired_at", "app__name", "app__active_users", "app__customer__name")
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
    places: Mapping[int, _Place],
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


def _counts(values: Iterable[Value]) -> dict[Value, int]:
    counts = dict.fromkeys(Value, 0)
    for value in values:
        counts[value] += 1
    return counts
