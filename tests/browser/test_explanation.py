"""The explanation of a cell by keyboard: it takes the focus, gives it back, and is a page of its own on a phone."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from certdash.models import ProbeSchedule, Verdict
from tests.browser.test_reading import context_of
from tests.certdash import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = context_of(chromium, live_server)
    yield context.new_page()
    context.close()


def cell() -> Verdict:
    """One cell of an app whose host was read."""
    app = builders.app(name="Field Service", active_users=1000)
    endpoint = builders.endpoint(builders.environment(app.customer), "acme.cloud.example")
    now = timezone.now()
    ProbeSchedule.objects.create(endpoint=endpoint, next_probe_at=now, last_probe_at=now, last_seen_at=now)
    return Verdict.objects.create(
        release=builders.release(app, "4.2", share="61"), endpoint=endpoint, host=endpoint.host, value="will_fail",
        badness=1, now="ready", next="will_fail", reason_code="no_pin_matches", reason="Because.", decided_at=now,
    )  # fmt: skip


def open_with_enter(page: Page, server: LiveServer, row: Verdict) -> None:
    page.goto(f"{server.url}/apps/{row.release.app_id}/")
    page.focus(".cell[href]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel > .panel-head")


def test_opening_moves_the_focus_to_the_heading_and_names_the_page(page: Page, live_server: LiveServer) -> None:
    row = cell()

    open_with_enter(page, live_server, row)
    page.wait_for_selector("#panel-title:focus")

    assert page.url == f"{live_server.url}/apps/{row.release.app_id}/verdicts/{row.pk}/"
    assert page.title() == "4.2 Android on acme.cloud.example · Field Service · certdash"


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_closing_gives_the_focus_back_to_the_cell(page: Page, live_server: LiveServer, way: str) -> None:
    row = cell()
    open_with_enter(page, live_server, row)

    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.click("[data-close]")

    page.wait_for_selector(".cell:focus")
    assert page.locator("#panel-title").count() == 0
    assert page.url == f"{live_server.url}/apps/{row.release.app_id}/?panel=closed"


def test_back_after_closing_shows_the_explanation_again(page: Page, live_server: LiveServer) -> None:
    open_with_enter(page, live_server, cell())
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel-title", state="detached")

    page.go_back()

    page.wait_for_selector("#panel-title")
    assert page.locator(".cell[aria-current]").count() == 1


def test_on_a_phone_the_explanation_is_a_page_of_its_own(chromium: Browser, live_server: LiveServer) -> None:
    row = cell()
    context = context_of(chromium, live_server, width=390)
    page = context.new_page()

    page.goto(f"{live_server.url}/apps/{row.release.app_id}/verdicts/{row.pk}/")
    shown = page.is_visible("#matrix"), page.is_visible("#panel-title")
    page.click("text=All releases")
    page.wait_for_selector("#matrix")

    assert (shown, page.locator("#panel-title").count()) == ((False, True), 0)
    context.close()
