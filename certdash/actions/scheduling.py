"""Which endpoints are probed at all: those of which nothing above is archived."""

from datetime import datetime

from django.db.models import QuerySet

from certdash.models import Endpoint, ProbeSchedule


def schedule(endpoint_ids: list[int], *, now: datetime) -> None:
    """Give every endpoint that has none a schedule row, due at once."""
    rows = [ProbeSchedule(endpoint_id=key, next_probe_at=now) for key in endpoint_ids]
    ProbeSchedule.objects.bulk_create(rows, ignore_conflicts=True)


def schedule_of_customer(customer_id: int, *, now: datetime) -> None:
    schedule(_keys(watched().filter(environment__customer=customer_id)), now=now)


def schedule_of_environment(environment_id: int, *, now: datetime) -> None:
    schedule(_keys(watched().filter(environment=environment_id)), now=now)


def unschedule_customer(customer_id: int) -> None:
    ProbeSchedule.objects.filter(endpoint__environment__customer=customer_id).delete()


def unschedule_environment(environment_id: int) -> None:
    ProbeSchedule.objects.filter(endpoint__environment=environment_id).delete()


def unschedule_endpoint(endpoint_id: int) -> None:
    ProbeSchedule.objects.filter(endpoint=endpoint_id).delete()


def watched() -> QuerySet[Endpoint]:
    """Endpoints in force: neither they nor their environment or customer is archived."""
    return Endpoint.objects.filter(
        archived_at=None, environment__archived_at=None, environment__customer__archived_at=None
    )


def _keys(endpoints: QuerySet[Endpoint]) -> list[int]:
    return list(endpoints.values_list("pk", flat=True))
