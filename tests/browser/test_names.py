"""What is read out: titles, the order of columns, and what changes without the eye on it."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Stage, context_of
from tests.browser.test_access import PAGES, seen_by
from tests.certdash import builders
from tests.certdash.controls import read

pytestmark = pytest.mark.django_db
# The same page in another state.
STATES = {"filtered list", "empty list", "hits of a search"}


@pytest.fixture
def pages() -> Iterator[dict[str, Page]]:
    """One for each role."""
    found: dict[str, Page] = {}
    yield found
    for page in found.values():
        page.context.close()


def opened(pages: dict[str, Page], chromium: Browser, stage: Stage, name: str) -> Page:
    person = stage.person(seen_by(name)[0], name)
    key = str(person and person.pk)
    if key not in pages:
        pages[key] = context_of(chromium, stage.url, person).new_page()
    pages[key].goto(f"{stage.url}{stage.addresses[name]}")
    return pages[key]


def test_every_page_has_a_title_of_its_own(stage: Stage) -> None:
    titles = defaultdict(list)
    for name in PAGES:
        person = stage.person(seen_by(name)[0], name)
        client = builders.signed_in(person) if person else Client()
        response = client.get(stage.addresses[name], follow=True)
        assert isinstance(response, HttpResponse)
        titles[read(response.content.decode()).title].append(name)

    assert {title: names for title, names in titles.items() if len(set(names) - STATES) > 1} == {}
    assert {title: names for title, names in titles.items() if not title.endswith(" · certdash")} == {}


def test_a_filter_chosen_by_keyboard_keeps_the_focus_and_its_result_is_read_out(
    pages: dict[str, Page], chromium: Browser, stage: Stage
) -> None:
    page = opened(pages, chromium, stage, "filtered list")
    page.goto(f"{stage.url}/environments/")
    page.focus("select[name=stage]")

    with page.expect_navigation():
        page.keyboard.press("t")

    expect(page.locator("[data-result]")).to_have_text(page.inner_text(".pager span >> nth=0"))
    assert page.evaluate("document.activeElement.name") == "stage"


def test_a_search_without_a_hit_is_read_out_as_such(pages: dict[str, Page], chromium: Browser, stage: Stage) -> None:
    page = opened(pages, chromium, stage, "filtered list")
    page.goto(f"{stage.url}/environments/")
    page.fill("[data-filters] [name=q]", "nothing-has-this-name")

    with page.expect_navigation():
        page.press("[data-filters] [name=q]", "Enter")

    expect(page.locator("[data-result]")).to_have_text("No environment matches these filters")
    assert page.evaluate("document.activeElement.name") == "q"


@pytest.mark.parametrize("name", ["environments", "apps", "certificates"])
def test_the_sorted_column_says_its_direction(
    pages: dict[str, Page], chromium: Browser, stage: Stage, name: str
) -> None:
    page = opened(pages, chromium, stage, name)
    heads = page.locator("thead th:has(a.sort)")

    said = []
    for at in range(heads.count()):
        with page.expect_navigation():
            heads.nth(at).locator("a").click()
        said.append(page.locator("th[aria-sort]").count())

    assert (said, bool(said)) == ([1] * heads.count(), True)
