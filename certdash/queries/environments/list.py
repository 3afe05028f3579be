"""The environment list: its sentence, its filters, one page of rows on one scale, the same rows as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Exists, Max, Min, OuterRef, Q, QuerySet, Value

from certdash.drawing import lifetime
from certdash.drawing.scale import Scale
from certdash.models import Customer, Endpoint, Environment, Hosting, Stage
from certdash.queries.access import Access
from certdash.queries.environments.facts import STOPS, Facts, facts, stopping_apps
from certdash.queries.environments.list_words import environments_sentence
from certdash.queries.formatting import (
    VALUES,
    WORDS,
    Moment,
    Sentence,
    address,
    day,
    moment,
    value_of,
    window_words,
)
from certdash.queries.keys import among
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, Column, Columns, Filters, Page, Select, columns, read_sort
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import Place, containing, place_of
from certdash.queries.standing import stale_before
from pins.verdict import Value as Verdict

SORTS = {
    "badness": "Status",
    "name": "Environment",
    "expires_at": "Expires",
    "window_start": "Next rotation",
    "app_count": "Apps",
}
COLUMNS = {
    "customer": "Customer",
    "stage": "Stage",
    "domains": "Domains",
    "issuer": "Issuer",
    "lifetime": "Lifetime",
    "rotation": "Next rotation",
    "apps": "Apps",
    "affected": "Affected",
    "checked": "Checked",
}
NULLABLE = ("expires_at", "window_start")
DOMAINS = {"default": "default", "custom": "custom", "default+custom": "default + custom"}
EXPIRES = {
    "expired": "already",
    "30": "within 30 days",
    "60": "within 60 days",
    "100": "within 100 days",
    "200": "within 200 days",
}
STATUSES: dict[str, str] = {
    "stops": "failing or will fail",
    **{value.value: WORDS[value] for value in VALUES},
    "unreadable": "not readable",
}


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    pk: int
    url: str
    name: str
    customer: str
    stage: str
    is_self_managed: bool
    value: str
    domains: str
    issuer: str
    is_readable: bool
    bar: lifetime.LifetimeBar
    rotation: str
    is_rolling_out: bool
    app_count: int
    affected: str
    is_affected: bool
    checked: Moment


@dataclass(frozen=True, slots=True)
class EnvironmentList:
    rows: tuple[EnvironmentRow, ...]
    page: Page
    total: int
    matching: str
    filters: Filters
    choice: Columns
    saved: SavedMenu
    columns: Mapping[str, Column]
    scale: lifetime.ScaleHead
    sentence: Sentence
    age: Moment
    notices: tuple[str, ...]
    csv_url: str


@dataclass(frozen=True, slots=True)
class _Hosts:
    """What the endpoints of one environment say together; and how many apps stop there, if some may only be at risk."""

    custom_count: int = 0
    failure: str = ""
    last_seen_at: datetime | None = None
    stopping: int = 0


def visible(access: Access) -> QuerySet[Environment]:
    # Without a join: SQLite would begin with the customers, and sort all that they have.
    gone = Customer.objects.filter(archived_at__isnull=False)
    return Environment.objects.filter(access.rows(), archived_at=None).exclude(customer__in=gone)


def environment_list(access: Access, given: Mapping[str, str], now: datetime) -> EnvironmentList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    own = own_filters(access, "environments", place)
    known = facts(access)
    selects, rows = filtered(access, place, known, now)
    sort, choice = read_sort(place, SORTS, "badness"), place.columns(COLUMNS)
    cut = keyset.cut(
        rows.select_related("customer"), Order.parse(sort, NULLABLE), place, whose=("environments", access.scope)
    )
    hosts = _hosts(cut.rows)
    scale = lifetime.scale_for((row.expires_at for row in cut.rows), now)
    read = [host.last_seen_at for host in hosts.values() if host.last_seen_at]
    return EnvironmentList(
        rows=tuple(_row(row, hosts.get(row.pk, _Hosts()), scale, now) for row in cut.rows),
        page=cut.page,
        total=cut.total,
        matching=cut.words,
        filters=Filters(selects, place.value("q"), "Filter by host, name, issuer", place.kept_beside(selects)),
        choice=choice,
        saved=saved_menu("environments", own, place),
        columns=columns(place, SORTS, sort),
        scale=lifetime.head_of(scale),
        sentence=environments_sentence(known.counts, now),
        age=moment(max(read, default=None), now, stale_after=now - stale_before(now)),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def matching(access: Access, given: Mapping[str, str], now: datetime) -> QuerySet[Environment]:
    """Every environment that the filters of this address leave."""
    return filtered(access, Address(given), facts(access), now)[1]


def filtered(
    access: Access, place: Address, known: Facts, now: datetime
) -> tuple[tuple[Select, ...], QuerySet[Environment]]:
    selects = (
        place.choice("customer", "Customer", known.customers),
        place.choice("stage", "Stage", [(stage.value, stage.label) for stage in Stage]),
        place.choice("domain", "Domain", DOMAINS.items()),
        place.choice("status", "Status", STATUSES.items()),
        place.choice("expires", "Expires", EXPIRES.items(), everything="any time"),
        place.choice("issuer", "Issuer", known.issuers),
    )
    place.tell_unknown(*(select.name for select in selects))
    rows = visible(access).filter(_conditions(place, now))
    if text := place.text():
        hosts = Endpoint.objects.filter(environment=OuterRef("pk"), archived_at=None, host__icontains=text)
        served = Place(Exists(hosts), ("host",), "endpoints")
        rows = rows.filter(containing(Environment, text, place_of(text, "name", "issuer"), served))
    return (selects if len(selects[0].options) > 2 else selects[1:]), rows


def _conditions(place: Address, now: datetime) -> Q:
    found = Q()
    if customer := place.value("customer"):
        found &= Q(customer=int(customer))
    if stage := place.value("stage"):
        found &= Q(stage=stage)
    if domain := place.value("domain"):
        found &= Q(domain_kinds=domain) if "+" in domain else Q(domain_kinds__contains=domain)
    if status := place.value("status"):
        found &= _status(status)
    if expires := place.value("expires"):
        days = 0 if expires == "expired" else int(expires)
        found &= Q(expires_at__lte=now + timedelta(days=days))
    if issuer := place.value("issuer"):
        found &= Q(issuer=issuer)
    return found


def _status(chosen: str) -> Q:
    if chosen == "unreadable":
        dark = Endpoint.objects.filter(archived_at=None).exclude(failure="")
        return Q(pk__in=dark.order_by().values("environment"))
    return Q(badness__lte=STOPS) if chosen == "stops" else Q(badness=Verdict(chosen).badness)


def _hosts(rows: Sequence[Environment]) -> dict[int, _Hosts]:
    """One statement."""
    keys = among(row.pk for row in rows)
    hosts = Endpoint.objects.filter(environment__in=keys, archived_at=None).order_by().values("environment")
    facts: QuerySet[Any, Any] = hosts.annotate(
        custom=Count("pk", filter=Q(platform_domain=None)), trouble=Max("failure"), seen=Min("schedule__last_seen_at")
    ).values_list("environment", "custom", "trouble", "seen", Value(0))
    if (stopping := stopping_apps(rows)) is not None:
        never = Value(None, output_field=DateTimeField())
        facts = facts.union(
            stopping.values_list("endpoint__environment", Value(0), Value(""), never, "stopping"), all=True
        )
    found: dict[int, _Hosts] = {}
    for pk, count, failure, seen, stops in facts:
        one = found.get(pk, _Hosts())
        found[pk] = replace(one, stopping=stops) if stops else _Hosts(count, failure or "", seen, one.stopping)
    return found


def _row(row: Environment, hosts: _Hosts, scale: Scale, now: datetime) -> EnvironmentRow:
    value = value_of(row.badness)
    is_silent = bool(hosts.failure) and value == Verdict.UNKNOWN
    life = lifetime.Life(
        verdict=value,
        issued=row.issued_at,
        expires=row.expires_at,
        window_start=row.window_start,
        window_end=row.window_end,
        silent_since=hosts.last_seen_at if is_silent else None,
    )
    return EnvironmentRow(
        pk=row.pk,
        url=f"{address('environments')}{row.pk}/",
        name=row.name,
        customer=row.customer.name,
        stage=row.get_stage_display(),
        is_self_managed=row.hosting == Hosting.SELF_MANAGED,
        value=value,
        domains=_domains(row, hosts),
        issuer=f"not readable: {hosts.failure}" if is_silent else row.issuer or "never read",
        is_readable=not is_silent and bool(row.issuer),
        bar=lifetime.bar(life, scale),
        rotation=_rotation(row, is_silent, now),
        is_rolling_out=row.is_rolling_out,
        app_count=row.app_count,
        affected=_affected(row, value, hosts.stopping),
        is_affected=row.affected_count > 0 and value in (Verdict.FAILING, Verdict.WILL_FAIL, Verdict.AT_RISK),
        checked=moment(hosts.last_seen_at, now, stale_after=now - stale_before(now)),
    )


def _domains(row: Environment, hosts: _Hosts) -> str:
    if row.domain_kinds == "default+custom" and hosts.custom_count > 1:
        return f"default + {hosts.custom_count} custom"
    return DOMAINS.get(row.domain_kinds, "none")


def _rotation(row: Environment, is_silent: bool, now: datetime) -> str:
    if is_silent or row.window_end is None:
        return "not known"
    is_open = row.is_rolling_out and row.window_end > now
    return day(row.window_end, now) if is_open else window_words(row.window_start, row.window_end, now)


def _affected(row: Environment, value: str, stopping: int) -> str:
    count = row.affected_count
    if value in (Verdict.FAILING, Verdict.WILL_FAIL) and count:
        stop = stopping or count
        return f"{stop} {'stops' if stop == 1 else 'stop'}{f', {count - stop} at risk' if count > stop else ''}"
    if value == Verdict.AT_RISK and count:
        return f"{count} at risk"
    if value == Verdict.UNKNOWN:
        return "unknown"
    return f"{row.app_count} unpinned" if value == Verdict.UNPROTECTED else "none"
