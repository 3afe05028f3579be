"""Going through a page with the keyboard alone, and what is found on the way."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

_FOCUS = (Path(__file__).parent / "focus.js").read_text()
MOST = 400


@dataclass(frozen=True, slots=True)
class Stop:
    """What one press of Tab leads to. `framed`: the focus is drawn. `shown`: it is in the window and under nothing."""

    name: str
    framed: bool
    shown: bool


def stop(page: Page) -> Stop | None:
    """Nothing at the end of the page, where the browser's own controls follow."""
    found = page.evaluate(_FOCUS)
    return Stop(**found) if found else None


def go(page: Page, name: str) -> list[Stop]:
    """Tabs on until what has the focus is called so from its beginning; every stop on the way comes back."""
    way = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = stop(page)
        if here is not None:
            way.append(here)
            if re.match(name, here.name):
                return way
    raise AssertionError(f"Nothing called {name} in {[each.name for each in way]}")


def unseen(way: list[Stop]) -> list[str]:
    return [each.name for each in way if not (each.framed and each.shown)]


def whole(page: Page) -> list[Stop]:
    """Every stop from the start of the page to its end; a trap never comes to the end."""
    way: list[Stop] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = stop(page)
        if here is None:
            return way
        way.append(here)
    raise AssertionError(f"No end of the page after {MOST} stops; the last are {[each.name for each in way[-4:]]}")
