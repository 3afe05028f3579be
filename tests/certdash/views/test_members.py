"""Inviting members, the link they get, and the first admin."""

import re

import pytest
from django.test import Client

from certdash.models import Membership, Role, User
from tests.certdash import builders
from tests.certdash.builders import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


def test_the_first_visitor_creates_the_first_admin_and_is_in() -> None:
    client = Client()

    response = client.post("/welcome/", {"name": "Ada", "email": "ada@example.test", "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert list(Membership.objects.values_list("user__email", "role")) == [("ada@example.test", "platform_admin")]


def test_the_second_visitor_is_sent_to_the_log_in_page() -> None:
    builders.user(Role.PLATFORM_ADMIN)

    response = Client().post("/welcome/", {"name": "Eve", "email": "eve@example.test", "password": PASSWORD})

    assert (response["Location"], User.objects.filter(email="eve@example.test").exists()) == ("/log-in/", False)


def test_an_invitation_link_works_once() -> None:
    acme = builders.customer()
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))
    page = admin.post(
        "/settings/members/new/", {"name": "Olu", "email": "olu@example.test", "role": "app_owner", "customer": acme.pk}
    )
    (link,) = re.findall(r"http://testserver(/welcome/[^\"]+)", page.content.decode())
    passwords = {"password": PASSWORD, "again": PASSWORD}

    first = Client().post(link, passwords)
    second = Client().post(link, passwords)

    assert (first["Location"], second["Location"]) == ("/", "/log-in/")
    assert User.objects.get(email="olu@example.test").check_password(PASSWORD)


def test_a_customer_admin_cannot_hand_out_platform_roles_or_other_customers() -> None:
    acme, globex = builders.customer(), builders.customer()
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))
    given = {"name": "Eve", "email": "eve@example.test"}

    answers = [
        admin.post("/settings/members/new/", given | {"role": "platform_admin", "customer": ""}),
        admin.post("/settings/members/new/", given | {"role": "manager", "customer": globex.pk}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not User.objects.filter(email="eve@example.test").exists()


def test_a_customer_admin_cannot_touch_members_of_others() -> None:
    theirs = builders.user(Role.MANAGER, builders.customer())
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))
    pk = Membership.objects.get(user=theirs).pk

    answers = [
        admin.post(f"/settings/members/{pk}/{verb}/", {"role": "manager"}).status_code for verb in ("edit", "archive")
    ]

    assert (answers, Membership.objects.filter(pk=pk).exists()) == ([404, 404], True)


def test_the_list_of_members_shows_those_of_the_reader_s_customers() -> None:
    acme = builders.customer()
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme, "us@example.test"))
    builders.user(Role.MANAGER, builders.customer(), "them@example.test")
    builders.user(Role.PLATFORM_ADMIN, email="above@example.test")

    page = admin.get("/settings/members/")

    assert [row.cells[0] for row in page.context["list"].rows] == ["us@example.test"]
