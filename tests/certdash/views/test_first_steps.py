"""A new installation as its first people meet it: what to do next, in which notation, and where forms lead."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Customer, Environment, PlatformDomain, Role, TrustStore
from certdash.queries.loading import trust_stores
from tests.certdash import builders
from tests.certdash.builders import PASSWORD, signed_in
from tests.certdash.fleet import DAY, ISSUING, ROOT, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db
IMPORT = "/environments/import/"


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def words(parts: Any) -> str:
    return "".join(part.text for part in parts)


def messages(response: Any) -> list[str]:
    return [str(one) for one in response.context["messages"]]


def test_an_admin_is_led_to_each_form_that_a_new_installation_needs(admin: Client) -> None:
    steps = admin.get("/").context["page"].steps

    assert [(step.action, step.url) for step in steps] == [
        ("Register customer", "/settings/customers/new/"),
        ("Register domain", "/settings/platform-domains/new/"),
        ("Paste hosts", "/environments/import/"),
        ("Register app", "/apps/new/"),
    ]


@pytest.mark.parametrize(("role", "actions"), [(Role.APP_OWNER, ["Register app"]), (Role.MANAGER, [])])
def test_others_are_led_only_where_they_may_go(role: Role, actions: list[str]) -> None:
    client = signed_in(builders.user(role, builders.customer()))

    assert [step.action for step in client.get("/").context["page"].steps if step.url] == actions


def test_the_first_customer_leads_back_to_what_it_was_needed_for(admin: Client) -> None:
    first = admin.get("/environments/import/")

    response = admin.post(first["Location"], {"name": "Acme"})

    assert (first["Location"], response["Location"]) == (
        "/settings/customers/new/?next=%2Fenvironments%2Fimport%2F",
        "/environments/import/",
    )


def test_an_address_elsewhere_is_no_way_back(admin: Client) -> None:
    response = admin.post("/settings/customers/new/?next=https://evil.example/", {"name": "Acme"})

    assert response["Location"] == "/settings/customers/"


def test_who_has_one_customer_is_not_asked_which(admin: Client) -> None:
    acme = builders.customer("Acme")
    chosen = [admin.get(path).context["form"]["customer"].initial for path in ("/environments/new/", IMPORT)]
    builders.customer("Globex")

    open_again = [admin.get(path).context["form"]["customer"].initial for path in ("/environments/new/", IMPORT)]

    assert (chosen, open_again) == ([acme, acme], [None, None])


def test_two_columns_of_a_spreadsheet_are_a_list_of_hosts(admin: Client) -> None:
    acme = builders.customer("Acme")
    hosts = "api.acme.example\tacme-prod\nwww.acme.example;acme-web\r\nhttps://app.acme.example/login, acme-prod"

    admin.post(IMPORT, {"customer": acme.pk, "stage": "production", "hosts": hosts})

    assert {one.name: sorted(one.endpoints.values_list("host", flat=True)) for one in Environment.objects.all()} == {
        "acme-prod": ["api.acme.example", "app.acme.example"],
        "acme-web": ["www.acme.example"],
    }


def test_a_platform_domain_may_come_from_the_address_line_of_a_browser(admin: Client) -> None:
    admin.post("/settings/platform-domains/new/", {"domain": "https://cloud.example/"})

    assert list(PlatformDomain.objects.values_list("domain", flat=True)) == ["cloud.example"]


def test_the_built_in_store_is_shown_while_nobody_has_said_anything_about_stores(admin: Client) -> None:
    (row,) = admin.get("/settings/trust-stores/").context["list"].rows

    assert (row.name, row.cells, row.edit_url) == ("certifi", ("built in", "public", "in scope"), "")


def test_the_first_store_that_is_added_leaves_the_built_in_one_in_scope(admin: Client) -> None:
    given = {"name": "Acme", "version": "", "is_in_scope": "on", "pem": ROOT.pem.decode()}

    admin.post("/settings/trust-stores/new/", given)
    admin.post("/settings/trust-stores/new/", given | {"name": "Globex"})

    assert list(TrustStore.objects.values_list("name", "is_in_scope")) == [
        ("Acme", True),
        ("Globex", True),
        ("certifi", True),
    ]
    assert [store.name for store in trust_stores()] == ["Acme", "Globex", "certifi"]


def test_the_report_names_the_built_in_store(admin: Client) -> None:
    method = admin.get("/reports/pinning-risk/").context["page"].method

    assert {one.title: one.text for one in method}["What devices trust"] == (
        "Verdicts are decided on the public roots of certifi, as no trust store was added."
    )


def test_no_role_is_given_without_a_choice(admin: Client) -> None:
    response = admin.post("/settings/members/new/", {"name": "Eve", "email": "eve@example.test", "role": ""})

    assert response.context["form"].errors["role"] == ["Nothing is chosen. Choose one from the list."]


def test_the_list_of_members_tells_who_has_set_no_password_yet(admin: Client) -> None:
    acme = builders.customer("Acme")
    given = {"name": "Olu", "email": "olu@example.test", "role": "app_owner", "customer": acme.pk}
    page = admin.post("/settings/members/new/", given).content.decode()
    before = admin.get("/settings/members/").context["list"].rows[0].cells

    (link,) = re.findall(r"value=\"http://testserver(/welcome/[^\"]+)", page)
    Client().post(link, {"password": PASSWORD, "again": PASSWORD})

    after = admin.get("/settings/members/").context["list"].rows[0].cells
    assert (before[1], after[1]) == ("App owner, invited", "App owner")


def test_a_link_that_has_lapsed_says_so_on_the_page_that_it_leads_to() -> None:
    builders.user(Role.PLATFORM_ADMIN)

    response = Client().get("/welcome/Mg/din04a-e8a887bb943c0da4d00f90722a5cca56/", follow=True)

    (told,) = messages(response)
    assert told == (
        "This link has been used, or is older than three days. Log in if you have set a password with it; otherwise "
        "ask who invited you for a new link."
    )
    assert b"older than three days" in response.content


def test_a_file_that_has_just_come_in_is_being_decided_and_not_missing(admin: Client) -> None:
    fleet = Fleet()
    release = fleet.app()
    upload(release, nsc("a.cloud.test", "A" * 43 + "="), now=timezone.now())

    page = admin.get(f"/apps/{release.app_id}/").context["page"]

    assert (words(page.sentence), page.is_deciding) == ("The verdict of 1.0 Android is being decided.", True)


def test_a_file_without_a_verdict_for_minutes_is_not_said_to_be_on_its_way(admin: Client) -> None:
    fleet = Fleet()
    release = fleet.app()
    upload(release, nsc("a.cloud.test", "A" * 43 + "="), now=timezone.now() - timedelta(minutes=5))

    assert admin.get(f"/apps/{release.app_id}/").context["page"].is_deciding is False


def test_the_owner_of_an_app_that_stops_is_led_to_say_what_they_will_do() -> None:
    now, fleet = timezone.now(), Fleet()
    host = fleet.host("a.cloud.test")
    served = ISSUING.leaf("*.cloud.test", not_before=now - DAY, not_after=now + 100 * DAY)
    serve(host, served, ISSUING, at=now)
    release = fleet.app(nsc("a.cloud.test", pin(served)))
    decided(host.pk)
    owner, manager = (signed_in(builders.user(role, fleet.customer)) for role in (Role.APP_OWNER, Role.MANAGER))
    plain = f"/apps/{release.app_id}/"

    link = plan_link(owner.get(plain))
    owner.post(link, {"version": "2.0", "ships_on": str((now + DAY).date())})

    assert [link.endswith(f"/acknowledge/{release.app_id}/"), plan_link(manager.get(plain))] == [True, ""]
    assert "know your plan" in owner.get(plain).content.decode()


def decided(*endpoints: int) -> None:
    evaluate_endpoints(list(endpoints), now=timezone.now())


def plan_link(response: Any) -> str:
    lines = [line for answer in response.context["page"].answers for line in answer.lines]
    return next((part.url for line in lines for part in line.words if "/acknowledge/" in part.url), "")


def test_what_was_never_read_is_said_to_be_unread(admin: Client) -> None:
    acme = builders.customer("Acme")
    builders.environment(acme, "one", domain_kinds="default")
    builders.environment(acme, "two", domain_kinds="custom")

    assert words(admin.get("/environments/").context["list"].sentence) == (
        "No certificate of 2 environments was read yet; no app there is known to stop. 2 environments are unknown."
    )


def test_no_app_is_said_to_stop_on_no_other_ground_than_knowing_it(admin: Client) -> None:
    builders.app()

    assert words(admin.get("/apps/").context["list"].sentence) == (
        "None of 1 app is known to stop with the next rotation; 1 is unknown."
    )


def test_an_app_without_a_number_of_users_has_an_unknown_one_and_not_none(admin: Client) -> None:
    builders.app(badness=1)

    overview = admin.get("/").context["page"]

    assert words(admin.get("/apps/").context["list"].sentence) == (
        "1 of 1 app stops or has stopped connecting: an unknown number of users. No fix can ship in time any more."
    )
    assert [(one.value, one.note) for one in overview.counts if one.apps] == [("will_fail", "users not given")]


def test_customers_are_counted_in_words_that_fit(admin: Client) -> None:
    builders.customer("Acme")

    assert admin.get("/settings/customers/").context["list"].sentence.startswith("1 customer, seen only by")
    assert Customer.objects.count() == 1


def test_bringing_back_is_not_asked_in_the_colour_of_putting_away(admin: Client) -> None:
    app = builders.app()
    away = admin.get(f"/apps/{app.pk}/archive/").content
    admin.post(f"/apps/{app.pk}/archive/")

    back = admin.get(f"/apps/{app.pk}/archive/").content

    assert [b'class="button big danger"' in page for page in (away, back)] == [True, False]
