"""Environments and endpoints by hand, and what is probed of them."""

from typing import Any

import pytest

from certdash.actions.customers import archive_customer, restore_customer
from certdash.actions.environments import (
    archive_endpoint,
    archive_environment,
    import_hosts,
    restore_endpoint,
    restore_environment,
    save_endpoint,
)
from certdash.models import Endpoint, Environment, Observation, ProbeSchedule
from tests.certdash import builders
from tests.certdash.builders import NOW
from tests.certdash.fleet import WILDCARD, serve

pytestmark = pytest.mark.django_db


def saved(host: str) -> Endpoint:
    return save_endpoint(Endpoint(environment=builders.environment(), host=host), actor=None, now=NOW)


def scheduled() -> list[str]:
    return sorted(ProbeSchedule.objects.values_list("endpoint__host", flat=True))


def test_a_new_endpoint_is_due_at_once() -> None:
    endpoint = saved("api.example.test")

    assert ProbeSchedule.objects.get(pk=endpoint.pk).next_probe_at == NOW


def test_an_edited_endpoint_forgets_what_was_read_under_the_old_address() -> None:
    endpoint = saved("api.example.test")
    ProbeSchedule.objects.update(fingerprint="f" * 64, attempts=3)
    endpoint.connect_to = ["192.0.2.7"]

    save_endpoint(endpoint, actor=None, now=NOW)

    assert list(ProbeSchedule.objects.values_list("fingerprint", "attempts")) == [("", 0)]


def test_a_moved_endpoint_is_unknown_until_its_new_address_is_read() -> None:
    endpoint = saved("api.example.test")
    serve(endpoint, WILDCARD)
    endpoint.host = "other.example.test"

    save_endpoint(endpoint, actor=None, now=NOW)

    assert Observation.objects.filter(ended_at=None).count() == 0
    assert list(ProbeSchedule.objects.values_list("last_seen_at", "next_probe_at")) == [(None, NOW)]


def test_an_endpoint_saved_as_it_was_keeps_what_was_read() -> None:
    endpoint = saved("api.example.test")
    serve(endpoint, WILDCARD)

    save_endpoint(endpoint, actor=None, now=NOW)

    assert Observation.objects.filter(ended_at=None).count() == 1


def test_what_is_archived_is_probed_no_more_and_what_is_restored_is() -> None:
    endpoint = saved("api.example.test")
    seen = []
    cases: tuple[tuple[Any, Any, Any], ...] = (
        (archive_endpoint, restore_endpoint, endpoint),
        (archive_environment, restore_environment, endpoint.environment),
        (archive_customer, restore_customer, endpoint.environment.customer),
    )

    for away, back, subject in cases:
        away(subject, actor=None, now=NOW)
        seen.append(scheduled())
        back(subject, actor=None, now=NOW)
        seen.append(scheduled())

    assert seen == [[], ["api.example.test"]] * 3


def test_restoring_an_environment_leaves_an_archived_endpoint_alone() -> None:
    endpoint = saved("api.example.test")
    archive_endpoint(endpoint, actor=None, now=NOW)
    archive_environment(endpoint.environment, actor=None, now=NOW)

    restore_environment(endpoint.environment, actor=None, now=NOW)

    assert scheduled() == []


def test_a_pasted_host_brings_back_what_was_archived() -> None:
    endpoint = saved("api.example.test")
    environment = endpoint.environment
    archive_endpoint(endpoint, actor=None, now=NOW)
    archive_environment(environment, actor=None, now=NOW)

    new = import_hosts(environment.customer, "test", [("api.example.test", 443, environment.name)], actor=None, now=NOW)

    assert (new, scheduled()) == ((endpoint,), ["api.example.test"])
    assert not Environment.objects.exclude(archived_at=None).exists()


def test_a_pasted_list_makes_environments_and_endpoints_once() -> None:
    acme = builders.customer()
    lines = [("a.example.test", 443, "prod"), ("b.example.test", 8443, "prod"), ("c.example.test", 443, "test")]

    first = import_hosts(acme, "production", lines, actor=None, now=NOW)
    second = import_hosts(acme, "production", lines, actor=None, now=NOW)

    assert (len(first), second) == (3, ())
    assert sorted(Endpoint.objects.values_list("environment__name", "host", "port")) == [
        ("prod", "a.example.test", 443),
        ("prod", "b.example.test", 8443),
        ("test", "c.example.test", 443),
    ]
