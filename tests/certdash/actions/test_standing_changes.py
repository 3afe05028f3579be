"""The history of standings: a row for each change, one a day of older ones, a year and a month of all."""

from datetime import datetime, timedelta

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.actions.standing_changes import tidy_history
from certdash.models import App, DailyCount, StandingChange
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def history() -> list[tuple[int, int, int, datetime]]:
    rows = StandingChange.objects.order_by("changed_at", "pk")
    return list(rows.values_list("badness", "users_at_risk", "active_users", "changed_at"))


def stood(app: App, badness: int, at: datetime) -> StandingChange:
    return StandingChange.objects.create(app=app, badness=badness, active_users=100, changed_at=at)


def test_a_row_is_written_when_the_verdict_changes_and_not_before() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000)

    evaluate_endpoints([endpoint.pk], now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW + HOUR)
    refresh(now=NOW + HOUR)

    assert history() == [(1, 2000, 2000, NOW)]


def test_the_next_verdict_is_the_next_row() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000)
    evaluate_endpoints([endpoint.pk], now=NOW)
    serve(endpoint, NEXT, ISSUING, at=NOW + HOUR)

    evaluate_endpoints([endpoint.pk], now=NOW + HOUR)

    assert history() == [(1, 2000, 2000, NOW), (0, 2000, 2000, NOW + HOUR)]


def test_an_evaluation_that_had_to_wait_does_not_go_back_in_time() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    app = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000).app
    stood(app, 5, NOW + HOUR)

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert history() == [(5, 0, 100, NOW + HOUR), (1, 2000, 2000, NOW + HOUR)]


def test_of_older_days_the_last_change_stays() -> None:
    app = builders.app()
    old = NOW - 10 * DAY
    for hours, badness in ((0, 5), (1, 1), (2, 3)):
        stood(app, badness, old + hours * HOUR)
    stood(app, 5, NOW - HOUR)
    stood(app, 1, NOW)

    tidy_history(now=NOW)

    assert [(badness, at) for badness, _, _, at in history()] == [(3, old + 2 * HOUR), (5, NOW - HOUR), (1, NOW)]


def test_how_the_time_that_is_kept_opens_stays_whatever_its_age() -> None:
    app, quiet = builders.app(), builders.app()
    stood(app, 5, NOW - 600 * DAY)
    stood(app, 1, NOW - 500 * DAY)
    stood(app, 5, NOW - 100 * DAY)
    stood(quiet, 2, NOW - 700 * DAY)

    tidy_history(now=NOW)

    assert [(badness, at) for badness, _, _, at in history()] == [
        (2, NOW - 700 * DAY),
        (1, NOW - 500 * DAY),
        (5, NOW - 100 * DAY),
    ]


def test_counts_of_days_are_kept_as_long() -> None:
    for days in (399, 401):
        DailyCount.objects.create(day=(NOW - days * DAY).date(), value="ready", apps=1)

    tidy_history(now=NOW)

    assert list(DailyCount.objects.values_list("day", flat=True)) == [(NOW - 399 * DAY).date()]
