"""Every page that follows when something is sent, refusals, previews and settled ones: axe, the console, the focus."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.browser import axe
from tests.browser.stage import Stage, context_of
from tests.certdash import sending
from tests.certdash.sending import EMPTY, ROUTES, Given
from tests.certdash.visitors import World

pytestmark = pytest.mark.django_db
_TAG = re.compile(r"<([a-z]\w*)([^>]*)")
_CLASS = re.compile(r'class="([^"]*)"')
# Where the reader goes on: the first field that is wrong, or what is said of the whole form.
FOCUS = """() => {
  const here = document.activeElement, wrong = document.querySelector("form .field.invalid, .form-errors");
  if (!wrong) return "nothing is wrong";
  const first = document.querySelector("form .field.invalid :is(input, select, textarea)");
  return here === (first ?? wrong) || wrong.contains(here) ? "at the fault" : `at ${here.outerHTML.slice(0, 80)}`;
}"""


@pytest.fixture(scope="module")
def looking(chromium: Browser, stage: Stage) -> Iterator["Looking"]:
    context = context_of(chromium, stage.url, None, reduced_motion="reduce")
    yield Looking(context.new_page(), stage.url)
    context.close()


@pytest.fixture(scope="module")
def known() -> set[tuple[str, ...]]:
    """The kinds of elements that pages after a redirect had so far: what looks like another is looked at once."""
    return set()


@dataclass
class Looking:
    """One browser of somebody without a session: each page that it shows was made for another."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    response: Any = None

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.route("**/*", self._answer)

    def look(self, response: Any, *, is_new: bool) -> list[str]:
        """The answer as it was given, at its own address, with the style and the scripts of the server.

        What consists of nothing new has its words looked at, and not once more its colours and widths.
        """
        self.response = response
        self.complaints.clear()
        self.page.goto(f"{self.url}{response.request['PATH_INFO']}")
        focus = self.page.evaluate(FOCUS)
        told = axe.everywhere(self.page) if is_new else axe.by_day(self.page)
        return [*self.complaints, *told, *([focus] if focus.startswith("at <") else [])]

    def _answer(self, route: Route) -> None:
        if route.request.is_navigation_request():
            headers = {name: value for name, value in self.response.headers.items() if name != "Content-Length"}
            route.fulfill(status=self.response.status_code, headers=headers, body=self.response.content)
        elif "/static/" in route.request.url:
            route.continue_()
        else:
            route.fulfill(status=204)

    def _hear(self, message: ConsoleMessage) -> None:
        """Chromium tells the status of the page, and that a day or a number cannot be read: the form says both."""
        if not re.search("the server responded|The specified value", message.text):
            self.complaints.append(message.text)


def answers(world: World, route: str, connection: Any) -> list[tuple[str, Any]]:
    """In a thread that is not the browser's: there a loop runs, and a view that looks up a name runs one of its own."""
    connections["default"] = connection
    return [(name, sending.post(world, route, given)) for name, given in steps(world, route)]


def steps(world: World, route: str) -> Iterator[tuple[str, Given]]:
    yield "empty", EMPTY
    found = sending.forms(sending.page(world, route))
    if found:
        yield "nonsense", sending.nonsense(found[0])
    yield from sending.between(world, route)
    yield "wanted", sending.wanted(world, route)


def kinds(response: Any) -> set[tuple[str, ...]]:
    return {(tag, *_CLASS.findall(rest)) for tag, rest in _TAG.findall(response.content.decode())}


@pytest.mark.parametrize("route", ROUTES)
def test_axe_finds_nothing_on_what_follows(
    looking: Looking, stage: Stage, known: set[tuple[str, ...]], route: str
) -> None:
    told = []
    connections["default"].inc_thread_sharing()
    with ThreadPoolExecutor(1) as aside:
        found = aside.submit(answers, stage.world, route, connections["default"]).result()

    for name, response in found:
        here = kinds(response)
        is_new = bool(here - known)
        if name == "empty" or is_new:
            told += [f"{name}: {line}" for line in looking.look(response, is_new=is_new)]
        known |= here

    assert told == []
