"""Standing: the derived fields of endpoints, environments and apps, which lists sort and filter by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Min, Model, Q

from certdash.actions.bulk import update_rows
from certdash.actions.turns import take_turn_alone
from certdash.actions.verdict_words import at_midnight
from certdash.models import App, Endpoint, Environment, Release, Verdict
from certdash.queries.forecasts import Forecast
from certdash.queries.keys import among
from certdash.queries.loading import chunks
from certdash.queries.pairs import watched_endpoints
from certdash.queries.situations import Situation
from certdash.queries.standing import effective_badness, in_use, stale_before
from certdash.queries.users import is_active, shares, users
from pins.forecast import WindowEvidence
from pins.verdict import Value

UNKNOWN, AT_RISK, WILL_FAIL = Value.UNKNOWN.badness, Value.AT_RISK.badness, Value.WILL_FAIL.badness
ENDPOINT_FIELDS = ("chain_id", "failure", "window_start", "window_end", "window_evidence")
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
    fresh = {}
    for chunk in chunks(situations):
        for pk, chain_id in Endpoint.objects.filter(pk__in=among(chunk)).values_list("pk", "chain_id"):
            situation = situations[pk]
            served = situation.served[0].chain_id if situation.served else chain_id
            fresh[pk] = (served, situation.failure[:200], *_window(forecasts[situation]))
    _write(Endpoint, ENDPOINT_FIELDS, fresh)


def _window(forecast: Forecast) -> tuple[datetime | None, datetime | None, str]:
    window = forecast.window
    return (at_midnight(window.earliest), window.latest, window.evidence.value) if window else (None, None, "")


@transaction.atomic
def refresh(*, now: datetime) -> None:
    """All environments and apps anew: what nobody has read for a while turns `unknown` without any event."""
    take_turn_alone()
    derive_environments(Environment.objects.values_list("pk", flat=True), now=now)
    derive_apps(App.objects.values_list("pk", flat=True), now=now)


class _Host(NamedTuple):
    environment_id: int
    domain_id: int | None
    failure: str
    issuer: str | None
    issued_at: datetime | None
    expires_at: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    window_evidence: str
    last_seen_at: datetime | None


def derive_environments(environment_ids: Iterable[int], *, now: datetime) -> None:
    for chunk in chunks(environment_ids):
        hosts: dict[int, list[_Host]] = defaultdict(list)
        rows = watched_endpoints().filter(environment__in=among(chunk)).order_by("pk")
        leaf = "chain__leaf__"
        for row in rows.values_list(
            "environment_id",
            "platform_domain_id",
            "failure",
            f"{leaf}issuer_name",
            f"{leaf}not_before",
            f"{leaf}not_after",
            "window_start",
            "window_end",
            "window_evidence",
            "schedule__last_seen_at",
        ):
            hosts[row[0]].append(_Host(*row))
        counts = _counts(chunk, now)
        fresh = {pk: _environment(hosts[pk], counts.get(pk, (None, 0, 0)), now) for pk in chunk}
        _write(Environment, ENVIRONMENT_FIELDS, fresh)


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


def _environment(hosts: list[_Host], counts: tuple[int | None, int, int], now: datetime) -> tuple[Any, ...]:
    worst, apps, affected = counts
    candidates = [Value.READY.badness if worst is None else worst]
    limit = stale_before(now)
    if not hosts or any(host.failure or host.last_seen_at is None or host.last_seen_at < limit for host in hosts):
        candidates.append(UNKNOWN)
    read = [host for host in hosts if host.expires_at]
    soonest = min(read, key=lambda host: (host.expires_at, host.issuer), default=None)
    first = min((host for host in hosts if host.window_start), key=lambda host: str(host.window_start), default=None)
    kinds = {"default" if host.domain_id else "custom" for host in hosts}
    return (
        min(candidates),
        "+".join(sorted(kinds, reverse=True)),
        (soonest.issuer or "") if soonest else "",
        soonest.issued_at if soonest else None,
        soonest.expires_at if soonest else None,
        first.window_start if first else None,
        first.window_end if first else None,
        any(host.window_evidence == WindowEvidence.ROLLING_OUT for host in hosts),
        apps,
        affected,
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    release_id: int
    badness: int
    ship_by: date | None
    window_start: datetime | None
    window_end: datetime | None


def derive_apps(app_ids: Iterable[int], *, now: datetime) -> None:
    for chunk in chunks(app_ids):
        apps = dict(App.objects.filter(pk__in=among(chunk)).values_list("pk", "active_users"))
        releases: dict[int, list[Release]] = defaultdict(list)
        for release in Release.objects.filter(app__in=among(chunk)):
            releases[release.app_id].append(release)
        cells = _cells(chunk, now)
        fresh = {pk: _app(active, releases[pk], cells[pk]) for pk, active in apps.items()}
        _write(App, APP_FIELDS, fresh)


def _cells(app_ids: list[int], now: datetime) -> dict[int, list[_Cell]]:
    cells: dict[int, list[_Cell]] = defaultdict(list)
    rows = Verdict.objects.filter(release__app__in=among(app_ids)).annotate(worst=effective_badness(now))
    for app_id, *values in rows.values_list(
        "release__app_id", "release_id", "worst", "ship_by", "window_start", "window_end"
    ):
        cells[app_id].append(_Cell(*values))
    return cells


def _app(active_users: int, releases: Collection[Release], cells: Iterable[_Cell]) -> tuple[Any, ...]:
    """`ship_by` is the first of the dates of cells that need a fix, the window that of the worst cell."""
    counted = {release.pk for release in releases if is_active(release)}
    found = [cell for cell in cells if cell.release_id in counted]
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


def _users_at_risk(active_users: int, releases: Collection[Release], needy: list[_Cell], worst: int) -> int:
    """Users of all releases that fail or will fail; where none does, of those at risk."""
    limit = max(worst, WILL_FAIL)
    concerned = {cell.release_id for cell in needy if cell.badness <= limit}
    by_release = shares(releases)
    return sum(users(active_users, by_release[pk]) for pk in concerned if pk in by_release)


def _write(model: type[Model], fields: tuple[str, ...], fresh: Mapping[int, tuple[Any, ...]]) -> None:
    """Only the rows that differ."""
    names = tuple(name.removesuffix("_id") for name in fields)
    for chunk in chunks(fresh):
        stored = {
            row[0]: row[1:] for row in model._default_manager.filter(pk__in=among(chunk)).values_list("pk", *fields)
        }
        update_rows(model, names, [(pk, *fresh[pk]) for pk in chunk if pk in stored and stored[pk] != fresh[pk]])
