"""Each role's journey with the keyboard alone, and pages for people who see, move or read them in another way."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from certdash.models import Progress, Release
from tests.browser.keyboard import go, stop, unseen, whole
from tests.browser.stage import PHONE, STORY, Stage, context_of

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]
PIN_FILE = (
    "<network-security-config><domain-config><domain>acme-prod.cloud.example</domain><pin-set>"
    '<pin digest="SHA-256">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</pin></pin-set></domain-config>'
    "</network-security-config>"
)


@pytest.fixture
def opened(chromium: Browser, stage: Stage) -> Iterator[Open]:
    """Opens a page as somebody of the story, in a browser that wants what the options say."""
    contexts = []

    def opened(role: str, path: str, **options: object) -> Page:
        contexts.append(context_of(chromium, stage.url, stage.story[role], **options))
        page = contexts[-1].new_page()
        page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
        page.goto(f"{stage.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_first_stop_leads_past_the_navigation(opened: Open) -> None:
    page = opened("platform_admin", "/findings/")

    page.keyboard.press("Tab")
    first = stop(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    after = stop(page)

    assert first is not None
    assert after is not None
    assert (first.name, first.framed, first.shown) == ("Skip to the content", True, True)
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_way_past_the_navigation_is_seen_from_the_end_of_the_page_too(opened: Open) -> None:
    page = opened("platform_admin", "/findings/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    page.evaluate("document.querySelector('.skip').focus({ preventScroll: true })")

    here = stop(page)
    assert here is not None
    assert (here.name, here.shown, page.evaluate("scrollY > 0")) == ("Skip to the content", True, True)


def test_an_admin_finds_an_environment_checks_it_and_reads_its_rotation(opened: Open) -> None:
    page = opened("platform_admin", "/")
    page.keyboard.press("/")
    page.keyboard.type("hooli-prod")
    page.keyboard.press("Enter")
    page.wait_for_url("**/environments/**")  # the only thing of this name
    way = go(page, "Check now")
    page.keyboard.press("Enter")
    page.wait_for_selector("#check .progress-box")
    asked = Progress.objects.latest("pk").title

    way += go(page, "Rotations")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rotations/")
    way += go(page, r"\*\.cloud\.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rotations/*/")

    assert (asked.startswith("Checking"), unseen(way)) == (True, [])


def test_an_owner_uploads_previews_and_saves_a_pin_set(opened: Open, stage: Stage) -> None:
    page = opened("app_owner", stage.addresses["app of the story"])
    way = go(page, "Upload pin set")
    page.keyboard.press("Enter")
    page.wait_for_url("**/upload/")
    while page.evaluate("document.activeElement?.tagName") != "TEXTAREA":
        page.keyboard.press("Tab")
    page.keyboard.insert_text(PIN_FILE)
    way += go(page, "Preview")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=version]")
    page.focus("[name=version]")
    page.keyboard.type("9.9")
    way += go(page, "Save release")

    page.keyboard.press("Enter")
    page.wait_for_url(f"**{stage.addresses['app of the story']}")

    assert (Release.objects.filter(version="9.9").count(), unseen(way)) == (1, [])


def test_who_closes_an_explanation_goes_on_where_it_was_opened(opened: Open, stage: Stage) -> None:
    page = opened("app_owner", stage.addresses["app of the story"])
    way = go(page, ".* on .*: ")
    cell = way[-1].name
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2:focus")
    way += go(page, "(All releases)?Close")

    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not(:has(h2))", state="attached")
    page.wait_for_selector(".cell:focus")

    back = stop(page)
    assert back is not None
    assert (back.name, unseen(way)) == (cell, [])


def test_a_manager_comes_from_the_overview_to_an_app_and_prints_it(opened: Open) -> None:
    page = opened("manager", "/")
    way = go(page, "Field Service")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apps/*/")

    way += go(page, "Print")
    page.keyboard.press("Enter")

    assert (page.get_attribute("html", "data-printed"), unseen(way)) == ("yes", [])


@pytest.mark.parametrize("path", ["/", "/apps/", "/settings/channels/new/", *list(STORY.values())[:4]])
def test_every_stop_of_a_page_is_seen_and_none_is_a_trap(opened: Open, stage: Stage, path: str) -> None:
    names = {address: name for name, address in STORY.items()}
    page = opened("platform_admin", stage.addresses.get(names.get(path, ""), path))

    assert unseen(whole(page)) == []


def test_escape_closes_the_menu_and_gives_the_focus_back(opened: Open) -> None:
    page = opened("manager", "/findings/")
    go(page, "Account of")
    page.keyboard.press("Enter")
    go(page, "Dark")

    page.keyboard.press("Escape")

    here = stop(page)
    assert here is not None
    assert (here.name[:10], page.is_visible(".account .sheet")) == ("Account of", False)


@pytest.mark.parametrize("name", list(STORY)[:4])
def test_nothing_moves_for_those_who_want_it_so(opened: Open, stage: Stage, name: str) -> None:
    page = opened("platform_admin", stage.addresses[name], reduced_motion="reduce")

    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter((element) => {
          const style = getComputedStyle(element);
          return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )

    assert moving == 0


def test_with_few_colours_links_and_choices_are_still_told_apart(opened: Open) -> None:
    page = opened("platform_admin", "/", forced_colors="active")

    line = "element => getComputedStyle(element).textDecorationLine"
    edge = "element => getComputedStyle(element).borderBottomColor"
    current = page.eval_on_selector(".nav a[aria-current]", edge)
    other = page.eval_on_selector(".nav a:not([aria-current])", edge)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert page.eval_on_selector(".answer a", line) == "underline"
    assert (current != ground, other == ground) == (True, True)


def test_twice_as_large_nothing_of_a_page_is_lost(opened: Open) -> None:
    """1440 px at 200 % are 720: every link of the wide page is there, in the bar or in its menu."""
    wide = opened("manager", "/findings/")
    addresses = "[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"
    before = set(wide.evaluate(addresses))

    large = opened("manager", "/findings/", viewport={"width": 720, "height": 450}, device_scale_factor=2)
    large.click(".menu > summary")

    seen = "[...document.querySelectorAll('a[href]')].filter(link => link.offsetParent || link.className === 'skip')"
    assert before - set(large.evaluate(f"{seen}.map(link => link.getAttribute('href'))")) == set()


@pytest.mark.parametrize("name", ["app of the story", "environment of the story", "rotation of the story", "report"])
def test_what_can_be_done_stands_on_one_line_of_a_phone(opened: Open, stage: Stage, name: str) -> None:
    page = opened("platform_admin", stage.addresses.get(name, "/reports/pinning-risk/"), viewport=PHONE)

    tops = page.eval_on_selector_all(
        ".actions .button:not(:has(*)), .actions .filter",
        "all => all.filter(one => one.offsetParent).map(one => Math.round(one.getBoundingClientRect().top))",
    )

    assert (len(tops) > 1, max(tops) - min(tops) < 10) == (True, True)
