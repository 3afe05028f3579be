"""What is kept beside rows survives a step back to a version without it, and is right from the first page on."""

from typing import Any

import pytest
from django.core.management import call_command

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import Certificate, Rotation, Serving, StandingCount
from tests.certdash.fleet import BACKUP, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve

Rows = list[tuple[Any, ...]]


def kept() -> tuple[Rows, Rows, Rows, Rows]:
    """Counts of apps, hosts by certificate and customer, what is served, and which rotations stop an app."""
    place = ("customer", "platform_domain", "badness", "ship_by", "apps", "users")
    return (
        sorted(StandingCount.objects.values_list(*place), key=str),
        list(Serving.objects.order_by("certificate", "customer").values_list("certificate", "customer", "hosts")),
        list(Certificate.objects.order_by("pk").values_list("pk", "is_served")),
        list(Rotation.objects.order_by("pk").values_list("pk", "is_open", "is_stopping")),
    )


@pytest.mark.django_db(transaction=True)
def test_a_version_before_it_and_back_leaves_everything_kept_as_it_was() -> None:
    fleet, neighbour = Fleet(), Fleet()
    own = ISSUING.leaf("own.acme.test")
    hosts = fleet.host("a.cloud.test"), fleet.host("own.acme.test"), neighbour.host("b.cloud.test")
    for host, leaf in zip(hosts, (WILDCARD, own, WILDCARD), strict=True):
        serve(host, leaf, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=1000)
    fleet.app(nsc("own.acme.test", pin(own)), users=10)
    neighbour.app(nsc("b.cloud.test", pin(BACKUP)), users=500)
    evaluate_endpoints([host.pk for host in hosts], now=NOW)
    refresh(now=NOW)
    before = kept()

    call_command("migrate", "certdash", "0016", verbosity=0)
    call_command("migrate", verbosity=0)

    assert [len(rows) for rows in before] == [8, 5, 3, 2]
    assert kept() == before
