"""What every form owes to who fills it in: what was typed stays, each fault stands at its field and says what to do."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.certdash import sending, visitors
from tests.certdash.controls import Read, read
from tests.certdash.sending import EMPTY, PRIVATE_KEY, ROUTES, SECRETS, WANTED
from tests.certdash.visitors import World

pytestmark = pytest.mark.django_db
TYPED = {"text", "textarea", "number", "email", "date", "url", "search", "tel"}
# Words of Django's own that say what is wrong and not what to do.
STOCK = re.compile(
    r"This field|Enter a|Select a valid|Ensure |is not a valid value|Expected |is not one of the available"
)
HOSTILE = (
    "\x00",
    "a\x00b",
    "x" * 10_000,
    "٣",
    "-1",
    "9" * 400,
    "1e400",
    "NaN",
    "[]",
    "{}",
    "\u202e",
    "😀",
    "../../etc",
    " ",
)
# Where keys and certificates are pasted.
MATERIAL = {"material", "text", "pem"}
# What takes no field: a question, or a click.
WITHOUT_FIELDS = {route for route, given in WANTED.items() if not given} - {
    "environment_edit", "app_edit", "release_edit", "customer_edit", "platform_domain_edit", "trust_store_edit",
    "platform_notices", "customer_notices",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return visitors.build()


def test_every_route_that_takes_something_has_its_row() -> None:
    assert sorted(WANTED) == ROUTES


def sent_nonsense(world: World, route: str) -> tuple[dict[str, Any], Any]:
    (form, *_) = sending.forms(sending.page(world, route))
    given = sending.nonsense(form)
    return given, sending.post(world, route, given)


FORMS = [route for route in ROUTES if route not in WITHOUT_FIELDS and route in sending.SHOWN | {"welcome"}]


@pytest.mark.parametrize("route", sorted(set(FORMS) - {"invitation"}))
def test_what_was_typed_stays_but_for_secrets(world: World, route: str) -> None:
    given, response = sent_nonsense(world, route)
    page = read(response.content.decode())
    kept = {one.name: one.value for one in page.controls if one.name in given and one.kind in TYPED}
    secret = {one.name: one.value for one in page.controls if one.kind == "password"}

    assert kept == {name: given[name] for name in kept}
    assert set(secret.values()) <= {""}
    assert {name for name in given if name in SECRETS} == set(secret)


def at_fields(page: Read) -> tuple[set[str], set[str]]:
    """The places of the sentences, and those to which controls that are marked faulty point."""
    pointed = {place for one in page.controls if one.is_invalid for place in one.described}
    return set(page.errors), pointed & set(page.errors)


@pytest.mark.parametrize("route", FORMS)
@pytest.mark.parametrize("how", ["empty", "nonsense"])
def test_each_fault_stands_at_its_field_and_says_the_way_out(world: World, route: str, how: str) -> None:
    response = sending.post(world, route, EMPTY) if how == "empty" else sent_nonsense(world, route)[1]
    faults = [fault for form in sending.forms(response) for fault in form.errors.as_data().items()]
    page = read(response.content.decode())

    places, pointed = at_fields(page)

    assert places == pointed
    assert [sentence for sentence in said(faults) if not is_a_way_out(sentence)] == []
    assert len(page.errors) + len(page.told) >= len(faults)
    assert [name for name, _ in faults if name != "__all__" and not marked(page, name)] == []
    assert response.status_code in ({200, 422} if route == "log_in" else {422} if faults else {200})


def marked(page: Read, name: str) -> bool:
    """A hidden field shows its fault above the form."""
    return any(one.is_invalid for one in page.controls if one.name == name) or bool(page.told)


def said(faults: list[tuple[str, list[ValidationError]]]) -> list[str]:
    return [str(sentence) for _, errors in faults for error in errors for sentence in error.messages]


def is_a_way_out(sentence: str) -> bool:
    """What is wrong and what to write, or the latter alone; whole, and short enough to be read."""
    has_remedy = len(re.split(r"(?<=[.:])\s", sentence)) > 1 or sentence.startswith("Choose ")
    return has_remedy and sentence.endswith(".") and len(sentence) < 500 and not STOCK.search(sentence)


@pytest.mark.parametrize("route", FORMS)
def test_nothing_that_is_typed_is_a_fault_of_the_server(world: World, route: str) -> None:
    found = sending.forms(sending.page(world, route))

    answers = {
        text: sending.post(world, route, sending.nonsense(form, text)).status_code for form in found for text in HOSTILE
    }

    assert {text: status for text, status in answers.items() if status not in (200, 422, 413, 429)} == {}


@pytest.mark.parametrize("route", FORMS)
def test_a_private_key_never_comes_back_where_keys_are_pasted(world: World, route: str) -> None:
    (form, *_) = sending.forms(sending.page(world, route))
    places = MATERIAL & {bound.html_name for bound in form}

    back = {
        name: PRIVATE_KEY[40:80] in sending.post(world, route, {name: PRIVATE_KEY}).content.decode() for name in places
    }

    assert back == dict.fromkeys(places, False)


@pytest.mark.parametrize("route", sorted(set(ROUTES) - {"log_in"}))
def test_what_is_wanted_is_taken(world: World, route: str) -> None:
    response = sending.post(world, route, sending.wanted(world, route))

    assert (response.status_code, [form.errors for form in sending.forms(response) if form.errors]) == (200, [])


def test_no_page_with_a_form_names_two_places_alike(world: World) -> None:
    doubled = {}
    for route in ROUTES:
        page = sending.page(world, route)
        ids = read(page.content.decode()).ids if page is not None else []
        doubled[route] = sorted({one for one in ids if ids.count(one) > 1})

    assert {route: ids for route, ids in doubled.items() if ids} == {}
