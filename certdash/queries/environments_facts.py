"""What the environment list counts over everything that the reader sees, whatever is filtered below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from certdash.models import App, Customer
from certdash.queries.access import Access
from certdash.queries.kept import kept
from pins.verdict import Value as Verdict

STOPS = Verdict.WILL_FAIL.badness
SUMS = ("total", "served", "hit", "silent")


@dataclass(frozen=True, slots=True)
class Facts:
    """Customers and issuers to choose from, and the figures of the sentence."""

    customers: tuple[tuple[str, str], ...]
    issuers: tuple[tuple[str, str], ...]
    counts: Mapping[str, Any]


def facts(access: Access) -> Facts:
    """One statement, by customer and issuer."""
    return kept(("environments", access.scope), lambda: _facts(access))


def _facts(access: Access) -> Facts:
    rows = list(_grouped(access))
    customers = {str(row["pk"]): row["name"] for row in rows}
    issuers = {row["environments__issuer"] for row in rows if row["total"] and row["environments__issuer"]}
    counts: dict[str, Any] = {name: sum(row[name] for row in rows) for name in SUMS}
    counts["start"] = _first(min, (row["start"] for row in rows))
    counts["end"] = _first(max, (row["end"] for row in rows))
    counts["stopping"] = max((row["stopping"] for row in rows), default=0)
    named = sorted(customers.items(), key=lambda pair: pair[1].casefold())
    return Facts(tuple(named), tuple((name, name) for name in sorted(issuers, key=str.casefold)), counts)


def _first(best: Any, found: Iterable[Any]) -> Any:
    return best((one for one in found if one is not None), default=None)


def _grouped(access: Access) -> QuerySet[Any, Any]:
    live = Q(environments__archived_at=None)
    default = live & Q(environments__domain_kinds__contains="default")
    only = live & Q(environments__domain_kinds="default")
    rows = Customer.objects.filter(access.rows("pk"), archived_at=None).order_by()
    return rows.values("pk", "name", "environments__issuer").annotate(
        total=Count("environments", filter=live),
        served=Count("environments", filter=default),
        hit=Count("environments", filter=default & Q(environments__badness__lte=STOPS)),
        silent=Count("environments", filter=live & Q(environments__badness=Verdict.UNKNOWN.badness)),
        start=Min("environments__window_start", filter=only & Q(environments__is_rolling_out=False)),
        end=Max("environments__window_end", filter=only & Q(environments__window_start__isnull=False)),
        stopping=Max(Coalesce(Subquery(_stopping(access)), 0)),
    )


def _stopping(access: Access) -> QuerySet[Any, Any]:
    apps = App.objects.filter(access.rows(), archived_at=None, badness__lte=STOPS, environments__isnull=False)
    grouped = apps.order_by().annotate(one=Value(1)).values("one")
    return grouped.annotate(count=Count("pk", distinct=True)).values("count")
