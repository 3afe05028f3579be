"""What a simulated change does to one app: each release in use on each of its hosts, told before all others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import App, Endpoint, Release, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import Part, Sentence, counted, listed, number
from certdash.queries.judging.forecasts import Instead
from certdash.queries.judging.judging import Cell, judge_cells, load
from certdash.queries.judging.pairs import pairs_of_releases
from certdash.queries.rotations.scope import live_endpoints
from certdash.queries.users import is_active, shares, users
from certdash.queries.versions import version_key
from pins.verdict import Value

MOST_NAMED = 3
MOST_ROWS = 60
WORDS = {
    Value.FAILING: ("cannot connect", "."),
    Value.WILL_FAIL: ("stops connecting", "."),
    Value.AT_RISK: ("may stop connecting", "."),
    Value.UNKNOWN: ("stays unknown", ": nothing certain can be said of its hosts."),
    Value.UNPROTECTED: ("keeps connecting, and", " no pin is in force."),
}


@dataclass(frozen=True, slots=True)
class AppRow:
    """One release on one host, as it stands and as simulated."""

    release: str
    host: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class AppEffect:
    """`rows` come worst first; `hidden` counts those beyond what is shown."""

    pk: int
    name: str
    sentence: Sentence
    rows: tuple[AppRow, ...]
    hidden: int


def hosts_of_app(app: App, access: Access) -> frozenset[int]:
    """The endpoints that releases in use meet, as far as the reader sees them."""
    return _endpoints(app, [one.pk for one in app.releases.all() if is_active(one)], access)


def _endpoints(app: App, releases: Collection[int], access: Access) -> frozenset[int]:
    met = {pair.endpoint_id for pair in pairs_of_releases(releases)}
    linked = live_endpoints(access).filter(environment__apps=app).values_list("pk", flat=True)
    seen = live_endpoints(access).filter(pk__in=[pk for pk in met if pk]).values_list("pk", flat=True)
    return frozenset(linked) | frozenset(seen)


def where_of(app: App, access: Access) -> Endpoint | int | None:
    """Where an app's question begins: its one host, or the one platform domain that it is on; None for its hosts."""
    rows = live_endpoints(access).filter(pk__in=hosts_of_app(app, access))
    found = list(rows.select_related("environment__customer", "platform_domain")[:2])
    if len(found) == 1 and found[0].platform_domain_id is None:
        return found[0]
    domains = set(rows.exclude(platform_domain=None).values_list("platform_domain_id", flat=True))
    return domains.pop() if len(domains) == 1 else None


def app_effect(change: Instead, app: App, endpoints: Collection[int], lead: str, *, now: datetime) -> AppEffect:
    """`lead` opens the sentence: "If *.cloud.example moves to another CA, ". Nothing is stored."""
    releases = {one.pk: one for one in app.releases.all() if is_active(one)}
    pairs = [pair for pair in pairs_of_releases(releases) if pair.endpoint_id in endpoints]
    stored = _stored(releases)
    cells = _in_order(judge_cells(pairs, load(pairs, now=now, instead=change)), releases)
    rows = [_row(cell, releases[cell.pair.release_id], stored) for cell in cells]
    sentence = (Part(lead), *_told(app, cells, releases))
    return AppEffect(app.pk, app.name, sentence, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))


def _in_order(cells: Iterable[Cell], releases: Mapping[int, Release]) -> list[Cell]:
    """The worst first, then by host, Android before iOS, the newest release first."""
    newest = sorted(cells, key=lambda cell: version_key(releases[cell.pair.release_id]), reverse=True)
    return sorted(
        newest, key=lambda cell: (cell.value.badness, cell.pair.host, releases[cell.pair.release_id].platform)
    )


def _stored(release_ids: Collection[int]) -> dict[tuple[int, int | None], str]:
    rows = Verdict.objects.filter(release__in=release_ids).order_by()
    return {(release, endpoint): value for release, endpoint, value in rows.values_list("release", "endpoint", "value")}


def _row(cell: Cell, release: Release, stored: dict[tuple[int, int | None], str]) -> AppRow:
    before = stored.get((cell.pair.release_id, cell.pair.endpoint_id), Value.UNKNOWN.value)
    return AppRow(str(release), cell.pair.host, before, cell.value.value, cell.verdict.reason.text)


def _told(app: App, cells: Sequence[Cell], releases: Mapping[int, Release]) -> Sentence:
    name = app.name
    if not cells:
        return (Part(f"{name} is not touched: no release in use meets a host that changes."),)
    worst = cells[0].value
    struck = {cell.pair.release_id: releases[cell.pair.release_id] for cell in cells if cell.value is worst}
    if worst is Value.READY:
        return (
            Part(f"{name} keeps connecting, in every release in use and on "),
            Part(_hosts(cells), "#app"),
            Part("."),
        )
    before, after = WORDS[worst]
    return (Part(f"{name} {before} for "), *_who(app, list(struck.values()), releases), Part(after))


def _who(app: App, struck: Sequence[Release], releases: Mapping[int, Release]) -> Sentence:
    """`59,780 users of 4.2 Android`."""
    by_share = shares(releases.values())
    count = users(app.active_users, sum(by_share[one.pk] for one in struck))  # type: ignore[arg-type]  # never empty
    if len(struck) == len(releases) > 1:
        return (Part(f"{number(count)} users" if count else "everybody", "#app"), Part(", in every release in use"))
    names = [str(one) for one in struck]
    more = len(names) - MOST_NAMED
    named = listed(names) if more <= 0 else f"{', '.join(names[:MOST_NAMED])} and {counted(more, 'more release')}"
    return (Part(f"{number(count)} users", "#app"), Part(f" of {named}")) if count else (Part(named, "#app"),)


def _hosts(cells: Sequence[Cell]) -> str:
    return counted(len({cell.pair.host for cell in cells}), "host")
