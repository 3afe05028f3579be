"""Visits to the overview: one lasts until an hour of silence, and most looks write nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certdash.actions.visits import note_visit
from certdash.models import User
from tests.certdash import builders
from tests.certdash.fleet import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def look(user: User, minutes: int) -> object:
    """As a request does: the row is read anew."""
    return note_visit(User.objects.get(pk=user.pk), now=NOW + minutes * MINUTE)


def test_the_first_visit_has_none_before_it() -> None:
    user = builders.user()

    assert (look(user, 0), look(user, 30), look(user, 70)) == (None, None, None)


def test_a_visit_that_goes_on_keeps_the_one_before_it() -> None:
    user = builders.user()
    look(user, 0)

    seen = [look(user, minutes) for minutes in (24 * 60, 24 * 60 + 40, 24 * 60 + 80, 24 * 60 + 120)]

    assert seen == [NOW] * 4


def test_after_silence_the_visit_before_is_the_last_one() -> None:
    user = builders.user()
    look(user, 0)
    look(user, 24 * 60)

    assert look(user, 48 * 60) == NOW + 24 * 60 * MINUTE


def test_looking_again_within_the_hour_writes_nothing() -> None:
    user = builders.user()
    look(user, 0)
    user.refresh_from_db()

    with CaptureQueriesContext(connection) as statements:
        note_visit(user, now=NOW + 59 * MINUTE)

    assert list(statements) == []


def test_of_two_pages_opened_at_once_one_begins_the_visit() -> None:
    user = builders.user()
    look(user, 0)
    first, second = User.objects.get(pk=user.pk), User.objects.get(pk=user.pk)

    note_visit(first, now=NOW + 300 * MINUTE)
    note_visit(second, now=NOW + 301 * MINUTE)

    user.refresh_from_db()
    assert (user.previous_overview_at, user.last_overview_at) == (NOW, NOW + 300 * MINUTE)
