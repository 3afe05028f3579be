"""Prepared queries: put into SQL once, and each reader gets the rows of their own customers and values."""

from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from certdash.models import App, Role, StandingChange
from certdash.queries.access import Access, access_of
from certdash.queries.prepared import ask, given, given_keys
from tests.certdash import builders
from tests.certdash.fleet import DAY, NOW

pytestmark = pytest.mark.django_db


def changes(access: Access) -> QuerySet[StandingChange, Any]:
    rows = StandingChange.objects.filter(access.rows("app__customer_id"), changed_at__gt=given("then"))
    return rows.order_by("pk").values_list("app__name", "changed_at")


def names(access: Access) -> QuerySet[App, Any]:
    return App.objects.filter(access.rows(), pk__in=given_keys("apps")).order_by("pk").values_list("name")


def test_the_same_query_is_asked_with_other_values() -> None:
    app = builders.app(name="App")
    for days in (1, 3):
        StandingChange.objects.create(app=app, badness=1, changed_at=NOW - days * DAY)
    access = access_of(builders.user(Role.PLATFORM_MANAGER))

    found = [ask(changes, access, then=NOW - days * DAY) for days in (4, 2, 1)]

    newer, older = ("App", NOW - DAY), ("App", NOW - 3 * DAY)
    assert found == [[newer, older], [newer], []]


def test_each_reader_gets_the_rows_of_their_own_customers() -> None:
    acme, globex = builders.customer("Acme"), builders.customer("Globex")
    apps = [builders.app(acme, "One"), builders.app(globex, "Two")]
    readers = [
        builders.user(Role.PLATFORM_MANAGER),
        builders.user(Role.MANAGER, acme),
        builders.user(Role.MANAGER, globex),
        builders.user(),
    ]

    found = [ask(names, access_of(reader), apps=[app.pk for app in apps]) for reader in readers]

    assert found == [[("One",), ("Two",)], [("One",)], [("Two",)], []]


def test_no_keys_are_no_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    builders.app()
    access = access_of(builders.user(Role.PLATFORM_MANAGER))

    with django_assert_num_queries(1):
        found = ask(names, access, apps=[])

    assert found == []
