"""What axe finds on the page that is open, each finding as one line."""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.stage import DESK, PHONE

# Without the styles that it would load a second time, against the policy of the pages. A list's first rows speak for
# the rest of it.
_PLACE = {"exclude": [["table.rows tbody tr:nth-child(n + 10)"]]}
_USUAL = {"resultTypes": ["violations"], "preload": False}
# Targets of 24 px are part of WCAG 2.2 AA and are off unless asked for.
EVERYTHING = _USUAL | {"rules": {"target-size": {"enabled": True}}}
# What changes with colours and width alone.
LOOKS = _USUAL | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LAYOUT = _USUAL | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
}
NAMES = (Path(__file__).parent / "names.js").read_text()
# 1280 px at 400 %, and 1440 px at 200 %.
REFLOWN = (320, 720)


def by_day(page: Page) -> list[str]:
    """Every rule of axe, and what it does not look for: parts and controls that are called alike, or nothing."""
    bring(page)
    doubts: list[str] = page.evaluate(NAMES)
    return [*found(page, EVERYTHING), *doubts]


def everywhere(page: Page) -> list[str]:
    """Both themes and both widths of the page that is open; it is left as it was."""
    told = by_day(page)
    page.emulate_media(color_scheme="dark")
    told += [f"dark: {line}" for line in found(page, EVERYTHING)]
    page.set_viewport_size(PHONE)
    told += [f"dark, narrow: {line}" for line in found(page, LAYOUT)]
    told += [f"{width}: {wider} px wider than the window" for width in REFLOWN if (wider := _overflow(page, width))]
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    return told


def _overflow(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800})
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wider


def bring(page: Page) -> None:
    page.evaluate(AXE_SCRIPT)


def found(page: Page, options: dict[str, Any]) -> list[str]:
    """Impact, rule and place. There are no frames, so the last part of a place is the whole of it."""
    answer = page.evaluate("([place, options]) => axe.run(place, options)", [_PLACE, options])
    return [
        f"{rule['impact']} {rule['id']}: {node['target'][-1]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
