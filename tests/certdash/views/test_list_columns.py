"""The columns of a list that a reader keeps: there again without a word in the address, and nobody else's."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from certdash.models import Role, User
from certdash.queries.lists.saved_filters import LISTS
from certdash.views.list_columns import LABELS
from tests.certdash import builders
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    builders.environment()
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def keep(client: Client, *shown: str, page: str = "environments", **more: str) -> str:
    response: Any = client.post(f"/columns/{page}/", {"show": shown, "query": "", **more})
    return str(response.url)


def shown(client: Client, address: str = "/environments/") -> list[str]:
    choice = client.get(address).context["list"].choice
    return [name for name, is_shown in choice.shown.items() if is_shown]


def test_every_list_keeps_its_columns() -> None:
    assert list(LABELS) == list(LISTS)


def test_chosen_columns_are_there_again_without_a_word_in_the_address(admin: Client) -> None:
    led_to = keep(admin, "stage", "apps", query="sort=name&stage=test&show=issuer")

    assert led_to == "/environments/?sort=name&stage=test&show=stage%2Capps"
    assert shown(admin) == ["stage", "apps"]
    assert shown(admin, "/environments/?stage=test") == ["stage", "apps"]


def test_an_address_with_columns_wins_and_its_links_go_on_saying_so(admin: Client) -> None:
    keep(admin, "stage")
    everything = ",".join(LABELS["environments"])

    one = admin.get("/environments/?show=issuer").context["list"]
    every = admin.get(f"/environments/?{urlencode({'show': everything})}").context["list"]

    assert [name for name, is_shown in one.choice.shown.items() if is_shown] == ["issuer"]
    assert one.csv_url == "?show=issuer&format=csv"
    assert (set(every.choice.shown.values()), every.csv_url) == (
        {True},
        f"?{urlencode({'show': everything, 'format': 'csv'})}",
    )


def test_nonsense_in_the_address_leads_to_the_own_columns(admin: Client) -> None:
    keep(admin, "stage")

    response = admin.get("/environments/?show=shoes")

    assert response.context["notices"] == ("“shoes” is not a column of this list, so it is left out.",)
    assert shown(admin, "/environments/?show=shoes") == ["stage"]


@pytest.mark.parametrize("how", [{"all": "1"}, {"show": list(LABELS["environments"])}])
def test_a_reset_and_all_of_them_lead_back_to_the_usual_columns(admin: Client, how: dict[str, Any]) -> None:
    keep(admin, "stage")

    response: Any = admin.post("/columns/environments/", {"query": "sort=name&show=stage", **how})

    assert (response.url, shown(admin)) == ("/environments/?sort=name", list(LABELS["environments"]))
    assert User.objects.get().list_columns == {}


def test_no_column_at_all_is_a_choice_too(admin: Client) -> None:
    led_to = keep(admin)

    assert (led_to, shown(admin)) == ("/environments/?show=none", [])


def test_each_list_and_each_reader_has_a_choice_of_their_own(admin: Client) -> None:
    other = signed_in(builders.user(Role.PLATFORM_ADMIN))
    keep(admin, "stage")
    keep(admin, "since", page="findings")

    assert User.objects.order_by("pk")[0].list_columns == {"environments": "stage", "findings": "since"}
    assert shown(other) == list(LABELS["environments"])


def test_the_csv_has_the_columns_of_the_page_that_it_hangs_on(admin: Client) -> None:
    keep(admin, "stage")
    address = admin.get("/environments/").context["list"].csv_url

    response: Any = admin.get(f"/environments/{address}")
    head = next(csv.reader(StringIO(b"".join(response.streaming_content).decode())))

    assert (address, head) == ("?format=csv", ["status", "environment", "stage", "hosting"])


def test_a_saved_filter_without_columns_is_not_changed_by_the_own_ones(admin: Client) -> None:
    admin.post("/saved/environments/new/", {"name": "tests", "query": "stage=test"})
    keep(admin, "stage")

    listing = admin.get("/environments/?stage=test").context["list"]

    assert (listing.saved.chosen.name, listing.saved.is_changed) == ("tests", False)


def test_unknown_columns_are_not_kept_and_an_unknown_list_is_not_there(admin: Client) -> None:
    keep(admin, "stage", "password", "\x00")

    assert User.objects.get().list_columns == {"environments": "stage"}
    assert admin.post("/columns/shoes/", {}).status_code == 404


def test_no_address_can_speak_for_the_own_columns(admin: Client) -> None:
    keep(admin, "stage")

    assert shown(admin, "/environments/?own+columns=issuer") == ["stage"]
