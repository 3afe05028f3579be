"""By when a fix must ship."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pins.remedy import Lead, runway_days, ship_by

START = datetime(2027, 1, 14, tzinfo=UTC)


def test_review_adoption_and_buffer_lie_before_the_window() -> None:
    assert ship_by(START) == date(2026, 12, 7)


def test_every_part_of_the_lead_counts_and_the_share_does_not() -> None:
    assert ship_by(START, Lead(review_days=1, adoption_days=10, target_share=50, buffer_days=2)) == date(2027, 1, 1)


def test_the_date_is_one_of_utc() -> None:
    early_in_sydney = datetime(2027, 1, 14, 5, tzinfo=timezone(timedelta(hours=11)))

    assert ship_by(early_in_sydney) == date(2026, 12, 6)


@pytest.mark.parametrize(("day", "left"), [(date(2026, 12, 2), 8), (date(2026, 11, 24), 0), (date(2026, 11, 7), -17)])
def test_the_runway_counts_days_and_goes_below_zero(day: date, left: int) -> None:
    assert runway_days(day, datetime(2026, 11, 24, 23, tzinfo=UTC)) == left
