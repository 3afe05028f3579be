"""What the app list counts over everything that the reader sees, and the sentence that it says first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Subquery, Sum, Value

from certdash.models import Customer, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import Part, Sentence, address, counted, people
from certdash.queries.kept import kept
from pins.verdict import Value as Word

STOPS = Word.WILL_FAIL.badness
SUMS = ("total", "stopping", "users", "in_time", "unsure", "unknown")


@dataclass(frozen=True, slots=True)
class Facts:
    """Customers to choose from, the figures of the sentence, and when the hosts of the apps were read last."""

    customers: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    seen: datetime | None


def facts(access: Access, now: datetime) -> Facts:
    """One statement, by customer."""
    return kept(("apps", access.scope, now.date()), lambda: _facts(access, now))


def _facts(access: Access, now: datetime) -> Facts:
    rows = list(_grouped(access, now))
    customers = sorted(((str(row["pk"]), row["name"]) for row in rows), key=lambda pair: pair[1].casefold())
    counts = {name: sum(row[name] for row in rows) for name in SUMS}
    return Facts(tuple(customers), counts, next((row["seen"] for row in rows if row["seen"]), None))


def _grouped(access: Access, now: datetime) -> QuerySet[Any, Any]:
    live = Q(apps__archived_at=None)
    stops = live & Q(apps__badness__lte=STOPS)
    # What fails already has no time left, whatever else of it has.
    still = Q(apps__badness__gt=Word.FAILING.badness)
    rows = Customer.objects.filter(access.rows("pk"), archived_at=None).order_by()
    return rows.values("pk", "name").annotate(
        total=Count("apps", filter=live),
        stopping=Count("apps", filter=stops),
        users=Sum("apps__users_at_risk", filter=stops, default=0),
        in_time=Count("apps", filter=stops & still & Q(apps__ship_by__gte=now.date())),
        unsure=Count("apps", filter=live & Q(apps__badness=Word.AT_RISK.badness)),
        unknown=Count("apps", filter=live & Q(apps__badness=Word.UNKNOWN.badness)),
        seen=Max(Subquery(_seen(access))),
    )


def _seen(access: Access) -> QuerySet[Any, Any]:
    verdicts = Verdict.objects.filter(access.rows("release__app__customer_id")).order_by().annotate(one=Value(1))
    return verdicts.values("one").annotate(seen=Max("endpoint__schedule__last_seen_at")).values("seen")


def apps_sentence(counts: Mapping[str, int]) -> Sentence:
    if not counts["total"]:
        return (Part("No app is registered yet."),)
    if not counts["stopping"]:
        return _none_stops(counts)
    one = counts["stopping"] == 1
    return (
        Part(f"{counts['stopping']} of {counted(counts['total'], 'app')}", address("apps", status="stops")),
        Part(f" {'stops or has' if one else 'stop or have'} stopped connecting: "),
        *people(counts["users"], address("apps", status="stops", sort="-users_at_risk")),
        Part(". "),
        *_in_time(counts["in_time"], is_one=one),
    )


def _in_time(count: int, *, is_one: bool) -> Sentence:
    if not count:
        return (Part("No fix can ship in time any more."),)
    who = "It" if is_one else f"{count} of them"
    return (Part(who, address("apps", status=Word.WILL_FAIL, sort="ship_by")), Part(" can still ship a fix in time."))


def _none_stops(counts: Mapping[str, int]) -> Sentence:
    """Who knows of no app that stops does not know that none stops, as long as some are unknown."""
    verb = " is known to stop" if counts["unknown"] else " stops"
    parts = [Part("None of "), Part(counted(counts["total"], "app"), address("apps"))]
    parts.append(Part(f"{verb} with the next rotation"))
    for status, words in (("unknown", "unknown"), ("at_risk", "at risk")):
        if count := counts["unsure" if status == "at_risk" else status]:
            parts += [
                Part("; "),
                Part(f"{count} {'is' if count == 1 else 'are'} {words}", address("apps", status=status)),
            ]
    return (*parts, Part("."))
