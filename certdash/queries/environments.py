"""The environment list: its sentence, its filters, one page of rows on one scale, the same rows as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from certdash.drawing import lifetime
from certdash.drawing.scale import Scale
from certdash.models import App, Customer, Endpoint, Environment, Hosting, Stage
from certdash.queries import keyset
from certdash.queries.access import Access
from certdash.queries.environments_words import environments_sentence
from certdash.queries.formatting import (
    VALUES,
    WORDS,
    Moment,
    Sentence,
    day,
    moment,
    value_of,
    window_words,
)
from certdash.queries.keyset import Order
from certdash.queries.lists import Address, Column, Filters, Page, Select, columns, read_sort
from certdash.queries.standing import stale_before
from pins.verdict import Value as Verdict

SORTS = {
    "badness": "Status",
    "name": "Environment",
    "expires_at": "Expires",
    "window_start": "Next rotation",
    "app_count": "Apps",
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
STOPS = Verdict.WILL_FAIL.badness
STATUSES: dict[str, str] = {"stops": "failing or will fail"} | {value.value: WORDS[value] for value in VALUES}


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    pk: int
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
    filters: Filters
    columns: Mapping[str, Column]
    scale: lifetime.ScaleHead
    sentence: Sentence
    age: Moment
    notices: tuple[str, ...]
    csv_url: str


@dataclass(frozen=True, slots=True)
class _Hosts:
    """What the endpoints of one environment say together."""

    custom_count: int = 0
    failure: str = ""
    last_seen_at: datetime | None = None


def visible(access: Access) -> QuerySet[Environment]:
    return Environment.objects.filter(access.rows(), archived_at=None, customer__archived_at=None)


def environment_list(access: Access, given: Mapping[str, str], now: datetime) -> EnvironmentList:
    """At most eight statements, whatever is filtered."""
    place = Address(given)
    filters, rows = _filtered(access, place, now)
    sort = read_sort(place, SORTS, "badness")
    cut = keyset.cut(rows.select_related("customer"), Order.parse(sort, NULLABLE), place)
    hosts = _hosts([row.pk for row in cut.rows])
    scale = lifetime.scale_for((row.expires_at for row in cut.rows), now)
    read = [host.last_seen_at for host in hosts.values() if host.last_seen_at]
    return EnvironmentList(
        rows=tuple(_row(row, hosts.get(row.pk, _Hosts()), scale, now) for row in cut.rows),
        page=cut.page,
        total=cut.total,
        filters=Filters(filters, place.value("q"), "Filter by host, name, issuer", place.value("sort")),
        columns=columns(place, SORTS, sort),
        scale=lifetime.head_of(scale),
        sentence=_sentence(access, now),
        age=moment(max(read, default=None), now, stale_after=now - stale_before(now)),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def matching(access: Access, given: Mapping[str, str], now: datetime) -> QuerySet[Environment]:
    """Every environment that the filters of this address leave."""
    return _filtered(access, Address(given), now)[1]


def _filtered(access: Access, place: Address, now: datetime) -> tuple[tuple[Select, ...], QuerySet[Environment]]:
    choices = _choices(access)
    selects = (
        place.choice("customer", "Customer", choices["customer"]),
        place.choice("stage", "Stage", [(stage.value, stage.label) for stage in Stage]),
        place.choice("domain", "Domain", DOMAINS.items()),
        place.choice("status", "Status", STATUSES.items()),
        place.choice("expires", "Expires", EXPIRES.items(), everything="any time"),
        place.choice("issuer", "Issuer", choices["issuer"]),
    )
    rows = visible(access).filter(_conditions(place, now))
    if text := place.text():
        hosts = Endpoint.objects.filter(environment=OuterRef("pk"), archived_at=None, host__icontains=text)
        rows = rows.filter(Q(name__icontains=text) | Q(issuer__icontains=text) | Exists(hosts))
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
        found &= Q(badness__lte=STOPS) if status == "stops" else Q(badness=Verdict(status).badness)
    if expires := place.value("expires"):
        days = 0 if expires == "expired" else int(expires)
        found &= Q(expires_at__lte=now + timedelta(days=days))
    if issuer := place.value("issuer"):
        found &= Q(issuer=issuer)
    return found


def _choices(access: Access) -> dict[str, list[tuple[str, str]]]:
    """Customers and issuers for their filters, in one statement."""
    fields = ("kind", "key", "label")
    customers = Customer.objects.filter(access.rows("pk"), archived_at=None).order_by()
    issuers = visible(access).exclude(issuer="").order_by()
    rows = customers.annotate(kind=_text("customer"), key=Cast("pk", CharField()), label=F("name")).values_list(*fields)
    more = issuers.annotate(kind=_text("issuer"), key=F("issuer"), label=F("issuer")).values_list(*fields)
    found: dict[str, list[tuple[str, str]]] = {"customer": [], "issuer": []}
    for kind, key, label in sorted(rows.union(more), key=lambda row: str(row[2]).casefold()):
        found[kind].append((key, label))
    return found


def _text(word: str) -> Value:
    return Value(word, output_field=CharField())


def _hosts(keys: list[int]) -> dict[int, _Hosts]:
    rows = Endpoint.objects.filter(environment__in=keys, archived_at=None).order_by().values_list("environment")
    facts = rows.annotate(
        custom=Count("pk", filter=Q(platform_domain=None)), trouble=Max("failure"), seen=Min("schedule__last_seen_at")
    )
    return {pk: _Hosts(count, failure or "", seen) for pk, count, failure, seen in facts}


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
        affected=_affected(row, value),
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


def _affected(row: Environment, value: str) -> str:
    count = row.affected_count
    if value in (Verdict.FAILING, Verdict.WILL_FAIL) and count:
        return f"{count} {'stops' if count == 1 else 'stop'}"
    if value == Verdict.AT_RISK and count:
        return f"{count} at risk"
    if value == Verdict.UNKNOWN:
        return "unknown"
    return f"{row.app_count} unpinned" if value == Verdict.UNPROTECTED else "none"


def _sentence(access: Access, now: datetime) -> Sentence:
    """One statement: counts over everything the reader sees, whatever is filtered below."""
    default, only = Q(domain_kinds__contains="default"), Q(domain_kinds="default")
    counts = visible(access).aggregate(
        total=Count("pk"),
        served=Count("pk", filter=default),
        hit=Count("pk", filter=default & Q(badness__lte=STOPS)),
        silent=Count("pk", filter=Q(badness=Verdict.UNKNOWN.badness)),
        start=Min("window_start", filter=only & Q(is_rolling_out=False)),
        end=Max("window_end", filter=only & Q(window_start__isnull=False)),
        stopping=Max(Coalesce(Subquery(_stopping(access)), 0)),
    )
    return environments_sentence(counts, now)


def _stopping(access: Access) -> QuerySet[Any, Any]:
    apps = App.objects.filter(access.rows(), archived_at=None, badness__lte=STOPS, environments__isnull=False)
    grouped = apps.order_by().annotate(one=Value(1)).values("one")
    return grouped.annotate(count=Count("pk", distinct=True)).values("count")


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    """The whole filtered list, in chunks, so that 100,000 rows need little memory."""
    yield ("status", "environment", "customer", "stage", "hosting", "domains", "issuer", "issued", "expires",
           "window start", "window end", "apps", "affected")  # fmt: skip
    rows = matching(access, given, now).select_related("customer").order_by("badness", "pk")
    for row in rows.iterator(chunk_size=2000):
        yield (
            WORDS[VALUES[row.badness]] if row.badness < len(VALUES) else "unknown",
            row.name,
            row.customer.name,
            row.stage,
            row.hosting,
            row.domain_kinds,
            row.issuer,
            *(moment_text(instant) for instant in (row.issued_at, row.expires_at, row.window_start, row.window_end)),
            str(row.app_count),
            str(row.affected_count),
        )


def moment_text(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
