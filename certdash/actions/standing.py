"""Standing: the derived fields of endpoints, environments and apps, which lists sort and filter by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min, Q

from certdash.actions.bulk import prepared, write_differing
from certdash.actions.stakes import store_stakes
from certdash.actions.standing_changes import record_standing
from certdash.actions.standing_counts import counted, move, recount
from certdash.actions.turns import take_turn_alone
from certdash.actions.verdict_words import at_midnight
from certdash.models import App, Chain, Endpoint, Environment, Verdict
from certdash.queries.judging.forecasts import Forecast
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.judging.situations import Situation
from certdash.queries.keys import among, as_stored
from certdash.queries.loading import chunks
from certdash.queries.standing import effective_badness, in_use, stale_before
from certdash.queries.users import Use, is_active, shares, users, uses_by_app
from pins.forecast import WindowEvidence
from pins.verdict import Value

UNKNOWN, AT_RISK, WILL_FAIL = Value.UNKNOWN.badness, Value.AT_RISK.badness, Value.WILL_FAIL.badness
ENDPOINT_FIELDS = ("chain", "failure", "window_start", "window_end", "window_evidence")
APP_FIELDS = ("badness", "users_at_risk", "ship_by", "window_start", "window_end")
ENVIRONMENT_FIELDS = (
    "badness",
    "domain_kinds",
    "issuer",
    "issued_at",
    "expires_at",
    "window_start",
    "window_end",
    "is_rolling_out",
    "app_count",
    "affected_count",
)


def derive_endpoints(situations: Mapping[int, Situation], forecasts: Mapping[Situation, Forecast]) -> None:
    """An endpoint that cannot be read keeps the chain it served last, beside its failure."""
    derived = {situation: _endpoint(situation, forecasts[situation]) for situation in set(situations.values())}
    fresh = {pk: derived[situation] for pk, situation in situations.items()}
    unread = Endpoint.objects.filter(pk__in=among(pk for pk, values in fresh.items() if values[0] is None))
    for pk, chain_id in unread.values_list("pk", "chain_id"):
        fresh[pk] = (chain_id, *fresh[pk][1:])
    write_differing(Endpoint, ENDPOINT_FIELDS, fresh)


def _endpoint(situation: Situation, forecast: Forecast) -> tuple[Any, ...]:
    served = situation.served[0].chain_id if situation.served else None
    return prepared(Endpoint, ENDPOINT_FIELDS, (served, situation.failure[:200], *_window(forecast)))


def _window(forecast: Forecast) -> tuple[datetime | None, datetime | None, str]:
    window = forecast.window
    return (at_midnight(window.earliest), window.latest, window.evidence.value) if window else (None, None, "")


@transaction.atomic
def refresh(*, now: datetime) -> None:
    """All environments and apps anew: what nobody has read for a while turns `unknown` without any event."""
    take_turn_alone()
    derive_environments(Environment.objects.values_list("pk", flat=True), now=now)
    derive_apps(App.objects.values_list("pk", flat=True), now=now)
    recount()


@transaction.atomic
def derive_around(endpoint_ids: Collection[int], *, now: datetime) -> None:
    """The environments of these endpoints and the apps that meet them, after endpoints went stale or came back."""
    take_turn_alone()
    environments = (
        Endpoint.objects.filter(pk__in=among(endpoint_ids)).order_by().values_list("environment_id", flat=True)
    )
    derive_environments(environments.distinct(), now=now)
    apps = Verdict.objects.filter(endpoint__in=among(endpoint_ids)).order_by().values_list("release__app_id", flat=True)
    derive_apps(apps.distinct(), now=now)


class _Host(NamedTuple):
    """Instants as the database keeps them: they are compared and handed on, never looked into."""

    domain_id: int | None
    failure: str
    chain_id: int | None
    window_evidence: str
    window_start: Any
    window_end: Any
    is_stale: bool


class _Leaf(NamedTuple):
    issuer: str
    issued_at: Any
    expires_at: Any


NO_LEAF = _Leaf("", None, None)


def derive_environments(environment_ids: Iterable[int], *, now: datetime) -> None:
    """What is the same of many environments, as below one wildcard, is derived once."""
    for chunk in chunks(environment_ids):
        hosts, counts = _hosts(chunk, now), _counts(chunk, now)
        leaves = _leaves({host.chain_id for group in hosts.values() for host in group if host.chain_id})
        shared: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        fresh = {}
        for pk in chunk:
            key = tuple(hosts.get(pk, ())), counts.get(pk, (None, 0, 0))
            if key not in shared:
                shared[key] = _environment(key[0], leaves, key[1])
            fresh[pk] = shared[key]
        write_differing(Environment, ENVIRONMENT_FIELDS, fresh)


def _hosts(environment_ids: list[int], now: datetime) -> dict[int, list[_Host]]:
    hosts: dict[int, list[_Host]] = defaultdict(list)
    limit = connection.ops.adapt_datetimefield_value(stale_before(now))
    rows = watched_endpoints().filter(environment__in=among(environment_ids)).order_by("pk")
    instants = [as_stored(name) for name in ("window_start", "window_end", "schedule__last_seen_at")]
    columns = ("environment_id", "platform_domain_id", "failure", "chain_id", "window_evidence")
    for environment_id, *values, seen in rows.values_list(*columns, *instants):
        hosts[environment_id].append(_Host._make((*values, seen is None or seen < limit)))
    return hosts


def _leaves(chain_ids: Collection[int]) -> dict[int, _Leaf]:
    rows = Chain.objects.filter(pk__in=among(chain_ids))
    instants = as_stored("leaf__not_before"), as_stored("leaf__not_after")
    return {pk: _Leaf(*leaf) for pk, *leaf in rows.values_list("pk", "leaf__issuer_name", *instants)}


def _counts(environment_ids: list[int], now: datetime) -> dict[int, tuple[int | None, int, int]]:
    """Worst verdict, apps, and apps that fail, will fail or are at risk, by environment."""
    apps = Count("release__app", distinct=True)
    affected = Count("release__app", distinct=True, filter=Q(badness__lte=AT_RISK))
    rows = Verdict.objects.filter(
        in_use(), endpoint__environment__in=among(environment_ids), endpoint__archived_at=None
    )
    rows = rows.annotate(worst=effective_badness(now))
    found = (
        rows.order_by()
        .values_list("endpoint__environment")
        .annotate(worst_one=Min("worst"), apps=apps, concerned=affected)
    )
    return {pk: (worst, count, concerned) for pk, worst, count, concerned in found if pk}


def _environment(
    hosts: Collection[_Host], leaves: Mapping[int, _Leaf], counts: tuple[int | None, int, int]
) -> tuple[Any, ...]:
    worst, apps, affected = counts
    candidates = [Value.READY.badness if worst is None else worst]
    if not hosts or any(host.failure or host.is_stale for host in hosts):
        candidates.append(UNKNOWN)
    served = [leaves[host.chain_id] for host in hosts if host.chain_id]
    soonest = min(served, key=lambda leaf: (leaf.expires_at, leaf.issuer), default=NO_LEAF)
    first = min((host for host in hosts if host.window_start), key=lambda host: host.window_start, default=None)
    kinds = {"default" if host.domain_id else "custom" for host in hosts}
    return (
        min(candidates),
        "+".join(sorted(kinds, reverse=True)),
        *soonest,
        first.window_start if first else None,
        first.window_end if first else None,
        any(host.window_evidence == WindowEvidence.ROLLING_OUT for host in hosts),
        apps,
        affected,
    )


class _Cell(NamedTuple):
    """Dates as the database keeps them."""

    release_id: int
    endpoint_id: int | None
    domain_id: int | None
    badness: int
    ship_by: Any
    window_start: Any
    window_end: Any


def derive_apps(app_ids: Iterable[int], *, now: datetime) -> None:
    for chunk in chunks(app_ids):
        apps = dict(App.objects.filter(pk__in=among(chunk)).values_list("pk", "active_users"))
        releases = uses_by_app(chunk)
        cells = _cells(chunk, now)
        counting = {pk: _counting(releases.get(pk, []), cells[pk]) for pk in apps}
        fresh = {pk: _app(active, releases.get(pk, []), counting[pk]) for pk, active in apps.items()}
        before = counted(chunk)
        store_stakes(counting)
        record_standing(write_differing(App, APP_FIELDS, fresh), now=now)
        move(before, counted(chunk))


def _cells(app_ids: list[int], now: datetime) -> dict[int, list[_Cell]]:
    cells: dict[int, list[_Cell]] = defaultdict(list)
    rows = Verdict.objects.filter(release__app__in=among(app_ids)).annotate(worst=effective_badness(now)).order_by()
    dates = [as_stored(name) for name in ("ship_by", "window_start", "window_end")]
    place = ("endpoint_id", "endpoint__platform_domain_id")
    for app_id, *values in rows.values_list("release__app_id", "release_id", *place, "worst", *dates):
        cells[app_id].append(_Cell(*values))
    return cells


def _counting(releases: Collection[Use], cells: Iterable[_Cell]) -> list[_Cell]:
    active = {release.pk for release in releases if is_active(release)}
    return [cell for cell in cells if cell.release_id in active]


def _app(active_users: int, releases: Collection[Use], found: Collection[_Cell]) -> tuple[Any, ...]:
    """`ship_by` is the first of the dates of cells that need a fix, the window that of the worst cell."""
    worst = min((cell.badness for cell in found), default=UNKNOWN)
    needy = [cell for cell in found if cell.badness <= AT_RISK]
    decisive = [cell for cell in found if cell.badness == worst and cell.window_start and cell.window_end]
    first = min(decisive, key=lambda cell: (cell.window_start, cell.window_end), default=None)
    return (
        worst,
        _users_at_risk(active_users, releases, needy, worst),
        min((cell.ship_by for cell in needy if cell.ship_by), default=None),
        first.window_start if first else None,
        first.window_end if first else None,
    )


def _users_at_risk(active_users: int, releases: Collection[Use], needy: list[_Cell], worst: int) -> int:
    """Users of all releases that fail or will fail; where none does, of those at risk."""
    limit = max(worst, WILL_FAIL)
    concerned = {cell.release_id for cell in needy if cell.badness <= limit}
    by_release = shares(releases)
    return sum(users(active_users, by_release[pk]) for pk in concerned if pk in by_release)
