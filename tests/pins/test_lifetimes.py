"""Maximum lifetimes by day of issue, and inclusive counting."""

from datetime import UTC, datetime, timedelta

import pytest

from pins.lifetimes import lifetime_days, maximum_days

SECOND = timedelta(seconds=1)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("not_before", "not_after", "expected"),
    [
        (midnight(2026, 3, 15), midnight(2026, 10, 1) - SECOND, 200),
        (midnight(2026, 3, 15), midnight(2026, 10, 1), 201),
        (midnight(2026, 1, 1), midnight(2026, 1, 1), 1),
        (midnight(2026, 1, 1), midnight(2026, 1, 2) - SECOND, 1),
        (midnight(2026, 1, 1), midnight(2026, 1, 2), 2),
        (midnight(2024, 1, 1), midnight(2025, 1, 1) - SECOND, 366),
    ],
)
def test_both_ends_count_and_a_second_begins_a_day(not_before: datetime, not_after: datetime, expected: int) -> None:
    assert lifetime_days(not_before, not_after) == expected


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (midnight(2018, 3, 1), 1186, 825),  # 39 months from 28 February 2018
        (midnight(2020, 9, 1), 825, 398),
        (midnight(2026, 3, 15), 398, 200),
        (midnight(2027, 3, 15), 200, 100),
        (midnight(2029, 3, 15), 100, 47),
    ],
)
def test_a_limit_begins_with_the_first_second_of_its_day(start: datetime, before: int, after: int) -> None:
    assert [maximum_days(one) for one in (start - SECOND, start, start + SECOND)] == [before, after, after]


def test_before_days_there_were_months() -> None:
    assert maximum_days(midnight(2016, 1, 1)) == 1187  # to 1 April 2019, both ends counted
    assert maximum_days(midnight(2013, 1, 1)) == 1827  # to 1 January 2018


def test_a_month_that_is_too_short_ends_the_limit_on_its_last_day() -> None:
    assert maximum_days(midnight(2016, 11, 30)) == lifetime_days(midnight(2016, 11, 30), midnight(2020, 2, 29))


def test_thirty_nine_months_begin_in_april_2015() -> None:
    start = midnight(2015, 4, 1)

    assert [maximum_days(one) for one in (start - SECOND, start)] == [1828, 1188]


def test_before_july_2012_there_was_no_limit() -> None:
    start = midnight(2012, 7, 1)

    assert [maximum_days(one) for one in (start - SECOND, start)] == [None, 1827]
