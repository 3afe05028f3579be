"""The pages in a real browser: keyboard, colours, selection, narrow windows, a strict policy, and no scripts."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from certdash.actions.audit import record
from certdash.models import Finding, Role
from tests.certdash import builders

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/", "/environments/", "/certificates/", "/findings/", "/activity/", "/search/?q=acme", "/nowhere/")


def context_of(chromium: Browser, server: LiveServer, *, width: int = 1440, scripts: bool = True) -> BrowserContext:
    """A browser in which a platform admin has logged in."""
    client = builders.signed_in(builders.user(Role.PLATFORM_ADMIN))
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return context


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = context_of(chromium, live_server)
    yield context.new_page()
    context.close()


def test_a_slash_leads_to_the_search_from_anywhere(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/findings/")

    page.keyboard.press("/")
    page.keyboard.type("acme")

    assert page.input_value("#find") == "acme"


def test_chosen_colours_stay_and_stand_before_the_first_paint(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/findings/")
    page.click("details.account > summary")
    page.click("details.account [data-choice=theme][value=dark]")

    page.goto(f"{live_server.url}/activity/")

    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (page.get_attribute("html", "data-theme"), ground) == ("dark", "rgb(14, 17, 22)")


def test_the_bulk_bar_appears_with_the_first_selected_row(page: Page, live_server: LiveServer) -> None:
    owner = builders.customer()
    builders.environment(owner, "a"), builders.environment(owner, "b")
    page.goto(f"{live_server.url}/environments/")
    before = page.is_visible(".bulk")

    page.check("[aria-label='Select a']")
    first = page.inner_text("[data-count]")
    page.check("[data-pick-all]")

    assert (before, first, page.inner_text("[data-count]")) == (False, "1 selected", "2 selected")


def test_choosing_a_filter_changes_the_address_and_leaves_out_the_empty_ones(
    page: Page, live_server: LiveServer
) -> None:
    builders.environment()
    page.goto(f"{live_server.url}/environments/")

    with page.expect_navigation():
        page.select_option("select[name=stage]", "test")

    assert page.url == f"{live_server.url}/environments/?stage=test"


def test_without_scripts_lists_can_still_be_filtered(chromium: Browser, live_server: LiveServer) -> None:
    builders.environment(None, "kept", stage="test")
    builders.environment(None, "dropped", stage="production")
    context = context_of(chromium, live_server, scripts=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/environments/")

    page.select_option("select[name=stage]", "test")
    page.click("text=Apply")

    assert page.locator("table.rows tbody th a").all_inner_texts() == ["kept"]
    context.close()


@pytest.mark.parametrize("width", [390, 768, 1920])
def test_no_page_is_wider_than_its_window_or_breaks_its_policy(
    chromium: Browser, live_server: LiveServer, width: int
) -> None:
    builders.environment(
        builders.customer("Acme with a rather long name of its own"), "acme-production-environment-one"
    )
    builders.app(badness=1)
    context = context_of(chromium, live_server, width=width)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    wider = []
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        wider.append(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert (wider, complaints) == ([0] * len(PAGES), [])
    context.close()


def test_history_and_findings_stand_below_each_other_on_a_phone(chromium: Browser, live_server: LiveServer) -> None:
    environment = builders.environment()
    endpoint = builders.endpoint(environment)
    Finding.objects.create(endpoint=endpoint, code="expires_soon", text="It expires soon.", first_seen_at=builders.NOW)
    context = context_of(chromium, live_server, width=390)
    page = context.new_page()

    page.goto(f"{live_server.url}/environments/{environment.pk}/")

    left = "element => Math.round(element.getBoundingClientRect().left)"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert page.eval_on_selector("#history", left) == page.eval_on_selector("#findings", left)
    context.close()


def test_the_head_of_the_sorted_column_says_so(page: Page, live_server: LiveServer) -> None:
    builders.environment()

    page.goto(f"{live_server.url}/environments/?sort=-name")

    assert page.locator("th[aria-sort]").evaluate_all(
        "heads => heads.map(head => [head.innerText, head.ariaSort])"
    ) == [["Environment", "descending"]]


@pytest.mark.parametrize("path", ["apps", "environments", "activity"])
def test_a_name_without_a_space_fits_on_a_phone(chromium: Browser, live_server: LiveServer, path: str) -> None:
    owner = builders.customer("C" * 80)
    builders.environment(owner, "E" * 80)
    app = builders.app(owner, "A" * 118)
    record(None, "created", app, at=builders.NOW, customer=owner)
    context = context_of(chromium, live_server, width=390)
    page = context.new_page()

    page.goto(f"{live_server.url}/{path}/")
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert width == 390
