"""What the environment list counts over everything that the reader sees, whatever is filtered below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from certdash.models import Customer, Environment
from certdash.models import Verdict as Cell
from certdash.queries.access import Access
from certdash.queries.kept import kept
from certdash.queries.risk.figures import visible_stakes
from certdash.queries.standing import in_use
from pins.verdict import Value as Verdict

STOPS = Verdict.WILL_FAIL.badness
SUMS = ("total", "served", "hit", "silent", "unread")


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
    for name in ("stopping", "on_platform"):
        counts[name] = max((row[name] for row in rows), default=0)
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
        unread=Count("environments", filter=live & Q(environments__expires_at=None)),
        silent=Count("environments", filter=live & Q(environments__badness=Verdict.UNKNOWN.badness)),
        start=Min("environments__window_start", filter=only & Q(environments__is_rolling_out=False)),
        end=Max("environments__window_end", filter=only & Q(environments__window_start__isnull=False)),
        stopping=Max(Coalesce(Subquery(_stopping(access, _ON_PLATFORM | _BESIDE_IT)), 0)),
        on_platform=Max(Coalesce(Subquery(_stopping(access, _ON_PLATFORM)), 0)),
    )


# Where an app stops: on a host of a platform domain, or on another one of an environment that has such a host too.
_ON_PLATFORM = Q(platform_domain__isnull=False)
_BESIDE_IT = Q(
    endpoint__archived_at=None,
    endpoint__environment__archived_at=None,
    endpoint__environment__domain_kinds__contains="default",
)


def _stopping(access: Access, where: Q) -> QuerySet[Any, Any]:
    rows = visible_stakes(access).filter(where, badness__lte=STOPS).annotate(one=Value(1)).values("one")
    return rows.annotate(count=Count("app", distinct=True)).values("count")


def stopping_apps(rows: Iterable[Environment]) -> QuerySet[Cell, Any] | None:
    """By environment how many of those affected stop, where some may only be at risk; None if nowhere."""
    mixed = [row.pk for row in rows if row.badness <= STOPS and row.affected_count > 1]
    if not mixed:
        return None
    cells = Cell.objects.filter(
        in_use(), badness__lte=STOPS, endpoint__environment__in=mixed, endpoint__archived_at=None
    )
    return cells.order_by().values("endpoint__environment").annotate(stopping=Count("release__app", distinct=True))
