"""Addresses and fields that nobody types by accident: an answer with a sentence, and never a fault."""

import pytest
from pytest_django import DjangoAssertNumQueries

from certdash.forms.upload import release_named
from certdash.models import Role
from certdash.queries.lists.keyset import read_cursor
from tests.certdash import builders, visitors
from tests.certdash.builders import signed_in

pytestmark = pytest.mark.django_db

QUERIES = (
    "page=-1", "page=99999999999999999999", "q=%00", "q=%F0%9F%92%A9%ff", "q=" + "a" * 5000, "sort=password",
    "sort=-customer__password", "sort=", "status[]=failing", "status=%00", "after=~", "after=x~1", "before=%00~1",
    "after=a%00~1&sort=name", "after=-~99999999999999999999", "after=2026-13-45~1&sort=window_start", "n=abc&after=a~1",
    "customer=99999999999999999999", "customer=%D9%A3", "format=xml", "endpoint=%D9%A3",
    "endpoint=99999999999999999999",
    "platform_domain=0", "release=99999999999999999999", "back=//evil.example", "back=javascript:alert(1)",
)  # fmt: skip
PAGES = (
    "overview", "environments", "apps", "rotations", "certificates", "findings", "activity", "search", "environment",
    "app", "upload", "rotation", "certificate", "progress", "environment_new",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_breaks_a_page(query: str) -> None:
    world = visitors.build()
    client = signed_in(world.people["customer_admin"])

    answers = {page: client.get(f"{world.addresses[page]}?{query}").status_code for page in PAGES}

    assert answers == dict.fromkeys(PAGES, 200)


@pytest.mark.parametrize("path", ["certificates/%00", "apps/9223372036854775808", "welcome/%00/%00", "welcome/AA/x"])
def test_a_key_that_no_row_can_have_is_not_found(path: str) -> None:
    client = signed_in(builders.user(Role.PLATFORM_ADMIN))

    assert client.get(f"/{path}/").status_code == (302 if path.startswith("welcome") else 404)


@pytest.mark.parametrize("key", ["9" * 400, "99999999999999999999", "٣", "-1", "\x00", "[]", ""])
def test_a_bulk_action_on_a_key_that_no_row_can_have_does_nothing(key: str) -> None:
    client = signed_in(builders.user(Role.PLATFORM_ADMIN))

    response = client.post(
        "/environments/probe/", {"environment": [key, key], "filters": f"customer={key}"}, follow=True
    )

    assert [str(one) for one in response.context["messages"]] == [
        "No environment is selected, so nothing is checked. Tick the rows to check first."
    ]


def test_a_nul_never_reaches_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    app = builders.app()

    with django_assert_num_queries(0):
        release = release_named(app, "android", "4.2\x00", "")

    assert release.pk is None
    assert read_cursor({"after": "a\x00~1"}) is None
