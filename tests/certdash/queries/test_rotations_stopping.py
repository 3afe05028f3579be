"""Which rotations stop an app is kept with them: right after every change, and for every reader."""

import pytest

from certdash.actions.apps import archive_app
from certdash.actions.customers import archive_customer
from certdash.actions.environments import archive_endpoint
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints, evaluate_releases, refresh_kept
from certdash.models import Endpoint, Role, Rotation
from certdash.queries.access import EVERYBODY, Access
from certdash.queries.rotations.list import rotation_list
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, NOW, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued

pytestmark = pytest.mark.django_db

LATER = NOW + 10 * DAY


def member(fleet: Fleet) -> Access:
    return Access(0, None, {fleet.customer.pk: Role.MANAGER})


def read(*endpoints: Endpoint, chain: tuple[Issued, ...] = (WILDCARD, ISSUING)) -> None:
    for endpoint in endpoints:
        serve(endpoint, *chain)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW)


def rotate(endpoint: Endpoint, *chain: Issued) -> None:
    serve(endpoint, *chain, at=LATER)
    for domain_id in evaluate_endpoints([endpoint.pk], now=LATER):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=LATER)


def names(access: Access, effect: str) -> list[str]:
    return [row.name for row in rotation_list(access, {"apps": effect}, NOW).rows]


def test_rotations_that_stop_an_app_are_kept_apart_from_those_that_stop_none() -> None:
    fleet = Fleet()
    hit, calm = fleet.host("own.acme.test"), fleet.host("other.acme.test")
    own, other = (ISSUING.leaf(host, not_before=NOW - DAY, not_after=EXPIRY) for host in (hit.host, calm.host))
    fleet.app(nsc(hit.host, pin(own)))
    read(hit, chain=(own, ISSUING))
    read(calm, chain=(other, ISSUING))

    assert (names(EVERYBODY, "stops"), names(EVERYBODY, "calm")) == (["own.acme.test"], ["other.acme.test"])
    assert list(Rotation.objects.order_by("endpoint__host").values_list("endpoint__host", "is_stopping")) == [
        ("other.acme.test", False),
        ("own.acme.test", True),
    ]


def test_a_reader_of_one_customer_is_told_only_of_own_apps_that_stop() -> None:
    """The platform's rotation stops an app of one customer; another customer has a host below the domain, too."""
    fleet, neighbour = Fleet(), Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    read(fleet.host("a.cloud.test"), neighbour.host("b.cloud.test"))

    found = [
        (names(access, "stops"), names(access, "calm")) for access in (EVERYBODY, member(fleet), member(neighbour))
    ]

    assert found == [(["*.cloud.test"], []), (["*.cloud.test"], []), ([], ["*.cloud.test"])]


@pytest.mark.parametrize("change", ["app", "customer", "endpoint", "release"])
def test_what_counts_no_more_stops_no_more(change: str) -> None:
    fleet = Fleet()
    release, endpoint = fleet.app(nsc("a.cloud.test", pin(WILDCARD))), fleet.host("a.cloud.test")
    read(endpoint)
    before = names(EVERYBODY, "stops")

    if change == "app":
        archive_app(release.app, actor=None, now=NOW)
    elif change == "customer":
        archive_customer(fleet.customer, actor=None, now=NOW)
    elif change == "endpoint":
        archive_endpoint(endpoint, actor=None, now=NOW)
    else:
        release.retired_at = NOW
        release.save()
    evaluate_releases([release.pk], now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)

    assert (before, names(EVERYBODY, "stops")) == (["*.cloud.test"], [])


def test_a_rotation_that_is_over_stops_nothing_and_the_refresh_heals_a_lost_mark() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    endpoint = fleet.host("a.cloud.test")
    read(endpoint)
    Rotation.objects.update(is_stopping=False)
    refresh_kept()
    healed = names(EVERYBODY, "stops")

    rotate(endpoint, NEXT, ISSUING)

    over = Rotation.objects.get(state="done")
    assert (healed, over.is_stopping, over.is_open) == (["*.cloud.test"], False, False)
