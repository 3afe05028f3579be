"""Servers and a browser for the tests that need them, and an honest account of what was skipped without them."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from ctypes.util import find_library
from typing import TYPE_CHECKING

import pytest

from tests import servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEEDS = "needs "
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this session's own, as a DATABASE_URL."""
    require("PostgreSQL", servers.postgres_program("initdb"), "postgresql")
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this session's own, as a BROKER_URL."""
    require("Redis", shutil.which("redis-server"), "redis-server")
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def openssl() -> None:
    """The command of the system's OpenSSL."""
    require("OpenSSL", shutil.which("openssl"), "openssl")


@pytest.fixture(scope="session")
def pango() -> None:
    """The library with which WeasyPrint sets type."""
    require("Pango", find_library("pangoft2-1.0"), "libpango-1.0-0 libpangoft2-1.0-0")


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Playwright's handle of the system's Chromium; open a context of your own per test.

    Its event loop stays open in this thread for as long as it lives: no test of another module could run a loop then.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    require("Chromium", program, "chromium")
    # Playwright's loop lives in this thread, and Django takes the tests' own queries for calls from async code.
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=sandbox)
        yield browser
        browser.close()


def require(name: str, program: str | None, package: str) -> None:
    """Skips the test without the program; where CI is set nothing may be skipped, so it fails."""
    if program is not None:
        return
    sentence = f"{NEEDS}{name} (apt install {package})"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keys and hashes differ in every process, and parallel runs compare the names of their tests."""
    return argname if isinstance(val, str | bytes) and len(val) > 24 else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of the run: which programs were missing, and how many tests that cost."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    reasons = Counter(_reason(report) for report in reporter.stats.get("skipped", []))
    missing = [
        f"{count} without {reason.removeprefix(NEEDS)}"
        for reason, count in sorted(reasons.items())
        if reason.startswith(NEEDS)
    ]
    if missing:
        print("Tests not run: " + "; ".join(missing))


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
