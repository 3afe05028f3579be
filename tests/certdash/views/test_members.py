"""Inviting members, the link they get, and the first admin."""

import re

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from certdash.models import AuditEntry, Customer, Membership, Role, User
from certdash.views.members import invitation_path
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
    (link,) = re.findall(r"value=\"http://testserver(/welcome/[^\"]+)", page.content.decode())
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


def invited(email: str, *customers: Customer) -> User:
    """Somebody who has no password yet."""
    user = User.objects.create_user(email, None, name="Olu")
    for customer in customers:
        Membership.objects.create(user=user, customer=customer, role=Role.MANAGER)
    return user


def links_in(response: HttpResponseBase) -> list[str]:
    return re.findall(r"value=\"http://testserver(/welcome/[^\"]+)", response.content.decode())  # type: ignore[attr-defined]


def test_inviting_somebody_whom_others_invited_gives_no_way_into_their_account() -> None:
    acme, globex = builders.customer(), builders.customer()
    invited("olu@example.test", acme)
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, globex))
    given = {"name": "Olu", "email": "olu@example.test", "role": "manager", "customer": globex.pk}

    page = admin.post("/settings/members/new/", given)

    assert (page.status_code, links_in(page)) == (200, [])
    assert Membership.objects.filter(user__email="olu@example.test").count() == 2


def test_a_link_lapses_when_its_person_gets_another_role() -> None:
    acme = builders.customer()
    user = invited("olu@example.test", acme)
    link = invitation_path(user)
    Membership.objects.create(user=user, customer=builders.customer(), role=Role.MANAGER)

    response = Client().get(link)

    assert response["Location"] == "/log-in/"


def test_an_admin_makes_a_new_link_for_who_lost_the_password() -> None:
    acme = builders.customer()
    pk = Membership.objects.get(user=builders.user(Role.MANAGER, acme, "olu@example.test")).pk
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))

    (link,) = links_in(admin.post(f"/settings/members/{pk}/link/"))
    Client().post(link, {"password": "another-good-password", "again": "another-good-password"})

    assert User.objects.get(email="olu@example.test").check_password("another-good-password")
    assert list(AuditEntry.objects.order_by("pk").values_list("subject", "after")) == [
        ("membership", {"link": "made"}),
        ("user", {"password": "set"}),
    ]


def test_an_admin_of_one_customer_makes_no_link_for_who_belongs_to_others_too() -> None:
    acme = builders.customer()
    user = invited("olu@example.test", acme, builders.customer())
    pk = Membership.objects.get(user=user, customer=acme).pk
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))

    response = admin.post(f"/settings/members/{pk}/link/")

    assert response.status_code == 403


def test_the_last_platform_admin_stays_and_that_is_told_as_a_warning() -> None:
    person = builders.user(Role.PLATFORM_ADMIN)
    pk = Membership.objects.get(user=person).pk

    response = signed_in(person).post(f"/settings/members/{pk}/archive/", follow=True)

    (message,) = response.context["messages"]
    assert (message.level_tag, Membership.objects.count()) == ("warning", 1)
