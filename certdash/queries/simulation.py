"""A change that has not happened: what a candidate or a scenario would do to a host, a platform domain or the fleet.

Nothing is stored. What stands now is read from the stored verdicts; what would be is judged anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Endpoint, Release, Verdict
from certdash.queries.access import Access
from certdash.queries.forecasts import Instead
from certdash.queries.judging import judge_cells, load
from certdash.queries.keys import among
from certdash.queries.loading import chunks
from certdash.queries.pairs import Pair, pairs_of_releases, releases_at
from certdash.queries.users import is_active, shares, users
from pins.verdict import Value
from pins.verdict import Verdict as Judgement


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


def simulate(change: Instead, endpoints: Collection[Endpoint], access: Access, *, now: datetime) -> Outcome:
    """`endpoints` come with their environment; only releases that the reader may see are judged."""
    places = {endpoint.pk: endpoint for endpoint in endpoints}
    releases = _releases(releases_at(places), access)
    pairs = [pair for pair in pairs_of_releases(releases) if pair.endpoint_id in places]
    before = _stored(releases, places)
    cells: dict[int, list[tuple[Pair, Judgement]]] = defaultdict(list)
    for cell in judge_cells(pairs, load(pairs, now=now, instead=change)):
        cells[cell.pair.release_id].append((cell.pair, cell.verdict))
    struck = [_struck(releases[pk], group, before, places) for pk, group in cells.items()]
    return Outcome(
        endpoints=len(places),
        environments=len({endpoint.environment_id for endpoint in endpoints}),
        releases=len(cells),
        before=_counts(
            _worst(before.get((pair.release_id, pair.endpoint_id)) for pair, _ in g) for g in cells.values()
        ),
        after=_counts(_worst(verdict.value for _, verdict in group) for group in cells.values()),
        struck=tuple(sorted(filter(None, struck), key=_order)),
    )


def _order(one: Struck) -> tuple[int, int, str, int]:
    return one.judgement.value.badness, -one.users, one.release.app.name, one.release.pk


def _releases(release_ids: Collection[int], access: Access) -> dict[int, "_Used"]:
    found: dict[int, _Used] = {}
    for chunk in chunks(release_ids):
        rows = Release.objects.filter(access.rows("app__customer_id"), pk__in=among(chunk))
        for row in rows.select_related("app__customer").prefetch_related("app__releases"):
            if is_active(row):
                share = shares(row.app.releases.all())[row.pk]
                found[row.pk] = _Used(row, users(row.app.active_users, share))
    return found


@dataclass(frozen=True, slots=True)
class _Used:
    release: Release
    users: int


def _stored(release_ids: Collection[int], endpoint_ids: Collection[int]) -> dict[tuple[int, int | None], Value]:
    found: dict[tuple[int, int | None], Value] = {}
    for chunk in chunks(release_ids):
        rows = Verdict.objects.filter(release__in=among(chunk), endpoint__isnull=False)
        for release_id, endpoint_id, value in rows.values_list("release_id", "endpoint_id", "value"):
            if endpoint_id in endpoint_ids:
                found[release_id, endpoint_id] = Value(value)
    return found


def _struck(
    used: _Used,
    cells: list[tuple[Pair, Judgement]],
    before: Mapping[tuple[int, int | None], Value],
    places: Mapping[int, Endpoint],
) -> Struck | None:
    stops = [(pair, verdict) for pair, verdict in cells if verdict.value.badness <= Value.WILL_FAIL.badness]
    if not stops:
        return None
    stops.sort(key=lambda one: (one[1].value.badness, one[0].host))
    names = [places[pair.endpoint_id or 0].environment.name for pair, _ in stops]
    return Struck(
        used.release,
        used.users,
        _worst(before.get((pair.release_id, pair.endpoint_id)) for pair, _ in stops),
        stops[0][1],
        tuple(dict.fromkeys(pair.host for pair, _ in stops)),
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
