"""Which certificates are served now, and by how many hosts of whom, is right after every write that changes it."""

from datetime import timedelta

import pytest

from certdash.actions.customers import archive_customer, restore_customer
from certdash.actions.environments import (
    archive_endpoint,
    archive_environment,
    restore_endpoint,
    restore_environment,
    save_endpoint,
    save_environment,
)
from certdash.actions.evaluating import refresh_kept
from certdash.actions.observing import end_missing
from certdash.models import Certificate, Endpoint, Observation, Serving
from tests.certdash import builders
from tests.certdash.fleet import ISSUING, NEXT, NOW, WILDCARD, Fleet, serve
from tests.certdash.visits import HOUR, NEW, OLD, visit, watched

pytestmark = pytest.mark.django_db


def hosts() -> dict[str, tuple[dict[str, int], bool]]:
    """By certificate: hosts by customer, and whether it counts as served at all."""
    found = {}
    for one in Certificate.objects.all():
        rows = Serving.objects.filter(certificate=one, hosts__gt=0).values_list("customer__name", "hosts")
        found[one.common_name] = (dict(rows), one.is_served)
    return found


def two_hosts() -> tuple[Fleet, Endpoint, Endpoint]:
    """Of one customer; both serve the leaf of the domain and its issuer."""
    fleet = Fleet(customer=builders.customer("Acme"))
    pair = fleet.host("a.cloud.test"), fleet.host("b.cloud.test")
    for endpoint in pair:
        serve(endpoint, WILDCARD, ISSUING)
    return fleet, *pair


def both(count: int) -> dict[str, tuple[dict[str, int], bool]]:
    one = ({"Acme": count} if count else {}, bool(count))
    return {"*.cloud.test": one, "Fleet CA 1": one}


def test_a_probe_that_sees_another_chain_moves_the_host_to_its_leaf() -> None:
    [_] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])

    visit(NOW + HOUR, ("192.0.2.1", NEW), second=[])

    kept = {name: is_served for name, (_, is_served) in hosts().items()}
    counts = Serving.objects.order_by("certificate__common_name").values_list("certificate__common_name", "hosts")
    assert kept == {"old.test": False, "new.test": True, "Issuing": True}
    assert list(counts) == [("Issuing", 1), ("new.test", 1), ("old.test", 0)]


def test_a_host_with_two_addresses_counts_once() -> None:
    fleet, first, _ = two_hosts()

    serve(first, WILDCARD, ISSUING, address="192.0.2.2")

    assert hosts() == both(2)
    assert fleet.customer.name == "Acme"


def test_an_address_that_stays_away_takes_its_chain_along() -> None:
    _, first, second = two_hosts()
    Observation.objects.filter(endpoint__in=[first, second]).update(missing_since=NOW)

    end_missing(now=NOW + timedelta(days=2))

    assert hosts() == both(0)


@pytest.mark.parametrize("what", ["endpoint", "environment", "customer"])
def test_what_is_archived_serves_nothing_until_it_is_back(what: str) -> None:
    fleet, first, second = two_hosts()
    subjects = {
        "endpoint": (archive_endpoint, restore_endpoint, first, 1),
        "environment": (archive_environment, restore_environment, fleet.environment, 0),
        "customer": (archive_customer, restore_customer, fleet.customer, 0),
    }
    archive, restore, subject, left = subjects[what]

    archive(subject, actor=None, now=NOW)  # type: ignore[operator]
    gone = hosts()
    restore(subject, actor=None, now=NOW)  # type: ignore[operator]

    assert (gone, hosts()) == (both(left), both(2))
    assert second.host == "b.cloud.test"


def test_an_environment_that_changes_hands_takes_its_hosts_along() -> None:
    fleet, *_ = two_hosts()
    fleet.environment.customer = builders.customer("Buyer")

    save_environment(fleet.environment, actor=None, now=NOW)

    one = {"Buyer": 2}, True
    assert hosts() == {"*.cloud.test": one, "Fleet CA 1": one}


def test_a_host_under_a_new_address_serves_nothing_until_it_is_read() -> None:
    _, first, _ = two_hosts()
    first.host = "c.cloud.test"

    save_endpoint(first, actor=None, now=NOW)

    assert hosts() == both(1)


def test_a_host_that_moves_to_another_customer_counts_there() -> None:
    _, first, _ = two_hosts()
    first.environment = builders.environment(builders.customer("Buyer"))

    save_endpoint(first, actor=None, now=NOW)

    one = {"Acme": 1, "Buyer": 1}, True
    assert hosts() == {"*.cloud.test": one, "Fleet CA 1": one}


def test_the_refresh_heals_counts_that_were_written_past() -> None:
    _, first, second = two_hosts()
    serve(second, NEXT, ISSUING)
    Serving.objects.filter(certificate__common_name="Fleet CA 1").delete()
    Serving.objects.update(hosts=7)
    Certificate.objects.update(is_served=False)

    refresh_kept()

    leaf = {"Acme": 1}, True
    assert {one.sha256: one.is_served for one in Certificate.objects.all()} == {
        issued.facts.sha256.hex(): True for issued in (WILDCARD, NEXT, ISSUING)
    }
    assert hosts() == {"*.cloud.test": leaf, "Fleet CA 1": ({"Acme": 2}, True)}
    assert first.host == "a.cloud.test"
