"""What would happen: a pin set before it is saved, a successor before it is registered. Nothing is stored."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from certdash.models import App, PlatformDomain, Release
from certdash.queries.hosts import named_hosts
from certdash.queries.judging.forecasts import Registered
from certdash.queries.judging.judging import Cell, Loaded, judge_cells, load
from certdash.queries.judging.pairs import Pair, candidate_pairs, pairs_of_releases, releases_at, watched_endpoints
from certdash.queries.judging.subjects import Pinned, Subject, backup_keys
from certdash.queries.loading import named_keys
from certdash.queries.users import is_active, shares, users
from pins.remedy import Lead
from pins.verdict import Value, Verdict

# No stored release has this key.
CANDIDATE = 0


@dataclass(frozen=True, slots=True)
class HostRow:
    """The cell that a pin set would have; `endpoint_id` is empty where nobody watches the host."""

    host: str
    endpoint_id: int | None
    verdict: Verdict
    window_start: datetime | None
    window_end: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release that is not stored, with the cells that it would have and all that judging them takes."""

    pinned: tuple[Pinned, ...]
    pairs: list[Pair]
    loaded: Loaded

    @property
    def rows(self) -> tuple[HostRow, ...]:
        """The worst first."""
        rows = [_row(cell) for cell in judge_cells(self.pairs, self.loaded)]
        return tuple(sorted(rows, key=lambda row: (row.verdict.value.badness, row.host)))


def judge_candidates(pinned: Sequence[Pinned], app: App, *, now: datetime) -> tuple[HostRow, ...]:
    """Every host that a release with all of these pin sets would meet, the worst first."""
    return candidate_of(pinned, app, now=now).rows


def candidate_of(pinned: Sequence[Pinned], app: App, *, now: datetime) -> Candidate:
    """Each pin set comes with the clients that run on the platform of its release."""
    values = [one.value for one in pinned]
    pairs = candidate_pairs(app, {host for value in values for host in named_hosts(value)})
    lead = Lead(app.review_days, app.adoption_days, app.target_share, app.buffer_days)
    subject = Subject(tuple(pinned), lead, backup_keys([app.customer_id])[app.customer_id])
    loaded = load(pairs, now=now, extra={CANDIDATE: subject})
    # A pin of a known key is nobody's next key, before the pin set is stored as well as after.
    loaded = replace(loaded, frame=replace(loaded.frame, identified=named_keys(*values)))
    return Candidate(tuple(pinned), pairs, loaded)


def _row(cell: Cell) -> HostRow:
    window = cell.window
    start, end = (window.earliest, window.latest) if window else (None, None)
    return HostRow(cell.pair.host, cell.pair.endpoint_id, cell.verdict, start, end)


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A release on a host whose verdict the successor changes, with the users who have the release."""

    release_id: int
    app_id: int
    app: str
    customer: str
    release: str
    host: str
    before: Value
    after: Value
    reason: str
    ship_by: date | None
    users: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Releases by their worst verdict over the hosts concerned, without and with the successor."""

    endpoints: int
    before: Mapping[Value, int]
    after: Mapping[Value, int]
    changed: tuple[ChangedCell, ...]

    @property
    def users_who_stop(self) -> int:
        """Users of the releases that would newly stop, each release counted once."""
        stop = {cell.release_id: cell.users for cell in self.changed if cell.after.badness <= Value.WILL_FAIL.badness}
        return sum(stop.values())


def successor_effect(
    candidate: Registered,
    *,
    now: datetime,
    platform_domain: PlatformDomain | None = None,
    endpoint_ids: Collection[int] = (),
) -> Effect:
    """What registering `candidate` for a platform domain, or for these endpoints, changes in the verdicts in use."""
    keys = set(endpoint_ids)
    if platform_domain is not None:
        keys |= set(watched_endpoints().filter(platform_domain=platform_domain).values_list("pk", flat=True))
    pairs = [pair for pair in pairs_of_releases(releases_at(keys)) if pair.endpoint_id in keys]
    before = {cell.pair: cell.verdict for cell in judge_cells(pairs, load(pairs, now=now))}
    after = {cell.pair: cell.verdict for cell in judge_cells(pairs, load(pairs, now=now, instead=candidate))}
    releases = _in_use({pair.release_id for pair in pairs})
    return Effect(len(keys), _counts(before, releases), _counts(after, releases), _changed(before, after, releases))


@dataclass(frozen=True, slots=True)
class _InUse:
    release: Release
    users: int


def _in_use(release_ids: Collection[int]) -> dict[int, _InUse]:
    apps = App.objects.filter(releases__in=release_ids).distinct().prefetch_related("releases")
    found = {}
    for app in apps.select_related("customer"):
        by_release = shares(app.releases.all())
        for release in app.releases.all():
            if is_active(release):
                release.app = app
                found[release.pk] = _InUse(release, users(app.active_users, by_release[release.pk]))
    return found


def _counts(verdicts: Mapping[Pair, Verdict], releases: Collection[int]) -> dict[Value, int]:
    worst: dict[int, Value] = {}
    for pair, verdict in verdicts.items():
        if pair.release_id in releases:
            known = worst.get(pair.release_id, Value.READY)
            worst[pair.release_id] = min(known, verdict.value, key=lambda value: value.badness)
    counted = Counter(worst.values())
    return {value: counted[value] for value in Value}


def _changed(
    before: Mapping[Pair, Verdict], after: Mapping[Pair, Verdict], releases: Mapping[int, _InUse]
) -> tuple[ChangedCell, ...]:
    rows = [
        _changed_cell(pair, before[pair], verdict, releases[pair.release_id])
        for pair, verdict in after.items()
        if pair.release_id in releases and verdict.value is not before[pair].value
    ]
    return tuple(sorted(rows, key=lambda row: (row.after.badness, -row.users, row.app, row.release_id, row.host)))


def _changed_cell(pair: Pair, before: Verdict, after: Verdict, used: _InUse) -> ChangedCell:
    release = used.release
    return ChangedCell(
        pair.release_id,
        release.app_id,
        release.app.name,
        release.app.customer.name,
        str(release),
        pair.host,
        before.value,
        after.value,
        after.reason.text,
        after.ship_by,
        used.users,
    )
