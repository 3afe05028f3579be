"""Which endpoints are probed at all: those of which nothing above is archived."""

from datetime import datetime

from django.db.models import QuerySet

from certdash.actions.serving import counting
from certdash.models import Endpoint, ProbeSchedule
from certdash.queries.judging.pairs import watched_endpoints


def schedule(endpoint_ids: list[int], *, now: datetime) -> None:
    """Give every endpoint that has none a schedule row, due at once."""
    rows = [ProbeSchedule(endpoint_id=key, next_probe_at=now) for key in endpoint_ids]
    with counting(endpoint_ids):
        ProbeSchedule.objects.bulk_create(rows, ignore_conflicts=True)


def schedule_of_customer(customer_id: int, *, now: datetime) -> None:
    schedule(_keys(watched_endpoints().filter(environment__customer=customer_id)), now=now)


def schedule_of_environment(environment_id: int, *, now: datetime) -> None:
    schedule(_keys(watched_endpoints().filter(environment=environment_id)), now=now)


def unschedule_customer(customer_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint__environment__customer=customer_id))


def unschedule_environment(environment_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint__environment=environment_id))


def unschedule_endpoint(endpoint_id: int) -> None:
    _unschedule(ProbeSchedule.objects.filter(endpoint=endpoint_id))


def _unschedule(rows: QuerySet[ProbeSchedule]) -> None:
    with counting(list(rows.values_list("pk", flat=True))):
        rows.delete()


def _keys(endpoints: QuerySet[Endpoint]) -> list[int]:
    return list(endpoints.values_list("pk", flat=True))
