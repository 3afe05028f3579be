"""What a new installation is told to do."""

import pytest

from certdash.models import Role
from certdash.queries.access import access_of
from certdash.queries.overview.first_steps import first_steps
from certdash.queries.overview.page import overview
from tests.certdash import builders
from tests.certdash.fleet import NOW, Fleet

pytestmark = pytest.mark.django_db


def test_an_admin_of_an_empty_installation_is_led_to_each_form() -> None:
    steps = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW).steps

    assert [(step.title, step.word, step.action, step.url, step.is_next) for step in steps] == [
        ("Customers", "to do", "Register customer", "/settings/customers/new/", True),
        ("Platform domain", "to do", "Register domain", "/settings/platform-domains/new/", False),
        ("Hosts", "to do", "Paste hosts", "/environments/import/", False),
        ("Apps", "to do", "Register app", "/apps/new/", False),
    ]


def test_what_is_there_already_is_counted_and_the_next_step_stands_out() -> None:
    fleet = Fleet()
    fleet.host("a.cloud.test")

    steps = first_steps(access_of(builders.user(Role.PLATFORM_ADMIN)))

    assert [(step.value, step.word, step.action, step.is_next) for step in steps] == [
        ("ready", "1 customer", "", False),
        ("ready", "1 domain", "", False),
        ("ready", "1 host", "", False),
        ("unprotected", "to do", "Register app", True),
    ]


def test_who_may_only_read_is_told_the_steps_without_forms() -> None:
    fleet = Fleet()

    steps = first_steps(access_of(builders.user(Role.MANAGER, fleet.customer)))

    assert [(step.title, step.url, step.is_next) for step in steps] == [("Hosts", "", False), ("Apps", "", False)]
