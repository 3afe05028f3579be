"""Saved filters: kept from an address, chosen, changed, renamed, deleted, and never another person's."""

from typing import Any

import pytest
from django.test import Client

from certdash.models import AuditEntry, Role, SavedFilter, User
from certdash.queries.lists.saved_filters import MOST
from tests.certdash import builders
from tests.certdash.builders import NOW, signed_in

pytestmark = pytest.mark.django_db
QUERY = "sort=name&stage=test"


@pytest.fixture
def person() -> User:
    return builders.user(Role.PLATFORM_MANAGER)


@pytest.fixture
def reader(person: User) -> Client:
    return signed_in(person)


def kept(person: User, name: str = "mine", query: str = QUERY) -> SavedFilter:
    return SavedFilter.objects.create(user=person, page="environments", name=name, query=query, created_at=NOW)


def menu(response: Any) -> tuple[str, bool, list[str]]:
    saved = response.context["list"].saved
    return saved.chosen.name if saved.chosen else "", saved.is_changed, [link.name for link in saved.links]


def test_filters_order_and_columns_are_kept_but_not_the_place_in_the_list(reader: Client) -> None:
    builders.environment()
    query = "show=stage&q=api&after=x~1&n=51&stage=test&format=csv&saved=7"

    response = reader.post("/saved/environments/new/", {"name": "api tests", "query": query})

    row = SavedFilter.objects.get()
    assert (row.page, row.name, row.query) == ("environments", "api tests", "q=api&show=stage&stage=test")
    assert response["Location"] == f"/environments/?q=api&show=stage&stage=test&saved={row.pk}"
    assert [(one.verb, one.subject, one.label) for one in AuditEntry.objects.all()] == [
        ("created", "savedfilter", "api tests")
    ]


def test_the_list_says_which_one_is_chosen_and_whether_it_was_changed(reader: Client, person: User) -> None:
    row = kept(person)
    queries = ("", QUERY, f"{QUERY}&saved={row.pk}", f"{QUERY}&q=x&saved={row.pk}", f"stage=test&saved={row.pk}")

    told = [menu(reader.get(f"/environments/?{query}")) for query in queries]

    assert told == [
        ("", False, ["mine"]),
        ("mine", False, ["mine"]),
        ("mine", False, ["mine"]),
        ("mine", True, ["mine"]),
        ("mine", True, ["mine"]),
    ]


def test_what_is_chosen_stays_so_while_the_list_is_sorted_and_filtered(reader: Client, person: User) -> None:
    row = kept(person)

    listing = reader.get(f"/environments/?stage=test&saved={row.pk}").context["list"]

    assert listing.columns["name"].url == f"?saved={row.pk}&stage=test&sort=name"
    assert listing.filters.kept == (("saved", str(row.pk)),)


def test_changes_take_the_place_of_what_was_kept(reader: Client, person: User) -> None:
    row = kept(person)

    response = reader.post(f"/saved/{row.pk}/update/", {"query": "stage=production&after=x~1"})

    row.refresh_from_db()
    assert (row.name, row.query) == ("mine", "stage=production")
    assert response["Location"] == f"/environments/?stage=production&saved={row.pk}"


def test_one_is_renamed_and_deleted(reader: Client, person: User) -> None:
    row = kept(person)

    reader.post(f"/saved/{row.pk}/", {"name": "tests", "query": "stage=production"})
    row.refresh_from_db()
    renamed = (row.name, row.query)
    reader.post(f"/saved/{row.pk}/delete/")

    assert (renamed, SavedFilter.objects.count()) == (("tests", QUERY), 0)


def test_another_persons_is_neither_shown_nor_reached(reader: Client) -> None:
    theirs = kept(builders.user(Role.PLATFORM_ADMIN))

    listing = reader.get(f"/environments/?{QUERY}&saved={theirs.pk}")
    answers = [
        reader.post(f"/saved/{theirs.pk}/update/", {"query": ""}).status_code,
        reader.post(f"/saved/{theirs.pk}/", {"name": "stolen"}).status_code,
        reader.post(f"/saved/{theirs.pk}/delete/").status_code,
    ]

    assert (menu(listing), answers) == (("", False, []), [404, 404, 404])
    assert listing.context["notices"] == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "This is empty. Fill it in."),
        ("mine", "You have a saved filter “mine” in this list already. Choose another name."),
        ("x" * 61, "This is too long: 61 characters, and 60 are kept. Shorten it."),
    ],
)
def test_a_name_that_cannot_be_stays_in_the_form_with_a_sentence(
    reader: Client, person: User, name: str, sentence: str
) -> None:
    kept(person)

    response = reader.post("/saved/environments/new/", {"name": name, "query": QUERY})

    assert (response.status_code, response.context["form"].errors) == (422, {"name": [sentence]})
    assert response.context["form"]["query"].value() == QUERY


def test_there_is_a_most_of_them_in_each_list(reader: Client, person: User) -> None:
    for number in range(MOST):
        kept(person, f"{number}")

    full = reader.post("/saved/environments/new/", {"name": "one more", "query": ""})
    other = reader.post("/saved/apps/new/", {"name": "one more", "query": ""})

    assert full.context["form"].errors == {
        "__all__": ["You keep 30 filters of this list, which is the most. Delete one first."]
    }
    assert (other.status_code, other["Location"]) == (302, f"/apps/?saved={SavedFilter.objects.get(page='apps').pk}")


def test_only_lists_have_them(reader: Client) -> None:
    assert reader.get("/saved/overview/new/").status_code == 404


def test_text_that_is_too_long_to_be_kept_is_told(reader: Client) -> None:
    response = reader.post("/saved/environments/new/", {"name": "long", "query": f"q={'x' * 1600}"})

    assert response.context["form"].errors == {
        "query": ["These filters are too long to be saved. Shorten the text that you search for."]
    }
    told = "These filters are too long to be saved. Shorten the text that you search for."
    assert f'role="alert">{told}</p>' in response.content.decode()
