"""Registering apps and releases by hand, and who may."""

import pytest
from django.test import Client

from certdash.models import App, Release, Role
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db

LEAD = {"review_days": "3", "adoption_days": "28", "target_share": "90", "buffer_days": "7"}


def owner_of(app: App) -> Client:
    return signed_in(builders.user(Role.APP_OWNER, app.customer))


def error(response: object, field: str) -> list[str]:
    return list(response.context["form"].errors[field])  # type: ignore[attr-defined]


def test_an_app_owner_registers_an_app_with_its_environments() -> None:
    environment = builders.environment()
    client = signed_in(builders.user(Role.APP_OWNER, environment.customer))

    client.post(
        f"/apps/new/?customer={environment.customer_id}",
        LEAD | {"name": "Field Service", "active_users": "91000", "environments": [environment.pk]},
    )

    app = App.objects.get()
    assert (app.name, app.customer, list(app.environments.all())) == (
        "Field Service",
        environment.customer,
        [environment],
    )


def test_an_app_cannot_be_linked_to_the_environment_of_another_customer() -> None:
    app, foreign = builders.app(), builders.environment()

    response = owner_of(app).post(
        f"/apps/{app.pk}/edit/", LEAD | {"name": "X", "active_users": "1", "environments": [foreign.pk]}
    )

    assert (response.status_code, app.environments.count()) == (422, 0)
    assert error(response, "environments") != []


def test_shares_of_an_app_never_exceed_the_whole() -> None:
    app = builders.app()
    builders.release(app, "4.2", share="61")

    response = owner_of(app).post(
        f"/apps/{app.pk}/releases/new/", {"platform": "ios", "version": "4.2", "build": "418", "share": "40"}
    )

    assert error(response, "share") == [
        (
            "With 40 % the releases of this app add up to 101 %. "
            "At most 39 % are left: lower this share or that of another release."
        )
    ]
    assert Release.objects.count() == 1


def test_a_retired_release_gives_its_share_back() -> None:
    app = builders.app()
    old = builders.release(app, "4.1", share="61")
    owner = owner_of(app)
    given = {"platform": "android", "version": "4.1", "build": "", "share": "61", "is_retired": "on"}

    owner.post(f"/apps/{app.pk}/releases/{old.pk}/edit/", given)
    owner.post(f"/apps/{app.pk}/releases/new/", {"platform": "ios", "version": "4.2", "build": "", "share": "90"})

    kept = [(release.version, release.retired_at is not None) for release in Release.objects.order_by("id")]
    assert kept == [("4.1", True), ("4.2", False)]


@pytest.mark.parametrize(("field", "value"), [("target_share", "0"), ("target_share", "140"), ("review_days", "-1")])
def test_an_impossible_lead_time_is_refused_at_its_field(field: str, value: str) -> None:
    app = builders.app()

    response = owner_of(app).post(f"/apps/{app.pk}/edit/", LEAD | {"name": "X", "active_users": "1", field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_reader_may_not_edit_and_a_stranger_sees_nothing() -> None:
    app = builders.app()
    page = f"/apps/{app.pk}/edit/"
    reader = signed_in(builders.user(Role.MANAGER, app.customer))
    stranger = signed_in(builders.user(Role.APP_OWNER, builders.customer()))

    assert [client.get(page).status_code for client in (reader, stranger, Client())] == [403, 404, 302]


def test_a_platform_admin_registers_an_app_in_two_steps() -> None:
    acme = builders.customer("Acme")
    admin = signed_in(builders.user(Role.PLATFORM_ADMIN))

    second = admin.post("/apps/new/", {"customer": acme.pk})["Location"]
    admin.post(second, LEAD | {"name": "Field Service", "active_users": "91000"})

    assert list(App.objects.values_list("name", "customer__name")) == [("Field Service", "Acme")]


def test_an_adoption_table_decides_the_days_and_stays_in_the_form() -> None:
    app = builders.app()
    client = owner_of(app)
    given = LEAD | {"name": "X", "active_users": "1", "adoption_table": "1,40\n2,70\n3,90\n4,95"}

    client.post(f"/apps/{app.pk}/edit/", given)

    app.refresh_from_db()
    assert (app.adoption_days, app.adoption) == (3, [40, 70, 90, 95])
    assert client.get(f"/apps/{app.pk}/edit/").context["form"]["adoption_table"].value() == "1,40\n2,70\n3,90\n4,95"


@pytest.mark.parametrize(
    ("table", "start"),
    [
        ("1,80\n2,60", "The days add up to 140 %"),
        ("1,10\n2,20", "After 2 days 30 % have a new version: the target of 90 % is not reached."),
        ("1,ten", "The table has no row with a share of users."),
    ],
)
def test_a_table_that_reaches_no_target_is_refused_at_its_field(table: str, start: str) -> None:
    app = builders.app()

    response = owner_of(app).post(
        f"/apps/{app.pk}/edit/", LEAD | {"name": "X", "active_users": "1", "adoption_table": table}
    )

    app.refresh_from_db()
    assert (response.status_code, error(response, "adoption_table")[0][: len(start)]) == (422, start)
    assert (app.name, app.adoption) != ("X", [])
