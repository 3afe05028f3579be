"""From when a rule is no longer enforced."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pins.rules.expiry import Deadline, Enforcement, deadline

DAY = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("offset", "first", "last"),
    [
        (timedelta(0), datetime(2027, 1, 31, tzinfo=UTC), datetime(2027, 1, 31, tzinfo=UTC)),
        (timedelta(hours=14), datetime(2027, 1, 30, 10, tzinfo=UTC), datetime(2027, 1, 30, 10, tzinfo=UTC)),
        (timedelta(hours=-5), datetime(2027, 1, 31, 5, tzinfo=UTC), datetime(2027, 1, 31, 5, tzinfo=UTC)),
        (None, datetime(2027, 1, 30, 10, tzinfo=UTC), datetime(2027, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_day_begins_when_it_does_on_the_device(offset: timedelta | None, first: datetime, last: datetime) -> None:
    assert deadline(DAY, offset) == Deadline(first, last)


def test_the_first_and_the_last_day_of_the_calendar_have_an_end() -> None:
    first, last = deadline(date.min, None), deadline(date.max, timedelta(hours=-12))

    assert first.first == datetime(1, 1, 1, tzinfo=UTC)
    assert last.last == datetime(9999, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2027, 1, 30, 10, tzinfo=UTC), Enforcement.ON),
        (datetime(2027, 1, 30, 10, 0, 1, tzinfo=UTC), Enforcement.DEPENDS),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), Enforcement.DEPENDS),
        (datetime(2027, 1, 31, 12, 0, 1, tzinfo=UTC), Enforcement.OFF),
    ],
)
def test_without_a_zone_26_hours_are_open(instant: datetime, expected: Enforcement) -> None:
    assert deadline(DAY, None).enforcement(instant) is expected
