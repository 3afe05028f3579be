"""Every page of a running demo × theme × width × role, and all of them on one contact sheet: URL [FOLDER]."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from shutil import which
from time import monotonic

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from certdash.demo.log_ins import LOG_INS, PASSWORD
from certdash.demo.pin_files import HASH_OF_NOTHING, PLACEHOLDER, Rule, network_security_config

LOOKS = tuple((theme, width) for width in (1440, 390) for theme in ("light", "dark"))
# A wide screen, and a sheet of A4 at 96 dots an inch: of the pages that lists and drawings fill.
MORE = (("light", 1920), ("print", 794))
PIN_FILE = network_security_config([Rule("acme-prod.cloud.example", (HASH_OF_NOTHING, PLACEHOLDER))]).source.decode()
ROW = "table.rows tbody th a"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page by its address; what is then followed (`>`), filled in (`=`), opened or pressed (`!`), by selectors."""

    name: str
    path: str
    steps: tuple[str, ...] = ()


FILLED = {"overview", "report", "app: explanation", *(f"{name}: one" for name in ("environments", "apps", "rotations"))}
LISTS = ("environments", "apps", "rotations", "certificates", "findings", "activity", "settings")
OWN = ("members", "channels", "backup-keys", "calendar", "notices", "archived")
PLATFORM = ("customers", "platform-domains", "trust-stores")
SEND = "!main form[method=post] button.primary"
PREVIEW = (f">{ROW}", ">main a[href$='/upload/']", f"=textarea[name=text]={PIN_FILE}", SEND)
PANEL = (f">{ROW}", ">.cell.v-failing, .cell.v-will_fail")

ADMIN = (
    Shot("overview", "/"),
    *(Shot(name, f"/{name}/") for name in LISTS),
    *(Shot(f"{name}: one", f"/{name}/", (f">{ROW}",)) for name in LISTS[:4]),
    Shot("environments: selected", "/environments/", ("!tbody .pick >> nth=0", "!tbody .pick >> nth=1")),
    Shot("environments: none", "/environments/?q=no-such-name"),
    Shot("environment: new", "/environments/new/"),
    Shot("environment: faults", "/environments/new/", (SEND,)),
    Shot("environments: import", "/environments/import/"),
    Shot("environment: edit", "/environments/", (f">{ROW}", ">main a[href$='/edit/']")),
    Shot("app: explanation", "/apps/", PANEL),
    Shot("app: corrected files", "/apps/", (f">{ROW}", ">main a[href$='/corrected/']")),
    Shot("app: ask the owners", "/apps/", (f">{ROW}", ">main a[href$='/ask/']")),
    Shot("app: simulate", "/apps/", (f">{ROW}", ">main a[href*='/simulate/?app=']", SEND)),
    Shot("app: new", "/apps/new/"),
    Shot("app: edit", "/apps/", (f">{ROW}", ">main a[href$='/edit/']")),
    Shot("app: archive", "/apps/", (f">{ROW}", ">main a[href$='/edit/']", ">a[href$='/archive/']")),
    Shot("app: move", "/apps/", (f">{ROW}", ">main a[href*='/move/']")),
    Shot("report", "/reports/pinning-risk/"),
    Shot("rotation: edit", "/rotations/", (f">{ROW}", ">main a[href$='/edit/']")),
    Shot("simulate", "/simulate/"),
    Shot("simulate: outcome", "/simulate/", ("=select[name=scenario]=new_root", SEND)),
    Shot("announce", "/environments/", (f">{ROW}", ">main a[href*='/successors/new/']")),
    Shot("findings: help", "/findings/help/"),
    Shot("search: hits", "/search/?q=acme"),
    Shot("search: nothing", "/search/?q=no-such-thing"),
    *(Shot(f"settings: {name}", f"/settings/{name}/") for name in (*OWN, *PLATFORM)),
    Shot("channel: new", "/settings/channels/new/"),
    Shot("channel: faults", "/settings/channels/new/", (SEND,)),
    Shot("trust store: new", "/settings/trust-stores/new/"),
    Shot("not found", "/nowhere/"),
    Shot("menu", "/findings/", ("!details.account > summary:visible, details.menu > summary:visible",)),
)
OWNER = (
    Shot("overview", "/"),
    Shot("apps", "/apps/"),
    Shot("app", "/apps/", (f">{ROW}",)),
    Shot("app: explanation", "/apps/", PANEL),
    Shot("upload", "/apps/", PREVIEW[:2]),
    Shot("upload: preview", "/apps/", PREVIEW),
    Shot("upload: nothing given", "/apps/", (*PREVIEW[:2], SEND)),
    Shot("not allowed", "/environments/new/"),
    Shot("settings", "/settings/"),
)
MANAGER = (
    Shot("overview", "/"),
    Shot("app", "/apps/", (f">{ROW}",)),
    Shot("rotations: one", "/rotations/", (f">{ROW}",)),
    Shot("findings", "/findings/"),
)
NOBODY = (Shot("log-in", "/log-in/"), Shot("log-in: refused", "/log-in/", ("=[name=username]=x@y.example", SEND)))
LONGEST = 60  # seconds for one picture; a few are usual, more on a busy machine
ALBUM = (("", NOBODY), ("platform_admin", ADMIN), ("app_owner", OWNER), ("manager", MANAGER))


def main(url: str, folder: str = "var/screenshots") -> None:
    """The demo's people look at its story; a page that cannot be reached is told and left out."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for role, _ in ALBUM:
        for theme, width in (*LOOKS, *MORE):
            whole_album(url, folder, role, theme, str(width))
    in_time("sheet", folder, longest=10 * LONGEST)


def whole_album(url: str, folder: str, *look: str) -> None:
    """Past a page with which the browser came to no end, a new one goes on with those that follow."""
    first, is_done = 0, False
    while not is_done and first < len(shots_of(*look)):
        _mark(folder).write_text("")
        is_done = in_time("album", url, folder, *look, str(first), folder=folder)
        begun = _marked(folder)
        first = int(begun) + 1 if begun else len(shots_of(*look))
    _mark(folder).unlink(missing_ok=True)


def in_time(*order: str, longest: float = LONGEST, folder: str = "") -> bool:
    """In processes of their own, all ended together: what is left of a browser would keep the terminal open.

    Each picture that `folder` marks as begun has its own time.
    """
    work = subprocess.Popen([sys.executable, "-m", "tools.screenshots", *order], start_new_session=True)  # noqa: S603
    begun, before = monotonic(), ""
    while work.poll() is None:
        if folder and (now := _marked(folder)) != before:
            begun, before = monotonic(), now
        if monotonic() - begun > longest:
            os.killpg(work.pid, signal.SIGKILL)
            work.wait()
            print(f"{' '.join(order)}  STOPPED after {longest:.0f} s at picture {before or 0}", flush=True)
            return False
        try:
            work.wait(min(longest, 0.5))
        except subprocess.TimeoutExpired:
            continue
    if work.returncode:
        sys.exit(work.returncode)
    return True


def _mark(folder: str) -> Path:
    """Says which picture of the album is being taken."""
    return Path(folder) / "being-taken"


def _marked(folder: str) -> str:
    return _mark(folder).read_text() if _mark(folder).exists() else ""


def shots_of(role: str, theme: str, width: str) -> tuple[Shot, ...]:
    shots = dict(ALBUM)[role]
    return shots if (theme, int(width)) in LOOKS else tuple(shot for shot in shots if shot.name in FILLED)


def album(url: str, folder: str, role: str, theme: str, width: str, first: str = "0") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        context = visitor(browser, url.rstrip("/"), role, theme, int(width))
        for at, shot in enumerate(shots_of(role, theme, width)):
            if at >= int(first):
                _mark(folder).write_text(str(at))
                _take(context, url.rstrip("/"), shot, Path(folder) / _file(role, shot, theme, int(width)))
        browser.close()


def chromium() -> str:
    return which("chromium") or which("google-chrome") or sys.exit("No Chromium here. Install it: apt install chromium")


def visitor(browser: Browser, url: str, role: str, theme: str, width: int) -> BrowserContext:
    """A browser in which the demo's person of this role has logged in; nobody without a role."""
    height = 900 if width > 767 else 844
    is_dark = theme == "dark"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if is_dark else "light"
    )
    context.set_default_timeout(20_000)
    for person in LOG_INS:
        if person.role == role:
            page = context.new_page()
            page.goto(f"{url}/log-in/")
            page.fill("[name=username]", person.email)
            page.fill("[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.close()
    return context


def reach(page: Page, url: str, shot: Shot) -> None:
    page.goto(f"{url}{shot.path}")
    for step in shot.steps:
        kind, selector = step[0], step[1:]
        if kind == ">":
            page.goto(f"{url}{page.locator(selector).first.get_attribute('href', timeout=2000)}")
        elif kind == "!":
            _press(page, selector)
        else:
            field, _, text = selector.partition("]=")
            element = page.locator(f"{field}]").first
            is_select = element.evaluate("element => element.tagName") == "SELECT"
            element.select_option(text) if is_select else element.fill(text)
    # Not until the network is silent: a bar that asks how far it is never lets it be.
    page.wait_for_function(SETTLED)


def _press(page: Page, selector: str) -> None:
    """What sends a form leads to another page: the picture is of that one."""
    page.evaluate("window.isBefore = true")
    page.click(selector, timeout=4000)
    if selector == SEND:
        page.wait_for_function("!window.isBefore && document.readyState === 'complete'")


SETTLED = """document.readyState === "complete" && document.fonts.status === "loaded"
  && !document.querySelector(".htmx-request")"""


def _file(role: str, shot: Shot, theme: str, width: int) -> str:
    name = "".join(letter if letter.isalnum() else "-" for letter in shot.name)
    return f"{role or 'nobody'}-{name}-{theme}-{width}.png"


def _take(context: BrowserContext, url: str, shot: Shot, path: Path) -> None:
    page = context.new_page()
    try:
        reach(page, url, shot)
        if path.stem.endswith("-print-794"):
            page.emulate_media(media="print")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.screenshot(path=path, full_page=True)
        print(f"{path}{f'  WIDER THAN THE WINDOW by {overflow} px' if overflow > 0 else ''}", flush=True)
    except Error as error:
        path.unlink(missing_ok=True)
        print(f"{path}  NOT TAKEN: {error.message.splitlines()[0]}", flush=True)
    page.close()


SHEET = """<!doctype html><meta charset="utf-8"><title>Contact sheet</title><style>
body { font: 13px system-ui; margin: 16px; background: #777; display: grid; gap: 16px; }
figure { margin: 0; height: 424px; display: grid; grid-template-columns: 360px 360px 98px 98px 480px 240px; gap: 4px; }
figcaption { grid-column: 1 / -1; color: #fff; }
a { height: 400px; overflow: hidden; }
img { width: 100%; display: block; }
</style>
"""


def sheet(folder: str) -> None:
    """One page of HTML whose pictures lead to themselves, and the same as one big picture."""
    target = Path(folder)
    figures = []
    for role, shots in ALBUM:
        for shot in shots:
            files = [_file(role, shot, theme, width) for theme, width in (*LOOKS, *MORE)]
            taken = "".join(f'<a href="{one}"><img src="{one}"></a>' for one in files if (target / one).exists())
            figures.append(
                f"<figure><figcaption>{escape(role or 'nobody')} · {escape(shot.name)}</figcaption>{taken}</figure>"
            )
    (target / "index.html").write_text(SHEET + "\n".join(figures))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1688, "height": 900})
        page.set_default_timeout(300_000)
        page.goto((target / "index.html").resolve().as_uri())
        page.screenshot(path=target / "contact-sheet.png", full_page=True)
        browser.close()
    print(target / "index.html", target / "contact-sheet.png", sep="\n", flush=True)


def run(first: str, *others: str) -> None:
    if first == "album":
        album(*others)
    elif first == "sheet":
        sheet(*others)
    else:
        main(first, *others)


if __name__ == "__main__":
    try:
        run(*sys.argv[1:])
    except Error as error:
        sys.exit(f"No picture could be taken; is certdash running there? {error.message.splitlines()[0]}")
