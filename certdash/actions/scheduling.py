"""Which endpoints are probed at all: those of which nothing above is archived."""

from datetime import datetime

from django.db.models import QuerySet

from certdash.actions.serving import counting
from certdash.models import Endpoint, ProbeSchedule
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.keys import among


def schedule(endpoint_ids: list[int], *, now: datetime) -> None:
    _schedule(watched_endpoints().filter(pk__in=among(endpoint_ids)), now)


def _schedule(endpoints: QuerySet[Endpoint], now: datetime) -> None:
    """Give every one that has none a schedule row, due at once."""
    keys = list(endpoints.values_list("pk", flat=True))
    rows = [ProbeSchedule(endpoint_id=key, next_probe_at=now) for key in keys]
    with counting(keys):
        ProbeSchedule.objects.bulk_create(rows, ignore_conflicts=True)


def schedule_of_customer(customer_id: int, *, now: datetime) -> None:
    _schedule(watched_endpoints().filter(environment__customer=customer_id), now)


def schedule_of_environment(environment_id: int, *, now: datetime) -> None:
    _schedule(watched_endpoints().filter(environment=environment_id), now)


def unschedule_customer(customer_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint__environment__customer=customer_id))


def unschedule_environment(environment_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint__environment=environment_id))


def unschedule_endpoint(endpoint_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint=endpoint_id))


def _unschedule(rows: QuerySet[ProbeSchedule]) -> None:
    with counting(list(rows.values_list("pk", flat=True))):
        rows.delete()
