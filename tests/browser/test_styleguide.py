"""The style guide beside its snapshot: size and computed style of every specimen, in both themes.

Pixels differ with every machine's font rendering, so they are not compared; what a style sheet decides is. After an
intended change: `RENEW_SNAPSHOT=1 .venv/bin/pytest tests/browser/test_styleguide.py`, and look at the difference.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import axe
from tests.browser.stage import PHONE, context_of

pytestmark = pytest.mark.django_db(transaction=True)
MEASURE = (Path(__file__).parent / "specimen.js").read_text()
# Text of the same font is a little wider or narrower in other versions of the browser, and wraps elsewhere.
NEAR = 4


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    settings.DEBUG = True
    context = context_of(chromium, live_server.url, None)
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate("document.fonts.ready")
    yield page
    context.close()


def specimens(page: Page) -> dict[str, Any]:
    found = page.locator("[data-specimen]").element_handles()
    return {str(one.get_attribute("data-specimen")): one.evaluate(MEASURE) for one in found}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_looks_as_it_was_accepted(page: Page, theme: str) -> None:
    kept = Path(__file__).parent / f"styleguide-{theme}.json"
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    found = specimens(page)

    if os.environ.get("RENEW_SNAPSHOT"):
        kept.write_text(json.dumps(found, indent=1) + "\n")
    accepted = json.loads(kept.read_text())
    assert {name: one["kinds"] for name, one in found.items()} == {name: one["kinds"] for name, one in accepted.items()}
    moved = [
        f"{name}: {side} {one[side]}, accepted {accepted[name][side]}"
        for name, one in found.items()
        for side in ("width", "height")
        if abs(one[side] - accepted[name][side]) > NEAR
    ]
    assert moved == []


def test_axe_finds_nothing_in_the_style_guide(page: Page) -> None:
    axe.bring(page)

    told = axe.found(page, axe.EVERYTHING)
    page.emulate_media(color_scheme="dark")
    told += axe.found(page, axe.LOOKS)
    page.set_viewport_size(PHONE)
    told += axe.found(page, axe.LAYOUT)

    assert (told, page.evaluate("document.documentElement.scrollWidth - innerWidth")) == ([], 0)


def test_hover_and_focus_are_seen(page: Page) -> None:
    button = page.locator("[data-specimen=buttons] .button").first
    border = "element => getComputedStyle(element).borderTopColor"
    before = button.evaluate(border)
    button.hover()
    hovered = button.evaluate(border)
    page.keyboard.press("Tab")
    button.focus()

    assert before != hovered
    assert button.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_the_notations_of_a_hash_come_with_the_focus_and_go_with_escape(page: Page) -> None:
    code = page.locator("[data-specimen=hash] code").first
    tip = page.locator("[data-specimen=hash] .tip")

    code.focus()
    shown = tip.is_visible()
    page.keyboard.press("Escape")

    assert (shown, tip.is_visible()) == (True, False)


def test_a_chosen_density_is_kept_and_stands_before_the_first_paint(page: Page, live_server: LiveServer) -> None:
    height = "document.querySelector('[data-specimen=rows] td').offsetHeight"
    usual = page.evaluate(height)
    page.click("main [data-choice=density][value=compact]")
    pressed = page.get_attribute("main [data-choice=density][value=compact]", "aria-pressed")

    page.route("**/app.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/styleguide/")

    assert (usual, pressed, page.evaluate(height)) == (40, "true", 32)
