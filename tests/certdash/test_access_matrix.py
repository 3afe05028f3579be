"""The access matrix: every route, every way to ask, every kind of visitor, and what the answer is.

The rows of `MATRIX` are the contract; a route of the product without a row fails. Acme owns every row that is asked
for, the stranger is admin of another customer: what is Acme's does not exist for them.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from tests.certdash import visitors
from tests.certdash.access_matrix import ROUTES, ROWS, Row
from tests.certdash.visitors import PEOPLE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return visitors.build()


def told(response: HttpResponseBase) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    return "in" if "?next=" in response["Location"] else "away"


def test_every_route_has_its_rows_in_the_matrix() -> None:
    written = [(row.route, row.ask) for row in ROWS]

    assert sorted(written) == [(route, ask) for route in ROUTES for ask in ("GET", "POST")]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_visitor_gets_the_answer_of_the_matrix(world: World, row: Row) -> None:
    answers = {person: told(world.ask(row.ask, row.route, person)) for person in PEOPLE}

    assert answers == row.answers


def test_a_head_request_answers_like_the_page(world: World) -> None:
    asked = [row for row in ROWS if row.ask == "GET"]

    answers = {row.route: told(world.ask("HEAD", row.route, "customer_admin")) for row in asked}

    assert answers == {row.route: row.answers["customer_admin"] for row in asked}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_no_route_knows_another_method(world: World, method: str) -> None:
    answers = {route: told(world.ask(method, route, "platform_admin")) for route in ROUTES}

    assert answers == dict.fromkeys(ROUTES, "405")


def test_nothing_is_sent_without_the_token_of_a_form(world: World) -> None:
    sent = [row.route for row in ROWS if row.ask == "POST" and row.answers["platform_admin"] != "405"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["platform_admin"])

    answers = {route: client.post(world.addresses[route]).status_code for route in sent}

    assert answers == dict.fromkeys(sent, 403)


def test_a_dead_session_leads_a_fragment_to_the_log_in_page(world: World) -> None:
    asked = [row.route for row in ROWS if row.ask == "GET" and row.answers["anonymous"] == "in"]

    answers = {}
    for route in asked:
        response = world.ask("GET", route, "anonymous", hx_request="true")
        answers[route] = (response.status_code, response["HX-Redirect"])

    assert answers == dict.fromkeys(asked, (200, "/log-in/?next=/"))


def test_a_dead_session_leads_back_to_the_same_filters() -> None:
    here = "http://testserver/environments/?status=failing&q=a%26b"
    headers = {"HX-Request": "true", "HX-Current-URL": here}

    response = Client(headers=headers).get("/environments/")

    assert parse_qs(urlsplit(response["HX-Redirect"]).query) == {"next": ["/environments/?status=failing&q=a%26b"]}


def test_more_than_any_form_holds_is_refused_before_it_is_read() -> None:
    length = {"Content-Length": str(33 * 1024 * 1024)}

    answers = [
        Client().post(address, headers=length).status_code for address in ("/log-in/", "/apps/1/upload/", "/nowhere/")
    ]

    assert answers == [413, 413, 413]
