"""Uploading in a real browser: what is chosen, dropped or pasted, the bar of a large app, and lines that break."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from certdash.models import App, PinSet, Role
from tests.certdash import builders, fleet
from tests.pins.artefacts.apps import PATH, apk, pinning
from tests.pins.artefacts.building import axml

pytestmark = pytest.mark.django_db(transaction=True)

LEAF, BACKUP = fleet.pin(fleet.WILDCARD), fleet.pin(fleet.BACKUP)
XML = fleet.nsc("api.cloud.test", LEAF, BACKUP)
MEGABYTE = 1024 * 1024
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
DRAG = """(kind) => {
  const data = new DataTransfer();
  data.items.add(new File(["x"], "a.xml"));
  document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true }));
}"""
PASTE_FILE = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def app() -> App:
    return builders.app()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """An app of 6 MB, most of which is a library that packs to nothing less."""
    path = tmp_path / "shop.apk"
    config = axml(pinning(LEAF, BACKUP, host="api.cloud.test"))
    path.write_bytes(apk({PATH: config, "assets/large.bin": os.urandom(6 * MEGABYTE)}))
    return path


def context_of(chromium: Browser, server: LiveServer, app: App, *, scripts: bool = True) -> BrowserContext:
    client = builders.signed_in(builders.user(Role.APP_OWNER, app.customer))
    context = chromium.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return context


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, app: App) -> Iterator[Page]:
    """The first step, with what the console complains about in `complaints`."""
    context = context_of(chromium, live_server, app)
    page = context.new_page()
    page.goto(f"{live_server.url}/apps/{app.pk}/upload/")
    yield page
    context.close()


def slow(page: Page) -> None:
    """About 1 MB a second, so that there is something to see and to stop."""
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": MEGABYTE}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", limits)


def test_a_large_app_shows_how_far_it_is_and_then_its_preview(page: Page, built: Path) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    slow(page)
    page.set_input_files("input[type=file]", built)

    page.click("button.primary")
    expect(page.locator("[data-sending-told]")).to_have_text(re.compile("0 % sent"))
    said, words = page.inner_text("[data-sending-told]"), page.inner_text("[data-sending-words]")
    page.wait_for_selector(".upload-save")

    assert (said.endswith("0 % sent"), "% of 6.0 MB" in words) == (True, True)
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.input_value(".upload-save [name=version]") == "3.1"
    assert page.inner_text(".result-rows tbody th >> nth=0").startswith("shop.apk")
    assert complaints == []


def test_back_from_the_preview_of_a_large_app_leads_to_the_form(page: Page, built: Path) -> None:
    page.set_input_files("input[type=file]", built)
    page.click("button.primary")
    page.wait_for_selector(".upload-save")

    page.go_back()

    expect(page.locator("form[data-upload] textarea")).to_be_visible()
    assert page.locator(".upload-save").count() == 0


def test_an_upload_can_be_stopped_from_the_keyboard(page: Page, built: Path) -> None:
    slow(page)
    page.set_input_files("input[type=file]", built)
    page.click("button.primary")
    expect(page.locator("[data-sending-told]")).to_have_text(re.compile("0 % sent"))
    focused = page.evaluate("document.activeElement.textContent")

    page.keyboard.press("Enter")

    assert (focused, page.inner_text("[data-told]")) == ("Stop the upload", "Stopped. Nothing was stored.")
    assert (page.is_visible("progress"), page.is_visible("input[type=file]")) == (False, True)


def test_a_session_that_ended_is_told_before_anything_is_sent(page: Page, built: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    Session.objects.all().delete()
    page.set_input_files("input[type=file]", built)

    page.click("button.primary")
    page.wait_for_selector("[data-told] a")

    told = page.inner_text("[data-told]")
    assert told == "Your session has ended, so nothing was sent. Log in again"
    assert (page.locator("[name=password]").count(), sent) == (0, ["HEAD"])


def test_a_file_dropped_anywhere_is_previewed_at_once(page: Page) -> None:
    page.evaluate(DROP, ["pins.xml", XML.decode()])

    page.wait_for_selector(".upload-save")

    assert page.inner_text(".file-bar .file-name") == "pins.xml"


def test_the_drop_zone_shows_that_something_hangs_over_it(page: Page) -> None:
    page.evaluate(DRAG, "dragenter")
    over = page.evaluate("document.body.className")

    page.evaluate(DRAG, "dragleave")

    assert (over, page.evaluate("document.body.className")) == ("dragging", "")


def test_pasted_text_lands_in_its_field(page: Page) -> None:
    page.evaluate(PASTE, XML.decode())

    assert (page.input_value("textarea"), page.evaluate("document.activeElement.name")) == (XML.decode(), "text")


def test_a_pasted_file_is_previewed_at_once(page: Page) -> None:
    page.evaluate(PASTE_FILE, ["pins.xml", XML.decode()])

    page.wait_for_selector(".upload-save")

    assert page.inner_text(".file-bar .file-name") == "pins.xml"


def test_another_file_dropped_on_a_preview_takes_its_place_and_keeps_what_was_typed(page: Page) -> None:
    page.evaluate(DROP, ["pins.xml", XML.decode()])
    page.wait_for_selector(".upload-save")
    page.fill(".upload-save [name=version]", "4.2")

    page.evaluate(DROP, ["other.xml", XML.decode()])
    expect(page.locator(".file-bar .file-name")).to_have_text("other.xml")

    assert page.input_value(".upload-save [name=version]") == "4.2"


def test_what_is_too_large_is_said_before_it_is_sent(page: Page) -> None:
    page.evaluate(DROP, ["pins.xml", "x" * 5 * MEGABYTE])

    told = page.inner_text("[data-told]")
    assert told.startswith("pins.xml has 5.0 MB; a pin file has a few kB")
    assert page.locator(".drop.refused").count() == 1


def test_a_plain_form_does_all_of_it_without_scripts(
    chromium: Browser, live_server: LiveServer, app: App, built: Path, tmp_path: Path
) -> None:
    context = context_of(chromium, live_server, app, scripts=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/apps/{app.pk}/upload/")
    page.set_input_files("input[type=file]", built)

    page.click("button.primary")
    page.fill("[name=version]", "4.4")
    page.click(".upload-save button.primary")

    assert page.url == f"{live_server.url}/apps/{app.pk}/"
    assert list(PinSet.objects.values_list("file_name", "release__version")) == [(f"shop.apk: {PATH}", "4.4")]
    context.close()


def test_the_whole_way_works_from_the_keyboard(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "pins.xml"
    path.write_bytes(XML)
    page.focus("input[type=file]")
    page.set_input_files(":focus", path)  # the dialog itself is the browser's own
    page.focus("button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".upload-save")
    page.focus("[name=version]")
    page.keyboard.type("4.2")

    page.focus(".upload-save button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=is saved with its pin set")

    assert PinSet.objects.get().release.version == "4.2"
