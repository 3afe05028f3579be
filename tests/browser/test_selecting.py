"""Choosing many rows of a list with the mouse and with the keyboard, and what happens to them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from certdash.models import Progress
from tests.browser.test_lists import context_of
from tests.certdash import builders

pytestmark = pytest.mark.django_db(transaction=True)
CHOSEN = "[...document.querySelectorAll('.pick[name]:checked')].map(pick => pick.ariaLabel.replace('Select ', ''))"


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Five environments with a host each."""
    owner = builders.customer()
    for name in "abcde":
        builders.endpoint(builders.environment(owner, name))
    context = context_of(chromium, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/environments/?sort=name")
    yield page
    context.close()


def row(page: Page, name: str) -> None:
    page.focus(f"[aria-label='Select {name}']")


def test_shift_chooses_all_rows_between_two_and_takes_them_back(page: Page) -> None:
    page.click("[aria-label='Select b']")
    page.click("[aria-label='Select d']", modifiers=["Shift"])
    between = page.evaluate(CHOSEN), page.inner_text("[data-count]")

    page.click("[aria-label='Select c']", modifiers=["Shift"])

    assert between == (["b", "c", "d"], "3 selected")
    assert (page.evaluate(CHOSEN), page.inner_text("[data-count]")) == (["b"], "1 selected")


def test_the_keyboard_alone_chooses_a_range_and_checks_it(page: Page) -> None:
    row(page, "a")
    page.keyboard.press("Space")
    row(page, "c")
    page.keyboard.press("Shift+Space")
    chosen = page.evaluate(CHOSEN)

    page.focus(".bulk .main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress/**")

    assert (chosen, Progress.objects.get().title) == (["a", "b", "c"], "Checking 3 environments")


def test_all_of_the_page_are_chosen_and_let_go(page: Page) -> None:
    page.check("[data-pick-all]")
    every = page.evaluate(CHOSEN)
    page.uncheck("[aria-label='Select b']")
    is_half = page.evaluate("document.querySelector('[data-pick-all]').indeterminate")

    page.click("[data-pick-none]")

    assert (every, is_half) == (["a", "b", "c", "d", "e"], True)
    assert (page.evaluate(CHOSEN), page.is_visible(".bulk")) == ([], False)
