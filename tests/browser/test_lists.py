"""Lists and fragments in a real browser: going back, dead sessions, faults, saved filters, columns."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from certdash.models import Progress, Role, SavedFilter, Verdict
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = context_of(chromium, live_server)
    yield context.new_page()
    context.close()


def context_of(chromium: Browser, server: LiveServer, *, scripts: bool = True) -> BrowserContext:
    client = builders.signed_in(builders.user(Role.PLATFORM_ADMIN))
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return context


def explained() -> Verdict:
    """A cell of an app's matrix that opens the panel."""
    release = builders.release()
    host = builders.endpoint(builders.environment(release.app.customer))
    release.app.environments.add(host.environment)
    return Verdict.objects.create(
        release=release, endpoint=host, host=host.host, value="ready", badness=5, now="ready", next="ready",
        reason_code="pin_matches", reason="It matches.", decided_at=NOW,
    )  # fmt: skip


def path(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}".removesuffix("?")


def test_back_from_a_panel_shows_the_page_without_it_and_forward_the_panel(page: Page, live_server: LiveServer) -> None:
    cell = explained()
    app = f"/apps/{cell.release.app_id}/"
    closed = f"{app}?panel=closed"
    page.goto(live_server.url + closed)
    page.click("a.cell")
    page.wait_for_selector("#panel .panel-head")
    opened = path(page)

    page.go_back()
    page.wait_for_selector("#panel:empty", state="attached")
    without = path(page), page.locator(".bar").count()
    page.go_forward()
    page.wait_for_selector("#panel .panel-head")

    assert (opened, without, path(page)) == (f"{app}verdicts/{cell.pk}/", (closed, 1), f"{app}verdicts/{cell.pk}/")
    assert page.locator(".bar").count() == 1


def test_back_from_a_filter_shows_the_choice_that_made_the_rows(page: Page, live_server: LiveServer) -> None:
    builders.environment(None, "kept", stage="test")
    builders.environment(None, "other", stage="production")
    page.goto(f"{live_server.url}/environments/")
    with page.expect_navigation():
        page.select_option("select[name=stage]", "test")

    page.go_back()

    assert page.locator("table.rows tbody tr").count() == 2
    assert page.input_value("select[name=stage]") == ""
    assert page.is_enabled("input[name=q]")


def test_a_dead_session_leads_from_the_panel_to_the_log_in_page_and_back(page: Page, live_server: LiveServer) -> None:
    cell = explained()
    app = f"/apps/{cell.release.app_id}/"
    page.goto(live_server.url + app)
    Session.objects.all().delete()

    with page.expect_navigation():
        page.click("a.cell")

    assert path(page) == f"/log-in/?next={app}"
    assert page.locator("#panel").count() == 0


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "This was refused"),
        (404, "This is not there any more"),
        (500, "certdash could not answer"),
    ],
)
def test_a_fault_of_a_panel_is_told_and_the_page_stays(
    page: Page, live_server: LiveServer, status: int, words: str
) -> None:
    cell = explained()
    app = f"/apps/{cell.release.app_id}/?panel=closed"
    page.route("**/verdicts/**", lambda route: route.fulfill(status=status, body="<h1>no</h1>"))
    page.goto(live_server.url + app)

    page.click("a.cell")
    page.wait_for_selector(".faults .notice")

    assert page.inner_text(".faults .notice span").startswith(words)
    assert (path(page), page.inner_text("#panel")) == (app, "")


def test_without_a_connection_the_page_says_so(page: Page, live_server: LiveServer) -> None:
    cell = explained()
    page.route("**/verdicts/**", lambda route: route.abort())
    page.goto(f"{live_server.url}/apps/{cell.release.app_id}/")

    page.click("a.cell")

    assert page.inner_text(".faults .notice span").startswith("certdash cannot be reached")


def test_a_second_click_starts_no_second_check(page: Page, live_server: LiveServer) -> None:
    environment = builders.environment()
    builders.endpoint(environment)
    sent: list[str] = []

    def hold(route: Route) -> None:
        sent.append(route.request.url)

    page.route("**/probe/", hold)
    page.goto(f"{live_server.url}/environments/{environment.pk}/")

    page.dblclick("form[action$='/probe/'] button", no_wait_after=True)
    page.wait_for_timeout(200)

    assert (len(sent), Progress.objects.count()) == (1, 0)


def test_filters_are_saved_chosen_again_and_known_to_be_changed(page: Page, live_server: LiveServer) -> None:
    builders.environment(None, "kept", stage="test")
    page.goto(f"{live_server.url}/environments/?stage=test")
    page.click("[data-menu=saved] summary")
    page.fill(".saved input[name=name]", "tests")
    page.press(".saved input[name=name]", "Enter")
    page.wait_for_selector(".notice.success")
    saved = page.inner_text("[data-menu=saved] summary")

    with page.expect_navigation():
        page.select_option("select[name=stage]", "")

    row = SavedFilter.objects.get()
    assert (row.name, row.query, saved) == ("tests", "stage=test", "Saved\ntests")
    assert page.inner_text("[data-menu=saved] summary") == "Saved\ntests\nchanged"


@pytest.mark.parametrize("scripts", [True, False])
def test_columns_are_chosen_with_and_without_scripts(
    chromium: Browser, live_server: LiveServer, *, scripts: bool
) -> None:
    builders.environment()
    context = context_of(chromium, live_server, scripts=scripts)
    page = context.new_page()
    page.goto(f"{live_server.url}/environments/?sort=name")
    before = page.locator("table.rows thead th").count()

    page.click("[data-menu=columns] summary")
    page.uncheck("label:has-text('Issuer') input")
    page.uncheck("label:has-text('Stage') input")
    with page.expect_navigation():
        page.click("text=Show these")

    assert page.locator("table.rows thead th").count() == before - 2
    assert page.get_attribute("a:has-text('CSV')", "href") == (
        "?sort=name&show=customer%2Cdomains%2Clifetime%2Crotation%2Capps%2Caffected%2Cchecked&format=csv"
    )
    context.close()


def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page, live_server: LiveServer) -> None:
    builders.environment()
    page.goto(f"{live_server.url}/environments/")
    page.focus("[data-menu=columns] summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.name")

    page.keyboard.press("Escape")

    assert (inside, page.evaluate("document.activeElement.localName")) == ("show", "summary")
    assert page.locator(".chooser[open]").count() == 0
