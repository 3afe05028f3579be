"""Settings, Who is told: what each role of a customer, or of the platform, is told of."""

import pytest

from certdash.models import NoticePreference, Role
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db
SENT = {"events": ["ship_by", "app_worse"]}


def test_admins_decide_what_the_roles_of_their_customer_or_of_the_platform_are_told() -> None:
    acme = builders.customer("Acme")
    people = (
        builders.user(Role.CUSTOMER_ADMIN, acme),
        builders.user(Role.PLATFORM_ADMIN),
        builders.user(Role.MANAGER, acme),
        builders.user(Role.CUSTOMER_ADMIN, builders.customer()),
    )
    clients = [signed_in(person) for person in people]
    places = (f"/settings/notices/{acme.pk}/manager/", "/settings/notices/platform/platform_manager/")

    statuses = [[client.post(place, SENT).status_code for client in clients] for place in places]

    assert statuses == [[302, 302, 403, 404], [403, 302, 403, 403]]
    rows = NoticePreference.objects.order_by("pk")
    assert [(row.customer, row.role, row.events) for row in rows] == [
        (acme, "manager", ["ship_by", "app_worse"]),
        (None, "platform_manager", ["ship_by", "app_worse"]),
    ]


def test_the_list_tells_the_usual_and_what_differs() -> None:
    acme = builders.customer("Acme")
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))
    NoticePreference.objects.create(customer=acme, role=Role.MANAGER, events=[])

    rows = admin.get("/settings/notices/").context["list"].rows

    rotations = "announcements, withdrawals, rotations called off, rotations that begin, rotations that are done"
    assert [(row.name, row.cells) for row in rows] == [
        ("Customer admin", ("Acme", f"{rotations}, expiring certificates, unreachable hosts")),
        ("App owner", ("Acme", "worse verdicts, ship-by dates")),
        ("Manager", ("Acme", "nothing")),
    ]


@pytest.mark.parametrize("role", ["platform_admin", "nobody"])
def test_a_role_that_the_customer_does_not_have_is_not_found(role: str) -> None:
    acme = builders.customer()
    admin = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))

    assert admin.get(f"/settings/notices/{acme.pk}/{role}/").status_code == 404
