"""One app: its sentence, the matrix of releases and hosts, what the rotation means for it, where platforms drift."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from certdash.models import App, PinSet, Release, Verdict
from certdash.queries.access import Access
from certdash.queries.apps.answers import answers
from certdash.queries.apps.asked import Asked, last_question
from certdash.queries.apps.corrected import REPAIRABLE
from certdash.queries.apps.ground import Answer, Ground
from certdash.queries.apps.trend import Trend, trend_of_app
from certdash.queries.apps.words import sentence
from certdash.queries.cells import Cell, cell_of
from certdash.queries.formatting import Moment, Sentence, moment, number, span
from certdash.queries.judging.drift import Difference, differences
from certdash.queries.judging.stakes import Stake, holders, stakes, worth
from certdash.queries.risk.lead_words import lead_of, ship_by_of
from certdash.queries.rotations.acknowledgements import plan_of
from certdash.queries.standing import effective_value, stale_before
from certdash.queries.users import is_active, shares, users
from certdash.queries.versions import version_key
from pins.verdict import Value

# With more hosts the matrix needs the width that an explanation beside it would take.
MOST_HOSTS_BESIDE = 3
# What is not decided by then waits for something else than its turn.
SECONDS_TO_DECIDE = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class HostHead:
    """A column: the host, what kind of domain it is and when it rotates; `url` leads to its environment."""

    host: str
    kind: str
    window: str
    url: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the matrix; empty where the release does not use the host."""

    host: str
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    pk: int
    version: str
    platform: str
    build: str
    share: str
    users: str
    cells: tuple[Slot, ...]
    is_retired: bool
    edit_url: str
    upload_url: str
    has_pin_set: bool


@dataclass(frozen=True, slots=True)
class AppPage:
    """`first` is the verdict whose explanation a wide page opens with; None where nothing asks for one."""

    pk: int
    name: str
    customer: str
    owner: str
    value: str
    sentence: Sentence
    hosts: tuple[HostHead, ...]
    releases: tuple[ReleaseRow, ...]
    retired: tuple[ReleaseRow, ...]
    answers: tuple[Answer, ...]
    window: str
    lead: str
    differences: tuple[Difference, ...]
    compared: tuple[str, ...]
    trend: Trend
    age: Moment
    asked: Asked | None
    may_edit: bool
    may_ask: bool
    may_correct: bool
    is_deciding: bool
    first: int | None


def _ground(app: App, live: list[Verdict], shares: Mapping[int, Decimal], access: Access, now: datetime) -> Ground:
    found = stakes(live, now)
    return Ground(found, shares, holders(found), now, _watching(app, found, access), _plan(app, found, access))


def _plan(app: App, found: Iterable[Stake], access: Access) -> Sentence:
    """Only where the platform's rotation stops the app, and for who may answer for it."""
    stops = [one.endpoint for one in found if one.value.badness <= Value.WILL_FAIL.badness and one.endpoint]
    domains = {one.platform_domain_id for one in stops if one.platform_domain_id}
    return plan_of(app, domains) if domains and access.may_edit_apps(app.customer_id) else ()


def _watching(app: App, found: Iterable[Stake], access: Access) -> str:
    """Where a host that only a pin file names is added: the first environment of the app, for who may change it."""
    if not access.may_administer(app.customer_id) or all(one.endpoint for one in found):
        return ""
    first = app.environments.filter(archived_at=None).order_by("pk").first()
    return reverse("endpoint_new", args=(first.pk,)) if first else reverse("environment_new")


def visible_apps(access: Access) -> QuerySet[App]:
    return App.objects.filter(access.rows(), customer__archived_at=None).select_related("customer", "owner")


def app_page(app: App, access: Access, now: datetime) -> AppPage:
    """As many statements for one release and host as for many."""
    in_force = PinSet.objects.filter(release=OuterRef("pk"), replaced_at=None)
    fresh = Exists(in_force.filter(uploaded_at__gt=now - SECONDS_TO_DECIDE))
    kept = Release.objects.filter(app=app).annotate(is_pinned=Exists(in_force), is_fresh=fresh)
    releases = list(kept.order_by("-pk"))
    rows = list(verdict_rows(app))
    deciding = _deciding(releases, rows)
    hosts = _hosts(rows, now)
    by_share = shares(releases)
    matrix = _matrix(app, releases, rows, [host.host for host in hosts], now)
    shown = [_release_row(app, one, by_share.get(one.pk), matrix[one.pk]) for one in _in_order(releases)]
    live = [row for row in rows if is_active(row.release)]
    compared, found = differences(releases)
    seen = [last_seen(row) for row in live]
    return AppPage(
        pk=app.pk,
        name=app.name,
        customer=app.customer.name,
        owner=app.owner.name if app.owner else "",
        value=_worst(live, now).value,
        sentence=sentence(app, live, by_share, now, deciding),
        hosts=hosts,
        releases=tuple(row for row in shown if not row.is_retired),
        retired=tuple(row for row in shown if row.is_retired),
        answers=answers(app, _ground(app, live, by_share, access, now)),
        window=span(app.window_start, app.window_end, now) if app.window_end else "",
        lead=lead_of(app) if ship_by_of(app) else "",
        differences=found,
        compared=compared,
        trend=trend_of_app(app, now),
        age=moment(min((one for one in seen if one), default=None), now, stale_after=now - stale_before(now)),
        asked=last_question(app, live, access, now),
        may_edit=access.may_edit_apps(app.customer_id),
        may_ask=access.may_ask_owner(app.customer_id, app.owner_id),
        may_correct=any(worth(row, now) in REPAIRABLE for row in live),
        is_deciding=bool(deciding),
        first=_first(live, by_share, now) if len(hosts) <= MOST_HOSTS_BESIDE and not deciding else None,
    )


def _first(live: Iterable[Verdict], by_share: Mapping[int, Decimal], now: datetime) -> int | None:
    """The worst cell, of several the one with the most users, as far as somebody has to do something about it."""
    urgent = [row for row in live if worth(row, now).badness < Value.UNPROTECTED.badness]
    order = {row.pk: (worth(row, now).badness, -by_share.get(row.release_id, Decimal(0))) for row in urgent}
    return min(order, key=order.__getitem__, default=None)


def _deciding(releases: Iterable[Release], rows: Iterable[Verdict]) -> tuple[str, ...]:
    """Releases whose pin file has just come in and which have no verdict yet."""
    decided = {row.release_id for row in rows}
    new = [one for one in releases if getattr(one, "is_fresh") and one.pk not in decided]  # noqa: B009  # annotated
    return tuple(str(one) for one in new if one.retired_at is None)


def verdict_rows(app: App) -> QuerySet[Verdict]:
    """All cells of an app with what a page needs beside them."""
    beside = ("release", "endpoint__schedule", "endpoint__platform_domain", "endpoint__environment")
    return Verdict.objects.filter(release__app=app).select_related(*beside).order_by("host", "pk")


def _has_schedule(row: Verdict) -> bool:
    return row.endpoint is not None and hasattr(row.endpoint, "schedule")


def last_seen(row: Verdict) -> datetime | None:
    return row.endpoint.schedule.last_seen_at if row.endpoint and _has_schedule(row) else None


def _worst(rows: Iterable[Verdict], now: datetime) -> Value:
    values = [effective_value(row.value, last_seen(row), now) for row in rows]
    return min(values, key=lambda value: value.badness, default=Value.UNKNOWN)


def _hosts(rows: Iterable[Verdict], now: datetime) -> tuple[HostHead, ...]:
    """Default domains first, because it is their rotation that the app's owner cannot influence."""
    first: dict[str, Verdict] = {}
    for row in rows:
        first.setdefault(row.host, row)
    return tuple(_host(row, now) for row in sorted(first.values(), key=lambda row: (_rank(row), row.host)))


def _rank(row: Verdict) -> int:
    if row.endpoint is None:
        return 2
    return 0 if row.endpoint.platform_domain_id else 1


def _host(row: Verdict, now: datetime) -> HostHead:
    if row.endpoint is None:
        return HostHead(row.host, "external", "nobody watches it", "")
    url = reverse("environment", args=(row.endpoint.environment_id,))
    window = span(row.window_start, row.window_end, now) if row.window_end else "no window known"
    return HostHead(row.host, "default" if row.endpoint.platform_domain_id else "custom", window, url)


def _matrix(
    app: App, releases: Iterable[Release], rows: Iterable[Verdict], hosts: Collection[str], now: datetime
) -> dict[int, tuple[Slot, ...]]:
    """Two endpoints of one host (ports) show the worse one."""
    found: dict[int, dict[str, Verdict]] = defaultdict(dict)
    for row in rows:
        known = found[row.release_id].get(row.host)
        if known is None or row.badness < known.badness:
            found[row.release_id][row.host] = row
    return {one.pk: tuple(_slot(app, host, found[one.pk].get(host), now) for host in hosts) for one in releases}


def _slot(app: App, host: str, row: Verdict | None, now: datetime) -> Slot:
    return Slot(host, cell_of(row, app.pk, last_seen(row), now) if row else None)


def _in_order(releases: Iterable[Release]) -> list[Release]:
    """Newest first, Android before iOS."""
    newest = sorted(releases, key=version_key, reverse=True)
    return sorted(newest, key=lambda one: one.platform)


def _release_row(app: App, release: Release, share: Decimal | None, cells: tuple[Slot, ...]) -> ReleaseRow:
    return ReleaseRow(
        pk=release.pk,
        version=release.version,
        platform=release.get_platform_display(),
        build=release.build,
        share=f"{release.share.normalize():f} %" if release.share is not None else "unknown",
        users=number(users(app.active_users, share)) if share is not None and app.active_users else "",
        cells=cells,
        is_retired=release.retired_at is not None,
        edit_url=reverse("release_edit", args=(app.pk, release.pk)),
        upload_url=f"{reverse('upload', args=(app.pk,))}?release={release.pk}",
        has_pin_set=getattr(release, "is_pinned"),  # noqa: B009  # annotated
    )
