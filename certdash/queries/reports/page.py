"""The report for paper: what is at risk in a scope, when, who must act, what changed, and how all of it is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.urls import reverse

from certdash.models import Customer, DailyCount, Release
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, Moment, Sentence, clock, counted, full_day, number
from certdash.queries.lists.lists import Address, Filters, Option, Select
from certdash.queries.overview.page import VerdictCount, verdict_counts
from certdash.queries.overview.since import ChangedApp, RotationEvent, changed_apps, rotation_events
from certdash.queries.overview.words import ALL, more, sentence
from certdash.queries.reports.method import Method, method
from certdash.queries.reports.rows import FindingCount, RotationRow, finding_counts, rotation_rows
from certdash.queries.risk.acting import ActRow, acting
from certdash.queries.risk.figures import (
    NOBODY,
    figures,
    live_apps,
    live_endpoints,
    newest_reading,
    platform_rotations,
    since_midnight,
    unreadable,
)

# Days by what the address says; without a word ninety, as in the trend.
PERIODS = {"30": "30 days", "365": "a year"}
USUAL, USUAL_DAYS = "90 days", 90
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CountThen:
    """How many apps had a verdict at the beginning of the period, and how many have it now."""

    value: str
    then: str
    now: int


@dataclass(frozen=True, slots=True)
class Changes:
    """`began` is empty where nothing was counted that long ago; `more` apps changed beyond those that are named."""

    began: str
    counts: tuple[CountThen, ...]
    apps: tuple[ChangedApp, ...]
    more: int
    rotations: tuple[RotationEvent, ...]


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    scope: str
    holds: str
    made: str
    period: str
    filters: Filters
    notices: tuple[str, ...]
    age: Moment
    unreadable: int
    sentence: Sentence
    more: Sentence
    counts: tuple[VerdictCount, ...]
    rotations: tuple[RotationRow, ...]
    rows: tuple[ActRow, ...]
    stopping: int
    changes: Changes
    findings: tuple[FindingCount, ...]
    method: Method
    csv_urls: Mapping[str, str]
    pdf_url: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose report it is: one customer's, whom `access` is narrowed to then, or that of all whom the reader sees."""

    access: Access
    customer: Customer | None
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        if self.customer:
            return self.customer.name
        return next(iter(self.names.values())) if len(self.names) == 1 else "all customers"


def customers_of(access: Access) -> dict[str, str]:
    rows = Customer.objects.filter(access.rows("pk"), archived_at=None).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def report(subject: Subject, given: Mapping[str, str], now: datetime) -> Report:
    access, customer, place = subject.access, subject.customer, Address(given)
    chosen = period_choice(place)
    period = days_of(place)
    rotations, known = platform_rotations(), figures(access, now)
    rotation, counts, hit = next(iter(rotations), None), known.totals, known.struck
    scope = {"customer": customer.pk} if customer else ALL
    first = hit.get(rotation.platform_domain_id or 0, NOBODY) if rotation else {}
    return Report(
        title=f"Pinning risk of {subject.name}",
        scope=subject.name,
        holds=_holds(access, counts["total"]),
        made=clock(now),
        period=PERIODS.get(place.value("period"), USUAL),
        filters=Filters((*_customers(subject), chosen), clear_url=reverse("risk_report")),
        notices=tuple(place.notices),
        age=newest_reading(access, now),
        unreadable=unreadable(access),
        sentence=sentence(counts, first, rotation, now, scope),
        more=more(counts, first, rotation, now, scope) if counts["total"] else (),
        counts=verdict_counts(counts, customer.pk if customer else None),
        rotations=rotation_rows(access, rotations, hit, now),
        rows=acting(access, now, MOST_ROWS).rows,
        stopping=counts["stops"],
        changes=_changes(access, counts, period, now),
        findings=finding_counts(access, since_midnight(now, period)),
        method=method(access, now),
        csv_urls={rows: place.url(format="csv", rows=rows) for rows in ("apps", "rotations", "changes", "findings")},
        pdf_url=place.url(format="pdf"),
    )


def period_choice(place: Address) -> Select:
    return place.choice("period", "Period", PERIODS.items(), everything=USUAL)


def days_of(place: Address) -> int:
    return int(place.value("period") or USUAL_DAYS)


def _customers(subject: Subject) -> tuple[Select, ...]:
    """Not read from the query: every customer's report has an address of its own."""
    if len(subject.names) < 2:
        return ()
    chosen = str(subject.customer.pk) if subject.customer else ""
    pairs = [("", "all"), *subject.names.items()]
    return (Select("customer", "Customer", tuple(Option(*pair, pair[0] == chosen) for pair in pairs), bool(chosen)),)


def _holds(access: Access, apps: int) -> str:
    """How much the report speaks of: `6 customers, 31 environments with 42 hosts, 41 apps in 58 releases`."""
    hosts = live_endpoints(access).aggregate(hosts=Count("pk"), environments=Count("environment", distinct=True))
    releases = Release.objects.filter(app__in=live_apps(access), retired_at=None)
    used = releases.filter(Q(share=None) | Q(share__gte=1)).count()
    parts = [
        counted(len(customers_of(access)), "customer"),
        f"{counted(hosts['environments'], 'environment')} with {counted(hosts['hosts'], 'host')}",
        f"{counted(apps, 'app')} in {counted(used, 'release')} in use",
    ]
    return ", ".join(parts)


def _changes(access: Access, counts: Mapping[str, int], period: int, now: datetime) -> Changes:
    then = since_midnight(now, period)
    began, before = _counts_at(access, then)
    changed = changed_apps(access, then, now, MOST_ROWS + 1)
    return Changes(
        began=began,
        counts=tuple(
            CountThen(value.value, number(before.get(value.value, 0)) if began else "", counts[f"apps_{value}"])
            for value in VALUES
        ),
        apps=changed[:MOST_ROWS],
        more=max(len(changed) - MOST_ROWS, 0),
        rotations=rotation_events(access, then, now),
    )


def _counts_at(access: Access, then: datetime) -> tuple[str, dict[str, int]]:
    """The first count of the period; it may begin later than the period where certdash did."""
    rows = DailyCount.objects.filter(day__gte=then.date())
    rows = rows.filter(customer=None) if access.sees_everything else rows.filter(access.rows())
    first = rows.order_by("day").values_list("day", flat=True).first()
    if first is None:
        return "", {}
    sums = rows.filter(day=first).order_by().values_list("value").annotate(Sum("apps"))
    return full_day(first), dict(sums)
