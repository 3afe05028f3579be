"""One app's trend in words: since when it is better or worse, and what it was before."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from certdash.models import App, StandingChange
from certdash.queries.apps.trend import TrendRow, trend_of_app
from tests.certdash import builders
from tests.certdash.fleet import DAY, NOW

pytestmark = pytest.mark.django_db


def stood(app: App, badness: int, users: int, at: datetime) -> None:
    StandingChange.objects.create(app=app, badness=badness, users_at_risk=users, active_users=1000, changed_at=at)


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([(1, 610, 40), (1, 120, 12)], "Better since 12 Nov: will fail for 61 % of users → 12 %."),
        ([(1, 610, 40), (5, 0, 12)], "Better since 12 Nov: will fail for 61 % of users → ready."),
        ([(5, 0, 40), (2, 4, 12)], "Worse since 12 Nov: ready → at risk for 1 % of users."),
        ([(2, 500, 40), (2, 700, 12)], "Worse since 12 Nov: at risk for 50 % of users → 70 %."),
        ([(5, 0, 200)], "Without a change for 90 days: ready."),
        ([(5, 0, 12)], "Since 12 Nov: ready. Nothing is known before."),
        ([(1, 610, 40), (1, 611, 12)], "Since 15 Oct: will fail for 61 % of users. Nothing is known before."),
        ([], "Nothing is known about the past of this app yet."),
    ],
)
def test_the_sentence_says_what_became_of_what(history: list[tuple[int, int, int]], sentence: str) -> None:
    app = builders.app()
    for badness, users, days in history:
        stood(app, badness, users, NOW - days * DAY)

    assert trend_of_app(app, NOW).sentence == sentence


def test_of_several_changes_of_one_day_the_last_counts() -> None:
    app = builders.app()
    for hours, badness in ((30, 5), (3, 1), (2, 3), (1, 5)):
        stood(app, badness, 0, NOW - timedelta(hours=hours))

    trend = trend_of_app(app, NOW)

    assert trend.rows == (TrendRow("23 Nov 2026", "ready", "none", ""),)


def test_what_it_was_before_the_ninety_days_opens_the_drawing() -> None:
    app = builders.app()
    stood(app, 1, 500, NOW - 200 * DAY)
    stood(app, 3, 0, NOW - 150 * DAY)
    stood(app, 5, 0, NOW - 44 * DAY)

    trend = trend_of_app(app, NOW)

    assert trend.drawing is not None
    assert [(piece.verdict, piece.x, piece.width) for piece in trend.drawing.pieces] == [
        ("unknown", "0.00%", "50.00%"),
        ("ready", "50.00%", "50.00%"),
    ]


def test_a_trend_costs_one_statement_whatever_happened(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    app = builders.app()
    for days in range(20):
        stood(app, days % 6, 0, NOW - days * DAY)

    with django_assert_num_queries(1):
        trend_of_app(app, NOW)
