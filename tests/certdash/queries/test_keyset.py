"""Keyset paging walks every row once, forwards and backwards, whatever the order and however many lack a value."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certdash.models import Environment
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Cursor, Order, cut, read_cursor
from certdash.queries.lists.lists import Address
from tests.certdash import builders

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def seven() -> None:
    """Two expire on the same day, two never were read."""
    owner = builders.customer()
    for name, days in (("a", 3), ("b", None), ("c", 1), ("d", 2), ("e", None), ("f", 2), ("g", 4)):
        expiry = NOW + timedelta(days=days) if days else None
        builders.environment(owner, name, expires_at=expiry)


def walk(sort: str, link: str, query: str = "") -> list[str]:
    """The names on each page, following one link to its end."""
    found = []
    for _ in range(10):
        place = Address(dict(parse_qsl(query)))
        part = cut(Environment.objects.all(), Order.parse(sort, ("expires_at",)), place, 2)
        found.append("".join(row.name for row in part.rows))
        query = getattr(part.page, link).removeprefix("?")
        if not query:
            break
    return found


def last_query(sort: str) -> str:
    query = ""
    while True:
        place = Address(dict(parse_qsl(query)))
        part = cut(Environment.objects.all(), Order.parse(sort, ("expires_at",)), place, 2)
        if not part.page.next_url:
            return query
        query = part.page.next_url.removeprefix("?")


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize(
    ("sort", "pages"),
    [
        ("expires_at", ["cd", "fa", "gb", "e"]),
        ("-expires_at", ["ga", "fd", "cb", "e"]),
        ("name", ["ab", "cd", "ef", "g"]),
        ("-name", ["gf", "ed", "cb", "a"]),
    ],
)
def test_every_row_appears_once_in_order_with_the_unread_at_the_end(sort: str, pages: list[str]) -> None:
    assert walk(sort, "next_url") == pages


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("sort", ["expires_at", "-expires_at", "name"])
def test_walking_back_shows_the_same_pages(sort: str) -> None:
    forwards = walk(sort, "next_url")

    assert walk(sort, "previous_url", last_query(sort)) == forwards[::-1]


@pytest.mark.usefixtures("seven")
def test_a_page_says_which_rows_it_shows() -> None:
    first = cut(Environment.objects.all(), Order("name"), Address({}), 2)
    second = cut(Environment.objects.all(), Order("name"), Address(dict(parse_qsl(first.page.next_url[1:]))), 2)

    assert (first.page.text, second.page.text, second.total) == ("1–2 of 7", "3–4 of 7", 7)


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("sort", ["expires_at", "badness"])
def test_a_damaged_place_starts_at_the_beginning_and_says_so(sort: str) -> None:
    place = Address({"after": "yesterday~7"})

    part = cut(Environment.objects.all(), Order.parse(sort, ("expires_at",)), place, 2)

    assert part.page.text == "1–2 of 7"
    assert place.notices == ["This page's address is damaged, so the list starts at its beginning."]


@pytest.mark.parametrize("given", [{}, {"after": "x"}, {"after": "x~"}, {"after": "x~-1"}, {"before": "~3"}])
def test_what_is_no_cursor_is_the_first_page(given: dict[str, str]) -> None:
    assert read_cursor(given) is None


def test_a_cursor_reads_value_key_direction_and_number() -> None:
    assert read_cursor({"before": "a~b~3", "n": "51"}) == Cursor("a~b", 3, is_back=True, first=51)


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("sort", ["name", "-name", "expires_at", "-expires_at"])
@pytest.mark.parametrize("few", [0, 2000])
def test_a_page_is_the_same_whether_the_order_is_followed_or_the_rows_are_sorted(
    sort: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "FEW", few)

    pages = walk(sort, "next_url")

    assert "".join(pages) == {
        "name": "abcdefg", "-name": "gfedcba", "expires_at": "cdfagbe", "-expires_at": "gafdcbe",
    }[sort]  # fmt: skip


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its own figures")
@pytest.mark.usefixtures("seven")
def test_of_many_rows_the_order_is_followed_from_the_key_whatever_is_filtered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the index of the filter nor the rows that share the cursor's value are read."""
    monkeypatch.setattr(keyset, "FEW", 0)
    rows = Environment.objects.filter(archived_at=None, expires_at__lte=NOW + timedelta(days=9), issuer="")
    place = Address({"after": "3~2", "n": "3"})

    with CaptureQueriesContext(connection) as queries:
        cut(rows, Order("badness"), place, 2)

    with connection.cursor() as cursor:
        used = []
        for query in queries.captured_queries[1:]:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            used += [row[3] for row in cursor.fetchall() if "environment_by_" in row[3]]
    assert used == [
        "SEARCH U0 USING COVERING INDEX environment_by_badness (badness=? AND id>?)",
        "SEARCH U0 USING COVERING INDEX environment_by_badness (badness>?)",
    ]
