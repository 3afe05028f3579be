"""Registering a platform domain decides which endpoints are default hosts."""

import pytest

from certdash.actions.platform_domains import archive_platform_domain, platform_domain_of, save_platform_domain
from certdash.models import Endpoint, PlatformDomain
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db


def register(domain: str) -> PlatformDomain:
    return save_platform_domain(PlatformDomain(domain=domain), actor=None, now=NOW)


def kinds() -> dict[str, str | None]:
    return dict(Endpoint.objects.values_list("host", "platform_domain__domain"))


def test_hosts_below_the_domain_become_default_hosts_and_others_stay_custom() -> None:
    for host in ("acme.cloud.example", "a.b.cloud.example", "cloud.example", "evilcloud.example", "auth.acme.test"):
        builders.endpoint(host=host)

    register("cloud.example")

    assert kinds() == {
        "acme.cloud.example": "cloud.example",
        "a.b.cloud.example": "cloud.example",
        "cloud.example": None,
        "evilcloud.example": None,
        "auth.acme.test": None,
    }


def test_the_most_specific_domain_wins_whichever_came_first() -> None:
    builders.endpoint(host="acme.eu.cloud.example")
    register("eu.cloud.example")

    register("cloud.example")

    assert kinds() == {"acme.eu.cloud.example": "eu.cloud.example"}


def test_an_archived_domain_gives_its_hosts_to_the_wider_one() -> None:
    builders.endpoint(host="acme.eu.cloud.example")
    register("cloud.example")
    nearer = register("eu.cloud.example")

    archive_platform_domain(nearer, actor=None, now=NOW)

    assert kinds() == {"acme.eu.cloud.example": "cloud.example"}


def test_the_domain_of_one_host_is_the_most_specific_parent() -> None:
    register("cloud.example")
    nearer = register("eu.cloud.example")

    assert (platform_domain_of("x.eu.cloud.example"), platform_domain_of("eu.example")) == (nearer, None)
