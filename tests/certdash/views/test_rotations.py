"""Rotation pages over HTTP: who may open them, and what every reader finds there."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Customer, Endpoint, Observation, Release, Role, Rotation
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

LEAF = ISSUING.leaf("*.cloud.test")


def custom_rotation(fleet: Fleet, host: str = "api.acme.test") -> Rotation:
    """A host with a certificate of its own, an app that pins nothing else, read just now."""
    now = timezone.now()
    leaf = ISSUING.leaf(host, not_before=now - timedelta(days=20), not_after=now + timedelta(days=100))
    endpoint = fleet.host(host)
    fleet.app(nsc(host, pin(leaf)), users=4000)
    serve(endpoint, leaf, ISSUING, at=now)
    evaluate_endpoints([endpoint.pk], now=now)
    return Rotation.objects.get(endpoint=endpoint)


def platform_rotation(fleet: Fleet) -> tuple[Rotation, Endpoint]:
    now = timezone.now()
    leaf = ISSUING.renew(LEAF, "*.cloud.test", not_before=now - timedelta(days=20), not_after=now + timedelta(days=80))
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(leaf)), users=700)
    serve(endpoint, leaf, ISSUING, at=now)
    evaluate_endpoints([endpoint.pk], now=now)
    return Rotation.objects.get(platform_domain=fleet.domain), endpoint


def member(customer: Customer, role: Role = Role.MANAGER) -> Client:
    return signed_in(builders.user(role, customer))


def test_a_visitor_is_asked_to_log_in() -> None:
    rotation = custom_rotation(Fleet())

    assert Client().get("/rotations/")["Location"] == "/log-in/?next=/rotations/"
    assert Client().get(f"/rotations/{rotation.pk}/")["Location"] == f"/log-in/?next=/rotations/{rotation.pk}/"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.APP_OWNER, Role.CUSTOMER_ADMIN])
def test_every_member_opens_the_rotations_of_the_own_hosts(role: Role) -> None:
    fleet = Fleet()
    rotation = custom_rotation(fleet)

    client = member(fleet.customer, role)

    assert [row.name for row in client.get("/rotations/").context["list"].rows] == ["api.acme.test"]
    page = client.get(f"/rotations/{rotation.pk}/").context["page"]
    assert [row.users for row in page.affected] == ["4,000"]


def test_a_stranger_finds_neither_the_custom_nor_the_platform_rotation() -> None:
    fleet = Fleet()
    custom, (platform, _) = custom_rotation(fleet), platform_rotation(fleet)
    stranger = member(builders.customer(), Role.CUSTOMER_ADMIN)

    assert stranger.get("/rotations/").context["list"].rows == ()
    assert [stranger.get(f"/rotations/{row.pk}/").status_code for row in (custom, platform)] == [404, 404]


def test_a_neighbour_on_the_platform_sees_its_rotation_without_the_others_apps() -> None:
    fleet = Fleet()
    rotation, _ = platform_rotation(fleet)
    neighbour = builders.customer()
    builders.endpoint(builders.environment(neighbour), "n.cloud.test", platform_domain=fleet.domain)

    response = member(neighbour).get(f"/rotations/{rotation.pk}/")

    assert (response.status_code, response.context["page"].affected, response.context["page"].wide) == (200, (), None)


def test_the_page_says_when_a_prediction_was_wrong() -> None:
    """On purpose: a new key was foretold, and the renewal keeps the old one. The stored row is what counts."""
    fleet = Fleet()
    rotation, endpoint = platform_rotation(fleet)
    [(release,)] = Release.objects.values_list("app__name")
    renewed_at = timezone.now()
    leaf = ISSUING.renew(LEAF, "*.cloud.test", not_before=renewed_at, not_after=renewed_at + timedelta(days=100))
    Observation.objects.filter(endpoint=endpoint).update(ended_at=renewed_at)

    serve(endpoint, leaf, ISSUING, at=renewed_at)
    evaluate_endpoints([endpoint.pk], now=renewed_at)

    html = signed_in(builders.user(Role.PLATFORM_ADMIN)).get(f"/rotations/{rotation.pk}/").content.decode()
    said = re.findall(r'<p class="wrong-words.*?<span>(.*?)</span>', html)
    assert said == [f"1 of 1 prediction was wrong: {release} 1.0 Android on a.cloud.test was to stop and connects."]
    assert list(rotation.predictions.values_list("predicted", "actual")) == [("will_fail", "ready")]


@pytest.mark.parametrize(
    ("role", "is_offered"),
    [(Role.MANAGER, False), (Role.APP_OWNER, False), (Role.CUSTOMER_ADMIN, True)],
)
def test_only_who_may_register_a_successor_is_offered_to(role: Role, is_offered: bool) -> None:
    fleet = Fleet()
    rotation = custom_rotation(fleet)

    page = member(fleet.customer, role).get(f"/rotations/{rotation.pk}/").context["page"]

    assert page.successor_url == (f"/successors/new/?endpoint={rotation.endpoint_id}" if is_offered else "")


def test_the_platforms_successor_is_offered_to_its_admin_alone() -> None:
    fleet = Fleet()
    rotation, _ = platform_rotation(fleet)
    readers = {
        role: signed_in(builders.user(role)).get(f"/rotations/{rotation.pk}/").context["page"].successor_url
        for role in (Role.PLATFORM_ADMIN, Role.PLATFORM_MANAGER)
    }

    assert readers == {
        Role.PLATFORM_ADMIN: f"/successors/new/?platform_domain={fleet.domain.pk}",
        Role.PLATFORM_MANAGER: "",
    }


def test_a_page_without_any_rotation_says_what_opens_one() -> None:
    response = signed_in(builders.user(Role.PLATFORM_MANAGER)).get("/rotations/")

    assert [part.text for part in response.context["list"].sentence] == [
        "No rotation is known yet: the first one opens as soon as a host has been read."
    ]


def test_pages_hold_nothing_that_the_content_policy_refuses() -> None:
    rotation = custom_rotation(Fleet())
    client = signed_in(builders.user(Role.PLATFORM_ADMIN))

    pages = [client.get(url).content.decode() for url in ("/rotations/", f"/rotations/{rotation.pk}/")]

    assert [(" style=" in page, "<style" in page, " onclick=" in page) for page in pages] == [(False,) * 3] * 2
