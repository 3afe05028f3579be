"""Registering environments, endpoints and lists of hosts by hand, and who may."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from certdash.forms.fields import BROUGHT_BACK
from certdash.models import Endpoint, Environment, Role
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(settings: Any) -> Client:
    settings.PROBE_ALLOWED_NETWORKS = ["192.0.2.0/24", "2001:db8::/32"]
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def fields(response: object) -> dict[str, list[str]]:
    """The errors of the page's form by field."""
    context = response.context  # type: ignore[attr-defined]
    return {name: list(errors) for name, errors in context["form"].errors.items()}


def test_an_environment_is_registered_and_leads_to_its_first_endpoint(admin: Client) -> None:
    acme = builders.customer("Acme")

    response = admin.post(
        "/environments/new/", {"customer": acme.pk, "name": "acme-prod", "stage": "production", "hosting": "cloud"}
    )

    made = Environment.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/environments/{made.pk}/endpoints/new/")
    assert (made.customer, made.name) == (acme, "acme-prod")


def test_a_customer_admin_registers_environments_of_that_customer_only() -> None:
    acme, globex = builders.customer(), builders.customer()
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))
    given = {"name": "sneaky", "stage": "test", "hosting": "cloud"}

    response = client.post("/environments/new/", given | {"customer": globex.pk})

    assert (response.status_code, list(fields(response))) == (422, ["customer"])
    assert Environment.objects.count() == 0


def test_an_environment_never_moves_to_another_customer(admin: Client) -> None:
    environment, globex = builders.environment(), builders.customer()
    given = {"customer": globex.pk, "name": "renamed", "stage": "test", "hosting": "cloud"}

    admin.post(f"/environments/{environment.pk}/edit/", given)

    stored = Environment.objects.get()
    assert (stored.customer, stored.name) == (environment.customer, "renamed")


def test_a_second_environment_of_the_same_name_is_refused_at_its_field(admin: Client) -> None:
    environment = builders.environment(name="prod")
    given = {"customer": environment.customer_id, "name": "prod", "stage": "test", "hosting": "cloud"}

    response = admin.post("/environments/new/", given)

    told = f"{environment.customer} has an environment of that name already. Choose another name, or edit that one."
    assert (response.status_code, Environment.objects.count()) == (422, 1)
    assert fields(response) == {"name": [told]}


def test_a_name_that_something_archived_holds_leads_to_the_way_back(admin: Client) -> None:
    environment = builders.environment(name="prod", archived_at=builders.NOW)
    given = {"customer": environment.customer_id, "name": "prod", "stage": "test", "hosting": "cloud"}

    response = admin.post("/environments/new/", given)

    assert fields(response) == {
        "name": [
            f"{environment.customer} has an environment of that name already. {BROUGHT_BACK}",
        ]
    }


def test_what_is_archived_is_listed_with_its_way_back() -> None:
    acme = builders.customer("Acme")
    gone = builders.environment(acme, "gone", archived_at=builders.NOW)
    builders.endpoint(gone, archived_at=builders.NOW)
    host = builders.endpoint(builders.environment(acme), "old.acme.test", archived_at=builders.NOW)
    builders.app(name="Of another customer", archived_at=builders.NOW)
    owner, admin = (signed_in(builders.user(role, acme)) for role in (Role.APP_OWNER, Role.CUSTOMER_ADMIN))

    shown = admin.get("/settings/archived/").context["list"].rows

    assert sorted((row.name, row.archive_url) for row in shown) == [
        ("gone", f"/environments/{gone.pk}/archive/"),
        ("old.acme.test", f"/endpoints/{host.pk}/archive/"),
    ]
    assert owner.get("/settings/archived/").context["list"].rows == ()


def test_what_is_archived_can_be_restored_and_not_edited(admin: Client) -> None:
    environment = builders.environment(archived_at=builders.NOW)

    edited = admin.get(f"/environments/{environment.pk}/edit/")
    admin.post(f"/environments/{environment.pk}/archive/")

    assert edited.status_code == 404
    assert Environment.objects.filter(archived_at=None).count() == 1


def test_a_pasted_url_becomes_an_endpoint(admin: Client) -> None:
    environment = builders.environment()

    admin.post(
        f"/environments/{environment.pk}/endpoints/new/",
        {"host": "API.Example.test.", "port": "8443", "connect_to": "192.0.2.7\n[2001:db8::1]:444"},
    )

    made = Endpoint.objects.get()
    assert (made.host, made.port, made.connect_to) == ("api.example.test", 8443, ["192.0.2.7", "[2001:db8::1]:444"])


def test_a_host_twice_in_one_environment_is_refused_at_its_field(admin: Client) -> None:
    endpoint = builders.endpoint(host="api.example.test")

    response = admin.post(
        f"/environments/{endpoint.environment_id}/endpoints/new/", {"host": "api.example.test", "port": "443"}
    )

    assert fields(response) == {
        "host": ["This environment has that host and port already. Edit that endpoint instead."]
    }


def test_an_address_that_the_probes_may_not_reach_is_refused_with_the_reason(admin: Client) -> None:
    environment = builders.environment()
    given = {"host": "api.example.test", "port": "443", "connect_to": "169.254.169.254"}

    response = admin.post(f"/environments/{environment.pk}/endpoints/new/", given)

    assert (response.status_code, list(fields(response))) == (422, ["connect_to"])
    assert Endpoint.objects.count() == 0


def test_one_bad_line_keeps_the_whole_list_out_and_what_was_typed_in(admin: Client) -> None:
    acme = builders.customer()
    hosts = "a.example.test, prod\nb example.test\n*.example.test"

    response = admin.post("/environments/import/", {"customer": acme.pk, "stage": "test", "hosts": hosts})

    assert fields(response) == {
        "hosts": [
            "Line 2: “b example.test” is not a host name. Write it like api.example.com.",
            "Line 3: “*.example.test” stands for many hosts. Name each host that an app connects to.",
        ]
    }
    assert (response.status_code, Endpoint.objects.count()) == (422, 0)
    assert "b example.test" in response.content.decode()


def test_of_many_bad_lines_only_the_first_are_told(admin: Client) -> None:
    acme = builders.customer()
    lines = "\n".join(["*.example.test"] * 22)

    response = admin.post("/environments/import/", {"customer": acme.pk, "stage": "production", "hosts": lines})

    told = fields(response)["hosts"]
    assert (len(told), told[19:]) == (
        21,
        [
            "Line 20: “*.example.test” stands for many hosts. Name each host that an app connects to.",
            "There are 2 more lines like these. Correct the first ones, then send the list again.",
        ],
    )


def test_a_list_of_hosts_becomes_endpoints(admin: Client) -> None:
    acme = builders.customer()

    admin.post(
        "/environments/import/",
        {"customer": acme.pk, "stage": "test", "hosts": "a.example.test, prod\nb.example.test:8443"},
    )

    assert sorted(Endpoint.objects.values_list("environment__name", "host", "port")) == [
        ("b.example.test", "b.example.test", 8443),
        ("prod", "a.example.test", 443),
    ]


def test_archiving_asks_first_and_then_does_it(admin: Client) -> None:
    environment = builders.environment(name="prod")
    page = f"/environments/{environment.pk}/archive/"

    question = admin.get(page)
    untouched = Environment.objects.get().archived_at
    admin.post(page)

    assert (question.status_code, untouched) == (200, None)
    assert Environment.objects.get().archived_at is not None


@pytest.mark.parametrize("role", [Role.MANAGER, Role.APP_OWNER])
def test_members_who_only_read_may_not_edit(role: Role) -> None:
    environment = builders.environment()
    client = signed_in(builders.user(role, environment.customer))

    assert client.get(f"/environments/{environment.pk}/edit/").status_code == 403


def test_a_stranger_learns_nothing_from_the_forms() -> None:
    endpoint = builders.endpoint()
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))
    pages = (
        f"/environments/{endpoint.environment_id}/edit/",
        f"/environments/{endpoint.environment_id}/archive/",
        f"/environments/{endpoint.environment_id}/endpoints/new/",
        f"/endpoints/{endpoint.pk}/edit/",
        f"/endpoints/{endpoint.pk}/archive/",
    )

    assert [client.get(page).status_code for page in pages] == [404] * 5
    assert [client.post(page).status_code for page in pages] == [404] * 5


@pytest.mark.parametrize("address", ["/environments/new/", "/environments/import/", "/apps/new/"])
def test_on_an_empty_installation_the_first_customer_comes_first(admin: Client, address: str) -> None:
    response = admin.get(address, follow=True)

    assert response.redirect_chain == [(f"/settings/customers/new/?{urlencode({'next': address})}", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "Environments and apps belong to a customer, and there is none yet: register the first one."
    ]
