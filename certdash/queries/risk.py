"""How much is at risk: apps and users by verdict, who the next platform rotation stops, how old the data is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from certdash.models import App, Customer, Endpoint, Environment, ProbeSchedule, Rotation, RotationState, Stake
from certdash.queries.access import Access
from certdash.queries.formatting import VALUES, Moment, number
from certdash.queries.standing import data_age
from pins.verdict import Value

STOPS = Value.WILL_FAIL.badness
# Whoever was probed last is among those that are due last: enough of them to outlast any that could not be read.
LATEST = 500


NOBODY: Mapping[str, Any] = {"stops": 0, "hit": 0}


def visible_apps(access: Access) -> QuerySet[App]:
    return App.objects.filter(access.rows(), archived_at=None).exclude(customer__in=_archived())


def visible_stakes(access: Access) -> QuerySet[Stake]:
    rows = Stake.objects.filter(access.rows("app__customer_id"), app__archived_at=None)
    return rows.exclude(app__customer__in=_archived()).order_by()


def _archived() -> QuerySet[Customer, int]:
    """Few or none: asked once for a statement instead of joined to each of its rows."""
    return Customer.objects.exclude(archived_at=None).order_by().values_list("pk", flat=True)


def next_platform_rotation() -> Rotation | None:
    """The next change of a platform certificate that has not ended."""
    rows = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rows = rows.filter(platform_domain__isnull=False, window_end__isnull=False)
    return rows.select_related("platform_domain", "leaf", "successor").order_by("window_end", "pk").first()


def totals(access: Access) -> dict[str, Any]:
    """One statement: `apps_…` and `sum_…` (users) by verdict, `total`, and `stops`, apps that fail or will fail."""
    groups = visible_apps(access).order_by().values_list("badness")
    found = {badness: (apps, users) for badness, apps, users in groups.annotate(Count("pk"), Sum("users_at_risk"))}
    wanted: dict[str, Any] = {}
    for value in VALUES:
        wanted[f"apps_{value}"], wanted[f"sum_{value}"] = found.get(value.badness, (0, 0))
    stops = sum(apps for badness, (apps, _) in found.items() if badness <= STOPS)
    return wanted | {"total": sum(apps for apps, _ in found.values()), "stops": stops}


def struck(access: Access, now: datetime) -> dict[int, Mapping[str, Any]]:
    """By platform domain: apps that stop on its hosts; `already` cannot connect there even now, `hit` are at risk too.

    What counts for the others is the last safe day of these hosts alone: an app may have an earlier one elsewhere.
    """
    stops, today = Q(badness__lte=STOPS), now.date()
    still = stops & Q(badness__gt=Value.FAILING.badness)
    in_time = still & Q(ship_by__gte=today)
    groups = visible_stakes(access).filter(platform_domain__isnull=False).values("platform_domain")
    found = groups.annotate(
        hit=Count("pk"),
        stops=Count("pk", filter=stops),
        customers=Count("app__customer_id", filter=stops, distinct=True),
        users=Sum("app__users_at_risk", filter=stops, default=0),
        already=Count("pk", filter=Q(badness=Value.FAILING.badness)),
        in_time=Count("pk", filter=in_time),
        late=Count("pk", filter=still & (Q(ship_by=None) | Q(ship_by__lt=today))),
        first_ship_by=Min("ship_by", filter=in_time),
    )
    return {row["platform_domain"]: row for row in found}


def note(value: Value, counts: dict[str, Any]) -> str:
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
    if access.sees_everything:
        latest = ProbeSchedule.objects.order_by("-next_probe_at").values("last_seen_at")[:LATEST]
        return data_age(latest.aggregate(seen=Max("last_seen_at"))["seen"], now)
    return data_age(live_endpoints(access).aggregate(seen=Max("schedule__last_seen_at"))["seen"], now)


def unreadable(access: Access) -> int:
    """Environments with a host that could not be read."""
    rows = live_endpoints(access).exclude(failure="")
    return int(rows.aggregate(count=Count("environment", distinct=True))["count"])


def since_midnight(now: datetime, days: int) -> datetime:
    """The first instant of the day that lies so many days back."""
    return (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
