"""The core's tests need nothing of Django, and thousands of them would pay for its fixtures."""

import pytest

DJANGO = ("_dj", "_django", "_live_server", "_template_string", "_fail_for_invalid", "django_")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Takes what pytest-django sets up and tears down around every test out of these; it is a third of the suite."""
    if isinstance(item, pytest.Function):
        item.fixturenames[:] = [name for name in item.fixturenames if not name.startswith(DJANGO)]
