"""Environments and endpoints: create, edit, archive, paste a list of hosts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from certdash.actions import records, standing
from certdash.actions.platform_domains import platform_domain_of
from certdash.actions.scheduling import (
    schedule,
    schedule_of_environment,
    unschedule_endpoint,
    unschedule_environment,
)
from certdash.actions.serving import counting
from certdash.models import Customer, Endpoint, Environment, Hosting, Observation, ProbeSchedule, User

ENVIRONMENT_FIELDS = ("customer", "name", "stage", "hosting")
ENDPOINT_FIELDS = ("environment", "host", "port", "connect_to")


@transaction.atomic
def save_environment(environment: Environment, *, actor: User | None, now: datetime) -> Environment:
    with counting(list(environment.endpoints.values_list("pk", flat=True)) if environment.pk else []):
        owner = environment.customer
        return records.save(
            environment, ENVIRONMENT_FIELDS, actor=actor, now=now, customer=owner, derived=standing.ENVIRONMENT_FIELDS
        )


@transaction.atomic
def archive_environment(environment: Environment, *, actor: User | None, now: datetime) -> None:
    """Its endpoints are probed no more and its apps lose them; observations stay."""
    if records.archive(environment, actor=actor, now=now, customer=environment.customer):
        unschedule_environment(environment.pk)


@transaction.atomic
def restore_environment(environment: Environment, *, actor: User | None, now: datetime) -> None:
    if records.restore(environment, actor=actor, now=now, customer=environment.customer):
        schedule_of_environment(environment.pk, now=now)


@transaction.atomic
def save_endpoint(endpoint: Endpoint, *, actor: User | None, now: datetime) -> Endpoint:
    """A new or moved endpoint is due at once; what was read under the old address does not count for the new one."""
    endpoint.platform_domain = platform_domain_of(endpoint.host)
    is_moved = _is_moved(endpoint)
    if is_moved:
        endpoint.chain, endpoint.failure = None, ""
        endpoint.window_start, endpoint.window_end, endpoint.window_evidence = None, None, ""
    with counting([endpoint.pk] if endpoint.pk else []):
        owner, derived = endpoint.environment.customer, () if is_moved else standing.ENDPOINT_FIELDS
        records.save(endpoint, ENDPOINT_FIELDS, actor=actor, now=now, customer=owner, derived=derived)
    schedule([endpoint.pk], now=now)
    rows = ProbeSchedule.objects.filter(pk=endpoint.pk)
    if is_moved:
        # Its old chain would stay in force for a day, and its verdicts would speak of another server.
        with counting([endpoint.pk]):
            Observation.objects.filter(endpoint=endpoint, ended_at=None).update(ended_at=now)
        rows.update(last_seen_at=None, last_probe_at=None)
    rows.update(next_probe_at=now, fingerprint="", attempts=0, lease="", leased_until=None)
    return endpoint


def _is_moved(endpoint: Endpoint) -> bool:
    stored = Endpoint.objects.filter(pk=endpoint.pk).values_list("host", "port", "connect_to").first()
    return stored is not None and stored != (endpoint.host, endpoint.port, endpoint.connect_to)


@transaction.atomic
def archive_endpoint(endpoint: Endpoint, *, actor: User | None, now: datetime) -> None:
    if records.archive(endpoint, actor=actor, now=now, customer=endpoint.environment.customer):
        unschedule_endpoint(endpoint.pk)


@transaction.atomic
def restore_endpoint(endpoint: Endpoint, *, actor: User | None, now: datetime) -> None:
    if records.restore(endpoint, actor=actor, now=now, customer=endpoint.environment.customer):
        schedule([endpoint.pk], now=now)


@transaction.atomic
def import_hosts(
    customer: Customer, stage: str, lines: Iterable[tuple[str, int, str]], *, actor: User | None, now: datetime
) -> tuple[Endpoint, ...]:
    """All or nothing, from (host, port, name of the environment): create what is not there, restore what is archived.

    Gives the endpoints that are watched now and were not before.
    """
    new = []
    for host, port, name in lines:
        environment = Environment.objects.filter(customer=customer, name=name).first()
        if environment is None:
            environment = Environment(customer=customer, name=name, stage=stage, hosting=Hosting.CLOUD)
            save_environment(environment, actor=actor, now=now)
        restore_environment(environment, actor=actor, now=now)
        endpoint = Endpoint.objects.filter(environment=environment, host=host, port=port).first()
        if endpoint is None:
            endpoint = Endpoint(environment=environment, host=host, port=port)
            new.append(save_endpoint(endpoint, actor=actor, now=now))
        elif endpoint.archived_at:
            restore_endpoint(endpoint, actor=actor, now=now)
            new.append(endpoint)
    return tuple(new)
