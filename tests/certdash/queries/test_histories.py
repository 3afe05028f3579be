"""What an environment's history says: changes in words, and who serves what as lanes."""

import pytest

from certdash.models import Endpoint, Observation, Role
from certdash.queries.access import Access
from certdash.queries.environments.page import EnvironmentPage, environment_page
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, SIBLING, WILDCARD, Fleet, pin, serve
from tests.pki import Authority, Issued

pytestmark = pytest.mark.django_db

ADMIN = Access(0, Role.PLATFORM_ADMIN, {})
HOST = "a.cloud.test"
ONE, TWO = "192.0.2.1", "192.0.2.2"


def page(endpoint: Endpoint) -> EnvironmentPage:
    return environment_page(endpoint.environment, ADMIN, NOW)


def words(endpoint: Endpoint) -> list[str]:
    return [change.words for change in page(endpoint).history]


def renewed(of: Issued, by: Authority) -> Issued:
    return by.leaf("*.cloud.test", key=of.key)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((WILDCARD, ISSUING), (NEXT, ISSUING), "new key, same intermediate"),
        ((WILDCARD, ISSUING), (renewed(WILDCARD, SIBLING), SIBLING), "same key, new intermediate"),
        ((WILDCARD, ISSUING), (renewed(WILDCARD, ISSUING), ISSUING), "same key, same intermediate"),
        ((WILDCARD,), (WILDCARD, ISSUING), "same certificate, with more of the chain"),
        ((WILDCARD, ISSUING), (NEXT,), "new key"),
    ],
)
def test_a_change_is_told_by_what_it_did_to_pins(
    before: tuple[Issued, ...], after: tuple[Issued, ...], told: str
) -> None:
    endpoint = Fleet().host(HOST)
    serve(endpoint, *before, at=NOW - 20 * DAY)
    serve(endpoint, *after, at=NOW - 2 * DAY)

    assert words(endpoint) == [told, "first seen"]


def test_a_half_finished_change_names_who_still_serves_the_old_one() -> None:
    endpoint = Fleet().host(HOST)
    for address in (ONE, TWO, "192.0.2.3"):
        serve(endpoint, WILDCARD, ISSUING, at=NOW - 20 * DAY, address=address)
    serve(endpoint, NEXT, ISSUING, at=NOW - 2 * DAY, address=TWO)

    assert words(endpoint)[0] == "new key, same intermediate; 2 other addresses still serve the old one"


def test_lanes_show_each_address_and_name_the_chains_once() -> None:
    endpoint = Fleet().host(HOST)
    for address in (ONE, TWO):
        serve(endpoint, WILDCARD, ISSUING, at=NOW - 100 * DAY, address=address)
    serve(endpoint, NEXT, ISSUING, at=NOW - 10 * DAY, address=TWO)

    served = page(endpoint).served

    assert served is not None
    (host,) = served.hosts
    assert [(one.address, [bar.style for bar in one.lane.bars]) for one in host.lanes] == [
        (TWO, ["shade-0", "shade-1"]),
        (ONE, ["shade-0"]),
    ]
    assert [(key.hash.short, key.since) for key in host.keys] == [
        (pin(WILDCARD)[:8], "since 16 Aug"),
        (pin(NEXT)[:8], "since 14 Nov"),
    ]
    assert (served.calm, host.has_changed) == ((), True)


def test_hosts_that_never_changed_are_folded_behind_those_that_did() -> None:
    fleet = Fleet()
    hosts = [fleet.host(f"{name}.cloud.test") for name in "abcde"]
    for endpoint in hosts:
        serve(endpoint, WILDCARD, ISSUING, at=NOW - 100 * DAY)
    serve(hosts[4], NEXT, ISSUING, at=NOW - 10 * DAY)

    served = page(hosts[0]).served

    assert served is not None
    assert [one.host for one in served.hosts] == ["e.cloud.test", "a.cloud.test", "b.cloud.test"]
    assert [one.host for one in served.calm] == ["c.cloud.test", "d.cloud.test"]


def test_many_addresses_are_counted_instead_of_drawn() -> None:
    endpoint = Fleet().host(HOST)
    for number in range(11):
        serve(endpoint, WILDCARD, ISSUING, address=f"192.0.2.{number}")

    served = page(endpoint).served

    assert served is not None
    assert (len(served.hosts[0].lanes), served.hosts[0].more) == (8, "3 more addresses")


def test_without_an_observation_there_is_no_drawing() -> None:
    endpoint = Fleet().host(HOST)

    assert (Observation.objects.count(), page(endpoint).served) == (0, None)
