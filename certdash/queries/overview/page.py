"""The overview: one sentence, counts by verdict, who must act; charts come from their own modules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certdash.drawing import runway
from certdash.drawing.calendar import CalendarYear
from certdash.drawing.trend import Trend
from certdash.models import Customer
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, Moment, Part, Sentence, address, counted
from certdash.queries.lists.lists import Address, Filters
from certdash.queries.overview.first_steps import FirstStep, first_steps
from certdash.queries.overview.since import Since, since_then
from certdash.queries.overview.timelines import Timeline, calendar_of, timeline
from certdash.queries.overview.trends import DayRow, day_rows, trend_of
from certdash.queries.overview.words import ALL, more, sentence
from certdash.queries.risk.acting import ActRow, acting
from certdash.queries.risk.figures import NOBODY, figures, newest_reading, note, platform_rotations, unreadable


@dataclass(frozen=True, slots=True)
class VerdictCount:
    value: str
    apps: int
    note: str
    url: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Overview:
    scope: str
    customer: int | None
    filters: Filters
    notices: tuple[str, ...]
    sentence: Sentence
    more: Sentence
    steps: tuple[FirstStep, ...]
    since: Since | None
    counts: tuple[VerdictCount, ...]
    rows: tuple[ActRow, ...]
    acting_caption: str
    acting_links: tuple[Part, ...]
    leads: str
    head: runway.RunwayHead
    timeline: Timeline
    trend: Trend | None
    trend_rows: tuple[DayRow, ...]
    calendar: tuple[CalendarYear, ...]
    calendar_name: str
    age: Moment
    unreadable: int


def overview(access: Access, given: Mapping[str, str], now: datetime, since: datetime | None = None) -> Overview:
    """`since` is when the reader was here before; whoever never was is told nothing about it."""
    place = Address(given)
    customers = Customer.objects.filter(access.rows("pk"), archived_at=None).values_list("pk", "name")
    names = {str(pk): name for pk, name in customers}
    chosen = place.choice("customer", "Customer", names.items())
    customer = int(place.value("customer")) if chosen.is_set else None
    mine = access.within(customer) if customer else access
    rotations, known = platform_rotations(), figures(mine, now)
    rotation, counts, hit = next(iter(rotations), None), known.totals, known.struck
    scope = {"customer": customer} if customer else ALL
    first = hit.get(rotation.platform_domain_id or 0, NOBODY) if rotation else {}
    worst = acting(mine, now)
    days = day_rows(mine, counts, now)
    return Overview(
        scope=names[str(customer)] if customer else "all customers" if len(names) != 1 else next(iter(names.values())),
        customer=customer,
        filters=Filters((chosen,) if len(names) > 1 else ()),
        notices=tuple(place.notices),
        sentence=sentence(counts, first, rotation, now, scope),
        more=more(counts, first, rotation, now, scope),
        steps=() if counts["total"] else first_steps(mine),
        since=since_then(mine, since, now) if since else None,
        counts=verdict_counts(counts, customer),
        rows=worst.rows,
        acting_caption=_acting_caption(len(worst.rows), counts["stops"]),
        acting_links=_acting_links(len(worst.rows), counts, customer),
        leads=worst.leads,
        head=worst.head,
        timeline=timeline(mine, rotations, hit, now),
        trend=trend_of(days),
        trend_rows=days[-14:][::-1],
        calendar=calendar_of(rotation, now),
        calendar_name=str(rotation.platform_domain) if rotation else "",
        age=newest_reading(mine, now),
        unreadable=unreadable(mine),
    )


def _acting_caption(shown: int, stopping: int) -> str:
    part = f"the worst {shown} of " if stopping > shown else ""
    return f"{part}{counted(stopping, 'app')}, by badness then users"


def _acting_links(shown: int, counts: Mapping[str, Any], customer: int | None) -> tuple[Part, ...]:
    """Each leads to as many rows as it counts."""
    scope = {"customer": customer} if customer else {}
    links = (
        (counts["stops"] > shown, f"All {counts['stops']}", address("apps", status="stops", **scope)),
        (counts["apps_at_risk"], f"{counts['apps_at_risk']} at risk", address("apps", status="at_risk", **scope)),
        (True, "All apps", address("apps", **scope)),
    )
    return tuple(Part(text, url) for is_wanted, text, url in links if is_wanted)


def verdict_counts(counts: Mapping[str, Any], customer: int | None) -> tuple[VerdictCount, ...]:
    total, left = counts["total"] or 1, 0.0
    found = []
    scope = {"customer": customer} if customer else {}
    for value in VALUES:
        apps = counts[f"apps_{value}"]
        width = 100 * apps / total
        url = address("apps", status=value.value, **scope)
        found.append(VerdictCount(value.value, apps, note(value, counts), url, f"{left:.2f}%", f"{width:.2f}%"))
        left += width
    return tuple(found)
