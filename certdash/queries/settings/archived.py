"""What was put away and can come back: environments, endpoints and apps of the customers that the reader may change."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from django.db.models import Q
from django.urls import reverse

from certdash.models import App, Endpoint, Environment
from certdash.queries.access import Access
from certdash.queries.formatting import full_day
from certdash.queries.settings.pages import SettingList, SettingRow

MOST = 200

Dated = tuple[datetime, SettingRow]


def archived_list(access: Access) -> SettingList:
    """The latest first. What lies under something archived comes back with it and has no row of its own."""
    rows = sorted(chain(_environments(access), _endpoints(access), _apps(access)), key=lambda row: row[0], reverse=True)
    return SettingList(
        "Archived",
        "What was put away counts nowhere and is not probed; its history stays, and it can come back.",
        ("Name", "Kind", "Customer", "Archived"),
        tuple(row for _, row in rows[:MOST]),
        "Environments, endpoints and apps that you archive are listed here, each with its way back.",
    )


def _environments(access: Access) -> list[Dated]:
    rows = Environment.objects.filter(
        _changed_by(access, access.may_administer, "customer"), customer__archived_at=None
    )
    rows = rows.filter(archived_at__isnull=False).select_related("customer").order_by("-archived_at")
    return [_row("environment", one, str(one.customer), one.archived_at) for one in rows[:MOST]]


def _endpoints(access: Access) -> list[Dated]:
    above = {"environment__archived_at": None, "environment__customer__archived_at": None}
    rows = Endpoint.objects.filter(_changed_by(access, access.may_administer, "environment__customer"), **above)
    rows = rows.filter(archived_at__isnull=False).select_related("environment__customer").order_by("-archived_at")
    return [_row("endpoint", one, str(one.environment.customer), one.archived_at) for one in rows[:MOST]]


def _apps(access: Access) -> list[Dated]:
    rows = App.objects.filter(_changed_by(access, access.may_edit_apps, "customer"), customer__archived_at=None)
    rows = rows.filter(archived_at__isnull=False).select_related("customer").order_by("-archived_at")
    return [_row("app", one, str(one.customer), one.archived_at) for one in rows[:MOST]]


def _changed_by(access: Access, may: Callable[[int], bool], path: str) -> Q:
    if access.is_platform_admin:
        return Q()
    return Q(**{f"{path}__in": [key for key in access.customer_roles if may(key)]})


def _row(kind: str, one: App | Endpoint | Environment, customer: str, archived_at: datetime | None) -> Dated:
    assert archived_at is not None
    back = reverse(f"{kind}_archive", args=(one.pk,))
    return archived_at, SettingRow(str(one), (kind, customer, full_day(archived_at)), "", back, is_archived=True)
