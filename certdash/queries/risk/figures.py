"""How much is at risk: apps and users by verdict, who the next platform rotation stops, how old the data is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from certdash.models import (
    App,
    Customer,
    Endpoint,
    Environment,
    ProbeSchedule,
    Rotation,
    RotationState,
    Stake,
    StandingCount,
)
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, Moment, number
from certdash.queries.prepared import ask
from certdash.queries.standing import data_age
from pins.verdict import Value

STOPS = Value.WILL_FAIL.badness
# Whoever was probed last is among those that are due last: enough of them to outlast any that could not be read.
LATEST = 500


NOBODY: Mapping[str, Any] = {"stops": 0, "hit": 0}


def live_apps(access: Access) -> QuerySet[App]:
    """Without a join: SQLite would begin with the customers, and sort all that they have."""
    return App.objects.filter(access.rows(), archived_at=None).exclude(customer__in=_archived())


def visible_stakes(access: Access) -> QuerySet[Stake]:
    rows = Stake.objects.filter(access.rows("app__customer_id"), app__archived_at=None)
    return rows.exclude(app__customer__in=_archived()).order_by()


def _archived() -> QuerySet[Customer, int]:
    """Few or none: asked once for a statement instead of joined to each of its rows."""
    return Customer.objects.exclude(archived_at=None).order_by().values_list("pk", flat=True)


def platform_rotations() -> list[Rotation]:
    """Changes of platform certificates that have not ended, the next one first. `next_leaf` is what comes, if known."""
    rows = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rows = rows.filter(platform_domain__isnull=False, window_end__isnull=False)
    rows = rows.annotate(next_leaf=Coalesce("actual_chain__leaf__der", "successor__chain__leaf__der"))
    return list(rows.select_related("platform_domain", "leaf").order_by("window_end", "pk"))


@dataclass(frozen=True, slots=True)
class Figures:
    """`totals`: `apps_…` and `sum_…` (users) by verdict, `total`, and `stops`, apps that fail or will fail.

    `struck`, by platform domain: apps that stop on its hosts; `already` cannot connect there even now, `hit` are at
    risk too. What counts for the others is the last safe day of these hosts alone: an app may have an earlier one
    elsewhere.
    """

    totals: Mapping[str, int]
    struck: Mapping[int, Mapping[str, Any]]


def figures(access: Access, now: datetime) -> Figures:
    """As the counts are kept, which is as the rows are: two statements however many apps there are."""
    below: dict[int, list[_Count]] = defaultdict(list)
    anywhere: dict[int, tuple[int, int]] = {}
    for domain, badness, ship_by, apps, users in ask(_counts, access):
        if domain is None:
            anywhere[badness] = apps, users
        else:
            below[domain].append(_Count(badness, ship_by, apps, users))
    customers = dict(ask(_stopping_customers, access)) if below else {}
    hit = {domain: _hit(counts, now) | {"customers": customers.get(domain, 0)} for domain, counts in below.items()}
    return Figures(_totals(anywhere), hit)


class _Count(NamedTuple):
    badness: int
    ship_by: date | None
    apps: int
    users: int


def _counts(access: Access) -> QuerySet[StandingCount, Any]:
    rows = StandingCount.objects.filter(customer=None) if access.sees_everything else _of_customers(access)
    groups = rows.order_by().values_list("platform_domain_id", "badness", "ship_by")
    return groups.annotate(Sum("apps"), Sum("users"))


def _of_customers(access: Access) -> QuerySet[StandingCount]:
    return StandingCount.objects.filter(access.rows(), customer__isnull=False)


def _stopping_customers(access: Access) -> QuerySet[StandingCount, Any]:
    """How many of them have apps that stop, by platform domain."""
    rows = _of_customers(access).filter(platform_domain__isnull=False, badness__lte=STOPS).order_by()
    return rows.values_list("platform_domain").annotate(Count("customer", distinct=True))


def _totals(found: Mapping[int, tuple[int, int]]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for value in VALUES:
        wanted[f"apps_{value}"], wanted[f"sum_{value}"] = found.get(value.badness, (0, 0))
    stops = sum(apps for badness, (apps, _) in found.items() if badness <= STOPS)
    return wanted | {"total": sum(apps for apps, _ in found.values()), "stops": stops}


def _hit(counts: Sequence[_Count], now: datetime) -> dict[str, Any]:
    stops = [one for one in counts if one.badness <= STOPS]
    still = [one for one in stops if one.badness > Value.FAILING.badness]
    in_time = [one for one in still if one.ship_by and one.ship_by >= now.date()]
    return {
        "hit": _apps(counts),
        "stops": _apps(stops),
        "users": sum(one.users for one in stops),
        "already": _apps(stops) - _apps(still),
        "in_time": _apps(in_time),
        "late": _apps(still) - _apps(in_time),
        "first_ship_by": min((one.ship_by for one in in_time if one.ship_by), default=None),
    }


def _apps(counts: Sequence[_Count]) -> int:
    return sum(one.apps for one in counts)


def note(value: Value, counts: Mapping[str, Any]) -> str:
    """What stands beside the number of apps with this verdict."""
    if value in (Value.FAILING, Value.WILL_FAIL, Value.AT_RISK):
        users, apps = counts[f"sum_{value}"], counts[f"apps_{value}"]
        return "users not given" if apps and not users else f"{number(users)} users"
    if value == Value.READY:
        return f"of {number(counts['total'])} app{'s' if counts['total'] != 1 else ''}"
    return "cannot be told now" if value == Value.UNKNOWN else "no enforced pin"


def live_endpoints(access: Access) -> QuerySet[Endpoint]:
    """A page asks for the first few of them in some order: what is joined would be sorted first."""
    own = Environment.objects.filter(access.rows(), pk=OuterRef("environment"), archived_at=None)
    live = Exists(own.exclude(customer__in=_archived()))
    return Endpoint.objects.filter(live, access.rows("environment__customer_id"), archived_at=None).order_by()


def newest_reading(access: Access, now: datetime) -> Moment:
    """When something was last read. Of a whole fleet only those are asked that were probed last: never too fresh."""
    seen = next((instant for (instant,) in ask(_newest, access)), None)
    return data_age(seen, now)


def _newest(access: Access) -> QuerySet[ProbeSchedule, Any]:
    if access.sees_everything:
        whose: QuerySet[Any, Any] = ProbeSchedule.objects.order_by("-next_probe_at").values("pk")[:LATEST]
    else:
        whose = live_endpoints(access).values("pk")
    rows = ProbeSchedule.objects.filter(pk__in=whose).order_by().annotate(one=Constant(1)).values("one")
    return rows.annotate(seen=Max("last_seen_at")).values_list("seen")


def unreadable(access: Access) -> int:
    """Environments with a host that could not be read."""
    ((count,),) = ask(_unread, access) or [(0,)]
    return int(count)


def _unread(access: Access) -> QuerySet[Endpoint, Any]:
    groups = live_endpoints(access).exclude(failure="").annotate(one=Constant(1)).values("one")
    return groups.annotate(count=Count("environment", distinct=True)).values_list("count")


def since_midnight(now: datetime, days: int) -> datetime:
    """The first instant of the day that lies so many days back."""
    return (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
