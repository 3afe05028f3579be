"""Checks that a person asks for and watches."""

from datetime import timedelta

import pytest

from certdash.actions.checking import begin_check, end_stalled
from certdash.models import ProbeSchedule, Progress
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db


def test_what_is_checked_is_due_even_if_the_message_gets_lost() -> None:
    endpoint = builders.endpoint()
    ProbeSchedule.objects.create(endpoint=endpoint, next_probe_at=NOW + timedelta(hours=1))

    begin_check([endpoint.pk], "Checking", actor=builders.user(), now=NOW)

    assert ProbeSchedule.objects.get().next_probe_at == NOW


def test_a_check_without_endpoints_is_over_at_once() -> None:
    progress = begin_check([], "Checking", actor=builders.user(), now=NOW)

    assert (progress.ended_at, progress.total) == (NOW, 0)


def test_a_check_whose_worker_died_is_closed_and_one_under_way_is_not() -> None:
    user, later = builders.user(), NOW + timedelta(minutes=20)
    begin_check([builders.endpoint().pk], "old", actor=user, now=NOW)
    begin_check([builders.endpoint().pk], "new", actor=user, now=later)

    closed = end_stalled(now=later)

    assert (closed, list(Progress.objects.order_by("pk").values_list("title", "ended_at"))) == (
        1,
        [("old", later), ("new", None)],
    )
