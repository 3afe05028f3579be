"""An owner's tools in a real browser: corrected files to copy and go on with, questions, a phone, no scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import App, Endpoint, Event, Notice, PinSet, Release, Role, User
from certdash.queries.judging.candidates import Target, read_candidate
from tests.browser import axe
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, Fleet, nsc, pin, serve, upload
from tests.pki import pem

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = timezone.now()
SERVED = ISSUING.leaf("*.cloud.test", not_before=TODAY - 150 * DAY, not_after=TODAY + 40 * DAY)
NEXT = ISSUING.leaf("*.cloud.test", not_before=TODAY - DAY, not_after=TODAY + 180 * DAY)
HOST = "a-host-whose-name-is-about-as-long-as-names-may-be.cloud.test"
FILE = nsc(HOST, pin(SERVED)).replace(b"><", b">\n<")
LONG = (
    "The app of everybody in field service with a name of one hundred and twenty characters that no column was made for"
)
LONG_WORD = "Aussendienstmitarbeiterzeiterfassungsundspesenabrechnungsanwendung"
TALL, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def release() -> Release:
    """It stops with the next rotation, which is announced; whose app is owned by Omar."""
    fleet = Fleet()
    endpoint = fleet.host(HOST)
    serve(endpoint, SERVED, ISSUING, at=TODAY)
    target = Target(fleet.domain)
    register(read_candidate(pem(NEXT, ISSUING), target, now=TODAY), target, Announcement(), actor=None, now=TODAY)
    owner = builders.user(Role.APP_OWNER, fleet.customer, email="omar@example.test")
    app = builders.app(fleet.customer, LONG, active_users=120_000)
    App.objects.update(owner=owner)
    found = builders.release(App.objects.get(pk=app.pk), "4.2", share=60)
    upload(found, FILE, TODAY)
    evaluate_endpoints(list(Endpoint.objects.values_list("pk", flat=True)), now=TODAY)
    return found


def context_of(
    chromium: Browser, server: LiveServer, person: User, *, scripts: bool = True, size: dict[str, int] = TALL
) -> BrowserContext:
    client = builders.signed_in(person)
    context = chromium.new_context(java_script_enabled=scripts, viewport=size)  # type: ignore[arg-type]  # a TypedDict
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return context


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, release: Release) -> Iterator[Page]:
    """What the owner sees."""
    assert release.app.owner is not None
    context = context_of(chromium, live_server, release.app.owner)
    yield context.new_page()
    context.close()


@pytest.fixture
def admin(chromium: Browser, live_server: LiveServer, release: Release) -> Iterator[Page]:
    context = context_of(chromium, live_server, builders.user(Role.PLATFORM_ADMIN, email="ada@example.test"))
    yield context.new_page()
    context.close()


def preview(page: Page, server: LiveServer, app: App) -> None:
    page.goto(f"{server.url}/apps/{app.pk}/upload/")
    page.fill("textarea[name=text]", FILE.decode())
    page.click("form[data-upload] button.primary")
    page.wait_for_selector(".upload-save")


def taken(page: Page) -> str:
    """The file that a click on Download brings."""
    with page.expect_download() as download:
        page.get_by_text("Download", exact=True).first.click()
    return Path(download.value.path()).read_text()


def faults(page: Page) -> list[str]:
    axe.bring(page)
    return axe.found(page, axe.EVERYTHING)


def test_what_is_copied_is_what_is_downloaded(page: Page, live_server: LiveServer, release: Release) -> None:
    page.goto(f"{live_server.url}/apps/{release.app_id}/corrected/")

    page.click("button.copy-words")
    expect(page.locator("#toasts")).to_have_text("Copied: the corrected network_security_config.xml.")
    copied = page.evaluate("navigator.clipboard.readText()")

    assert (pin(NEXT) in copied, copied == taken(page)) == (True, True)


def test_the_explanation_has_the_file_to_copy_too(page: Page, live_server: LiveServer, release: Release) -> None:
    page.goto(f"{live_server.url}/apps/{release.app_id}/")
    page.click(".cell.v-will_fail")
    page.wait_for_selector("#panel > .panel-head")

    page.click("#panel button.copy-words")
    expect(page.locator("#toasts")).to_have_text("Copied: the corrected network_security_config.xml.")

    assert pin(NEXT) in page.evaluate("navigator.clipboard.readText()")


def test_after_a_download_the_preview_can_be_saved_at_once(
    page: Page, live_server: LiveServer, release: Release
) -> None:
    preview(page, live_server, release.app)

    content = taken(page)
    page.fill(".upload-save [name=version]", "4.3")
    page.get_by_role("button", name="Save release").click()
    page.wait_for_url(f"{live_server.url}/apps/{release.app_id}/")

    assert pin(NEXT) in content
    assert bytes(PinSet.objects.get(release__version="4.3").source) == FILE


@pytest.mark.parametrize("scripts", [True, False])
def test_the_corrected_file_is_gone_on_with_and_saved_only_then(
    chromium: Browser, live_server: LiveServer, release: Release, scripts: bool
) -> None:
    assert release.app.owner is not None
    context = context_of(chromium, live_server, release.app.owner, scripts=scripts)
    page = context.new_page()
    preview(page, live_server, release.app)
    page.fill(".upload-save [name=version]", "4.3")

    page.get_by_role("button", name="Use the corrected file instead").click()
    page.wait_for_selector(".corrected-mark")
    stored = PinSet.objects.count()
    typed = page.input_value(".upload-save [name=version]")
    page.get_by_role("button", name="Save release").click()
    page.wait_for_url(f"{live_server.url}/apps/{release.app_id}/")
    context.close()

    assert (stored, typed) == (1, "4.3")
    assert pin(NEXT).encode() in bytes(PinSet.objects.get(release__version="4.3").source)


def test_two_clicks_ask_once_and_the_page_tells_it(
    admin: Page, live_server: LiveServer, release: Release, settings: Settings
) -> None:
    settings.SMTP_HOST = "mail.example.test"
    admin.goto(f"{live_server.url}/apps/{release.app_id}/")
    admin.get_by_role("link", name="Ask owner").click()
    admin.fill("textarea[name=note]", "When does it ship?")

    admin.get_by_role("button", name="Ask", exact=True).dblclick()
    admin.wait_for_selector(".app-asked")

    assert Notice.objects.filter(event=Event.OWNER_ASKED).count() == 1
    assert "ada asked omar" in admin.inner_text(".app-asked")
    assert "“When does it ship?”" in admin.inner_text(".app-asked")


def test_what_is_rare_stands_in_a_menu_for_the_keyboard_too(
    page: Page, live_server: LiveServer, release: Release
) -> None:
    page.goto(f"{live_server.url}/apps/{release.app_id}/")
    page.focus(".more-tools > summary")

    page.keyboard.press("Enter")
    page.wait_for_selector(".more-tools[open]")
    entries = page.locator(".more-tools .sheet > *:visible").all_inner_texts()
    page.keyboard.press("Escape")

    expect(page.locator(".more-tools[open]")).to_have_count(0)
    assert entries == ["Edit the app", "Register release", "Print"]
    assert page.evaluate("document.activeElement.textContent") == "More"


def test_simulate_leads_from_the_app_to_its_own_outcome(page: Page, live_server: LiveServer, release: Release) -> None:
    page.goto(f"{live_server.url}/apps/{release.app_id}/")

    page.get_by_role("link", name="Simulate").click()
    page.select_option("[name=scenario]", "other_ca")
    page.get_by_role("button", name="Simulate").click()
    page.wait_for_selector("#app")

    assert page.inner_text("h1").startswith(f"If *.cloud.test moves to another CA, {LONG} stops connecting for 72,000")
    assert page.locator("#app tbody tr").count() == 1


def test_axe_finds_nothing_on_a_preview_with_its_corrected_file_and_on_an_app_that_was_asked_about(
    admin: Page, live_server: LiveServer, release: Release, settings: Settings
) -> None:
    settings.SMTP_HOST = "mail.example.test"
    preview(admin, live_server, release.app)
    told = [f"preview: {line}" for line in faults(admin)]
    admin.goto(f"{live_server.url}/apps/{release.app_id}/ask/")
    admin.get_by_role("button", name="Ask", exact=True).click()
    admin.wait_for_selector(".app-asked")
    told += [f"app: {line}" for line in faults(admin)]
    admin.emulate_media(color_scheme="dark")
    admin.goto(f"{live_server.url}/apps/{release.app_id}/ask/")

    told += [f"asked before: {line}" for line in faults(admin)]

    assert told == []


@pytest.mark.parametrize("name", [LONG, LONG_WORD])
def test_on_a_phone_the_longest_names_leave_every_page_as_wide_as_the_screen(
    chromium: Browser, live_server: LiveServer, release: Release, settings: Settings, name: str
) -> None:
    settings.SMTP_HOST = "mail.example.test"
    App.objects.filter(pk=release.app_id).update(name=name)
    context = context_of(
        chromium, live_server, builders.user(Role.PLATFORM_ADMIN, email="ada@example.test"), size=PHONE
    )
    page, wide = context.new_page(), {}
    app = f"{live_server.url}/apps/{release.app_id}"
    simulated = f"{live_server.url}/simulate/?app={release.app_id}&where=app&scenario=other_ca"

    for url in (f"{app}/", f"{app}/ask/", f"{app}/corrected/", simulated):
        page.goto(url)
        wide[url] = page.evaluate("document.documentElement.scrollWidth")
    preview(page, live_server, release.app)
    wide["preview"] = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert {url: width for url, width in wide.items() if width > 390} == {}
