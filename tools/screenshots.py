"""Screenshots of every page, light and dark, wide and narrow, of a running certdash: URL [E-MAIL PASSWORD [FOLDER]]."""

import sys
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, Error, Page, sync_playwright

from certdash.demo.log_ins import LOG_INS, PASSWORD

PATHS = (
    "/",
    "/environments/",
    "/apps/",
    "/rotations/",
    "/certificates/",
    "/findings/",
    "/activity/",
    "/settings/",
    "/reports/pinning-risk/",
)
# Where a list leads: the first link of its first row.
DETAILS = ("/environments/", "/apps/", "/rotations/", "/certificates/")
THEMES = ("light", "dark")
WIDTHS = (1440, 390)


def main(url: str, email: str = LOG_INS[0].email, password: str = PASSWORD, folder: str = "var/screenshots") -> None:
    """The demo's first log-in unless another one is given."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    program = which("chromium") or which("google-chrome")
    if program is None:
        sys.exit("There is no Chromium. Install it: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for theme in THEMES:
            for width in WIDTHS:
                _walk(browser, url.rstrip("/"), (email, password), theme, width, target)
        browser.close()


def _walk(browser: Browser, url: str, person: tuple[str, str], theme: str, width: int, target: Path) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{url}/log-in/")
    _shoot(page, target / f"log-in-{theme}-{width}.png")
    page.fill("[name=username]", person[0])
    page.fill("[name=password]", person[1])
    page.click("button[type=submit]")
    for path in PATHS:
        page.goto(f"{url}{path}")
        name = path.strip("/").replace("/", "-") or "overview"
        _shoot(page, target / f"{name}-{theme}-{width}.png")
        first = page.locator("table.rows tbody th a").first
        if path in DETAILS and first.count():
            page.goto(f"{url}{first.get_attribute('href')}")
            _shoot(page, target / f"{name}-one-{theme}-{width}.png")
    context.close()


def _shoot(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.screenshot(path=path, full_page=True)
    print(f"{path}{f'  WIDER THAN THE WINDOW by {overflow} px' if overflow > 0 else ''}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Error as error:
        sys.exit(f"No picture could be taken; is certdash running there? {error.message.splitlines()[0]}")
