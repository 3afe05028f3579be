"""Two customers side by side: no form takes the rows of the other, and no list, file or search tells of them."""

from dataclasses import dataclass

import pytest
from django.test import Client

from certdash.models import (
    App,
    Certificate,
    Customer,
    Endpoint,
    Environment,
    Finding,
    Membership,
    Progress,
    Role,
    Rotation,
    User,
)
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import NOW, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

# A word that stands in the name of everything that Acme owns.
MARK = "quokka"
LISTS = (
    "/", "/environments/", "/environments/?format=csv", "/apps/", "/apps/?format=csv", "/rotations/",
    "/findings/", "/activity/", "/settings/members/", "/settings/archived/", f"/search/?q={MARK[:5]}", "/apps/new/",
    "/environments/new/", "/environments/import/", "/settings/members/new/",
    f"/certificates/{WILDCARD.facts.sha256.hex()}/",
)  # fmt: skip
LEAD = {"review_days": "3", "adoption_days": "28", "target_share": "90", "buffer_days": "7", "active_users": "1"}


@dataclass(frozen=True, slots=True)
class Sides:
    """Acme with a row of everything, and Globex whose admin tries to reach it; both serve one certificate."""

    acme: Customer
    environment: Environment
    endpoint: Endpoint
    app: App
    member: User
    globex: Customer
    own_environment: Environment
    own_app: App
    stranger: Client


@pytest.fixture
def sides() -> Sides:
    ours = Fleet(customer=builders.customer(f"Acme {MARK}"))
    Environment.objects.filter(pk=ours.environment.pk).update(name=f"{MARK}-prod")
    host = ours.host(f"{MARK}.acme.test")
    serve(host, WILDCARD)
    release = ours.app(nsc(host.host, pin(WILDCARD)))
    App.objects.filter(pk=release.app_id).update(name=f"App {MARK}", badness=0)
    Rotation.objects.create(
        endpoint=host, leaf=Certificate.objects.get(sha256=WILDCARD.facts.sha256.hex()), created_at=NOW
    )
    Finding.objects.create(endpoint=host, code="expires_soon", text="It expires soon.", first_seen_at=NOW)
    member = builders.user(Role.MANAGER, ours.customer, f"{MARK}@acme.test")
    builders.environment(ours.customer, f"{MARK}-gone", archived_at=NOW)
    theirs = Fleet(customer=builders.customer("Globex"))
    serve(theirs.host("shop.globex.test"), WILDCARD)
    own = builders.app(theirs.customer)
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, theirs.customer))
    return Sides(
        ours.customer, ours.environment, host, release.app, member, theirs.customer, theirs.environment, own, stranger
    )


def content(client: Client, address: str) -> str:
    response = client.get(address)
    return (b"".join(response) if response.streaming else response.content).decode()


@pytest.mark.parametrize("address", LISTS)
def test_no_page_tells_a_stranger_of_the_other_customer(sides: Sides, address: str) -> None:
    own = signed_in(builders.user(Role.CUSTOMER_ADMIN, sides.acme))

    mine, theirs = content(own, address), content(sides.stranger, address)

    # The question itself stands in the search page.
    assert (MARK in mine, MARK in theirs) == (True, False)


def test_no_form_takes_the_rows_of_another_customer(sides: Sides) -> None:
    stage = {"stage": "test", "hosting": "cloud"}
    tries: dict[str, dict[str, object]] = {
        "/environments/new/": stage | {"customer": sides.acme.pk, "name": "taken"},
        "/environments/import/": stage | {"customer": sides.acme.pk, "hosts": "shop.globex.test"},
        f"/apps/new/?customer={sides.acme.pk}": {**LEAD, "name": "taken"},
        f"/apps/{sides.own_app.pk}/edit/": LEAD | {"name": "taken", "environments": [sides.environment.pk]},
        f"/apps/{sides.own_app.pk}/edit/?owner": LEAD | {"name": "taken", "owner": sides.member.pk},
        "/settings/members/new/": {
            "customer": sides.acme.pk, "name": "Eve", "email": "eve@globex.test", "role": "manager",
        },
    }  # fmt: skip

    answers = {address: sides.stranger.post(address, given).status_code for address, given in tries.items()}

    assert answers == dict.fromkeys(tries, 422)
    assert not Environment.objects.filter(name="taken").exists()
    assert not App.objects.filter(name="taken").exists()
    assert not Membership.objects.filter(user__email="eve@globex.test").exists()


def test_an_environment_stays_with_its_customer_whatever_is_sent(sides: Sides) -> None:
    given = {"customer": sides.acme.pk, "name": "renamed", "stage": "test", "hosting": "cloud"}

    sides.stranger.post(f"/environments/{sides.own_environment.pk}/edit/", given)

    sides.own_environment.refresh_from_db()
    assert (sides.own_environment.name, sides.own_environment.customer) == ("renamed", sides.globex)


def test_a_release_is_only_found_below_its_own_app(sides: Sides) -> None:
    release = sides.app.releases.get()
    addresses = [
        f"/apps/{sides.own_app.pk}/releases/{release.pk}/edit/",
        f"/apps/{sides.app.pk}/releases/{release.pk}/edit/",
        f"/apps/{sides.app.pk}/upload/?release={release.pk}",
    ]

    assert [sides.stranger.get(address).status_code for address in addresses] == [404, 404, 404]


def test_the_release_of_another_app_is_not_preselected_in_an_upload(sides: Sides) -> None:
    release = sides.app.releases.get()

    address, source = f"/apps/{sides.own_app.pk}/upload/?release={release.pk}", nsc("shop.globex.test", pin(WILDCARD))
    page = sides.stranger.post(address, {"text": source.decode()})

    assert page.context["save"].instance.pk is None


def test_checking_the_environments_of_another_customer_checks_nothing(sides: Sides) -> None:
    response = sides.stranger.post("/environments/probe/", {"environment": [sides.environment.pk]})

    assert (response["Location"], Progress.objects.count()) == ("/environments/", 0)
