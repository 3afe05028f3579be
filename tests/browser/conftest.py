"""The stage on which the tests of one module look at pages: built once, because the story takes seconds to tell."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.stage import Stage


@pytest.fixture(scope="module")
def stage(
    chromium: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """A server of its own with the story in its database. Tests look and leave everything as it is.

    The browser comes first: once its loop runs, this thread has another connection than before.
    """
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        yield Stage.built(server.url, tmp_path_factory.mktemp("story"))
        server.stop()
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)
