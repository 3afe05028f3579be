"""Where pages and their parts meet: going back and forth, answers in the wrong order, sessions that end, reloading."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route
from pytest_django.live_server_helper import LiveServer

from certdash.models import Progress, User, Verdict
from tests.browser.test_lists import context_of, explained, path
from tests.certdash import builders
from tests.certdash.builders import NOW, PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = context_of(chromium, live_server)
    yield context.new_page()
    context.close()


def two_cells() -> tuple[Verdict, Verdict]:
    """Of one app, side by side."""
    first = explained()
    assert first.endpoint is not None
    host = builders.endpoint(first.endpoint.environment)
    second = Verdict.objects.create(
        release=first.release, endpoint=host, host=host.host, value="ready", badness=5, now="ready", next="ready",
        reason_code="pin_matches", reason="It matches too.", decided_at=NOW,
    )  # fmt: skip
    return first, second


def test_from_filter_to_detail_and_back_twice_everything_is_as_it_was(page: Page, live_server: LiveServer) -> None:
    builders.environment(None, "kept", stage="test")
    builders.environment(None, "other", stage="production")
    page.goto(f"{live_server.url}/environments/")
    with page.expect_navigation():
        page.select_option("select[name=stage]", "test")
    page.click("text=kept")
    page.wait_for_url("**/environments/*/")

    page.go_back()
    filtered = path(page), page.input_value("select[name=stage]"), page.locator("tbody tr").count()
    page.go_back()

    assert filtered == ("/environments/?stage=test", "test", 1)
    assert (path(page), page.input_value("select[name=stage]"), page.locator("tbody tr").count()) == (
        "/environments/",
        "",
        2,
    )


def test_back_from_another_page_to_an_open_panel_shows_the_whole_page(page: Page, live_server: LiveServer) -> None:
    cell = explained()
    page.goto(f"{live_server.url}/apps/{cell.release.app_id}/")
    page.click("a.cell")
    page.wait_for_selector("#panel > .panel-head")
    page.click(".crumbs >> text=Apps")
    page.wait_for_url("**/apps/")

    page.go_back()

    assert path(page) == f"/apps/{cell.release.app_id}/verdicts/{cell.pk}/"
    assert (page.locator(".bar").count(), page.locator("#panel-title").count()) == (1, 1)


def test_a_late_answer_never_takes_the_place_of_a_later_question(page: Page, live_server: LiveServer) -> None:
    first, second = two_cells()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/verdicts/{first.pk}/", hold)
    page.goto(f"{live_server.url}/apps/{first.release.app_id}/")
    with page.expect_request(f"**/verdicts/{first.pk}/"):
        page.click(f"a.cell[href$='/{first.pk}/']")

    page.click(f"a.cell[href$='/{second.pk}/']")
    page.wait_for_selector(f"#panel-title:has-text('{second.host}')")
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")

    assert second.host in page.inner_text("#panel-title")
    assert path(page) == f"/apps/{first.release.app_id}/verdicts/{second.pk}/"
    assert page.locator(".faults .notice").count() == 0


def test_who_logs_in_again_goes_on_where_the_session_ended(page: Page, live_server: LiveServer) -> None:
    cell = explained()
    page.goto(f"{live_server.url}/apps/{cell.release.app_id}/")
    Session.objects.all().delete()
    with page.expect_navigation():
        page.click("a.cell")
    told = page.inner_text("main .notice")

    page.fill("[name=username]", User.objects.get().email)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")

    assert told == "Your session has ended. Log in, and you are back where you were."
    assert path(page) == f"/apps/{cell.release.app_id}/"


@pytest.mark.parametrize(
    ("status", "words"),
    [(413, "What you sent is too large"), (429, "That was asked for too often"), (503, "certdash could not answer")],
)
def test_a_fault_of_a_check_is_told_and_it_can_be_asked_for_again(
    page: Page, live_server: LiveServer, status: int, words: str
) -> None:
    environment = builders.environment()
    builders.endpoint(environment)
    page.goto(f"{live_server.url}/environments/{environment.pk}/")
    page.route("**/probe/", lambda route: route.fulfill(status=status, body="<h1>no</h1>"), times=1)

    page.click("text=Check now")
    page.wait_for_selector(".faults .notice")
    told = page.inner_text(".faults .notice span"), page.inner_text("#check")
    page.click("text=Check now")
    page.wait_for_selector("#check .progress-box")

    assert (told[0].startswith(words), told[1], Progress.objects.count()) == (True, "", 1)


def test_what_failed_offline_works_when_the_connection_is_back(page: Page, live_server: LiveServer) -> None:
    environment = builders.environment()
    builders.endpoint(environment)
    page.goto(f"{live_server.url}/environments/{environment.pk}/")
    page.context.set_offline(True)
    page.click("text=Check now")
    page.wait_for_selector(".faults .notice")

    page.context.set_offline(False)
    page.click("text=Check now")
    page.wait_for_selector("#check .progress-box")

    assert (page.locator(".faults .notice").count(), Progress.objects.count()) == (0, 1)


def test_a_bar_whose_connection_breaks_says_so_once_and_goes_on(page: Page, live_server: LiveServer) -> None:
    environment = builders.environment()
    builders.endpoint(environment)
    page.goto(f"{live_server.url}/environments/{environment.pk}/")
    page.click("text=Check now")
    page.wait_for_selector("#check .progress-box")
    page.context.set_offline(True)
    page.wait_for_selector(".faults .notice")
    page.wait_for_timeout(2500)
    told = page.locator(".faults .notice").count()

    page.context.set_offline(False)
    Progress.objects.update(ended_at=timezone.now(), done=1, result="Checked 1. All could be read.")
    page.wait_for_selector("text=All could be read.")

    assert (told, page.locator(".faults .notice").count()) == (1, 0)


@pytest.mark.parametrize("way", ["opened directly", "reloaded"])
def test_a_panel_has_its_whole_page_around_it(page: Page, live_server: LiveServer, way: str) -> None:
    cell = explained()
    app = f"{live_server.url}/apps/{cell.release.app_id}/"
    if way == "reloaded":
        page.goto(app)
        page.click("a.cell")
        page.wait_for_selector("#panel > .panel-head")
        page.reload()
    else:
        page.goto(f"{app}verdicts/{cell.pk}/")

    shown = page.is_visible("#panel-title"), page.is_visible("#matrix"), page.locator(".cell[aria-current]").count()
    page.click("#panel [data-close]")
    page.wait_for_selector("#panel-title", state="detached")

    assert (shown, page.url) == ((True, True, 1), f"{app}?panel=closed")


def test_a_reload_keeps_filters_order_and_page(page: Page, live_server: LiveServer) -> None:
    owner = builders.customer()
    for number in range(60):
        builders.environment(owner, f"e{number:02}", stage="test")
    page.goto(f"{live_server.url}/environments/?stage=test&sort=-name")
    page.click(".pager >> text=Next")
    page.wait_for_url("**after=**")
    before = page.inner_text(".pager span >> nth=0"), page.locator("tbody th a").all_inner_texts()

    page.reload()

    assert (page.inner_text(".pager span >> nth=0"), page.locator("tbody th a").all_inner_texts()) == before
    assert before == ("51–60 of 60", [f"e{number:02}" for number in range(9, -1, -1)])
