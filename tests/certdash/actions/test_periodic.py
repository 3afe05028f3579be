"""Periodic runs: one begins of all that are asked for within an interval."""

from datetime import timedelta

import pytest

from certdash.actions.periodic import begin
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db
TICK = timedelta(seconds=10)


def test_one_of_two_begins_and_the_next_interval_has_a_run_of_its_own() -> None:
    instants = [NOW, NOW, NOW + timedelta(seconds=4), NOW + TICK, NOW + TICK]

    assert [begin("sweep", every=TICK, now=instant) for instant in instants] == [True, False, False, True, False]


def test_a_beat_that_comes_a_little_early_is_not_skipped() -> None:
    begin("sweep", every=TICK, now=NOW)

    assert begin("sweep", every=TICK, now=NOW + timedelta(seconds=9))


def test_tasks_have_intervals_of_their_own() -> None:
    begin("sweep", every=TICK, now=NOW)

    assert begin("count", every=TICK, now=NOW)
