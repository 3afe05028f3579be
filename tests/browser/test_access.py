"""Every page that the access matrix names, for everybody who may see it: axe finds nothing, nor does the console."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import axe
from tests.browser.stage import STORY, Stage, context_of
from tests.certdash import builders
from tests.certdash.access_matrix import ROWS

pytestmark = pytest.mark.django_db
ANSWERS = {row.route: row.answers for row in ROWS if row.ask == "GET"}
PEOPLE = ("platform_admin", "app_owner", "manager", "customer_admin", "platform_manager", "anonymous")
# No pages: one word for a machine, two files.
NO_PAGES = {"healthz", "calendar_feed", "corrected"}
PAGES = sorted({route for route in ANSWERS if "200" in ANSWERS[route].values()} - NO_PAGES) + list(STORY)
_TAG = re.compile(r"<([a-z]\w*)([^>]*)")
_CLASS = re.compile(r'class="([^"]*)"')
# 1280 px at 400 %, and 1440 px at 200 %; tablets and laptops, on which lists drop columns.
REFLOWN = (320, 720, 768, 1024, 1180, 1280)


@dataclass
class Reader:
    """One browser for each person, opened when first needed."""

    chromium: Browser
    stage: Stage
    pages: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page(self, role: str, name: str) -> Page:
        person = self.stage.person(role, name)
        key = str(person and person.pk)
        if key not in self.pages:
            self.pages[key] = page = context_of(self.chromium, self.stage.url, person).new_page()
            page.on("console", self._hear)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.pages[key]

    def _hear(self, message: ConsoleMessage) -> None:
        """Chromium also tells the status of the page itself, which the matrix holds."""
        if message.location["url"] != (message.page and message.page.url) or "the server responded" not in message.text:
            self.complaints.append(message.text)

    def look(self, role: str, name: str) -> list[str]:
        """Both themes and both widths; what the console said while it loaded comes first."""
        page = self.page(role, name)
        self.complaints.clear()
        page.goto(f"{self.stage.url}{self.stage.addresses[name]}")
        told = axe.everywhere(page)
        return [*self.complaints, *told]


@pytest.fixture(scope="module")
def reader(chromium: Browser, stage: Stage) -> Iterator[Reader]:
    reader = Reader(chromium, stage)
    yield reader
    for page in reader.pages.values():
        page.context.close()


def seen_by(name: str) -> list[str]:
    return [
        role for role in PEOPLE if ANSWERS.get(name, {}).get(role) == "200" or (name in STORY and role != "anonymous")
    ]


def parts(stage: Stage, role: str, name: str) -> set[tuple[str, ...]]:
    """The kinds of elements on a page: what two roles see alike is looked at once."""
    person = stage.person(role, name)
    client = builders.signed_in(person) if person else Client()
    response = client.get(stage.addresses[name])
    assert isinstance(response, HttpResponse)
    return {(tag, *_CLASS.findall(rest)) for tag, rest in _TAG.findall(response.content.decode())}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_the_console_stays_silent(reader: Reader, name: str) -> None:
    told, known = [], set[tuple[str, ...]]()

    for role in seen_by(name):
        here = parts(reader.stage, role, name)
        if here - known:
            told += [f"{role}: {line}" for line in reader.look(role, name)]
            known |= here

    assert told == []
