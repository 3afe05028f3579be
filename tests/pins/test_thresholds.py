"""When something is worth telling: at the step, a second before it, and after it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pins.thresholds import Foreseen, expiry_step, is_alarm, ship_by_step, surprise
from pins.verdict import Value

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=120) - timedelta(seconds=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("days_left", "before", "at"), [(40, None, 3), (20, 3, 6), (10, 6, 12)], ids=["third", "sixth", "twelfth"]
)
def test_a_certificate_is_told_of_at_a_third_a_sixth_and_a_twelfth(days_left: int, before: int, at: int) -> None:
    instant = END - timedelta(days=days_left)

    assert (expiry_step(START, END, instant - SECOND), expiry_step(START, END, instant)) == (before, at)


def test_an_expired_certificate_stays_at_the_last_step() -> None:
    assert expiry_step(START, END, END + timedelta(days=9)) == 12


@pytest.mark.parametrize(
    ("day", "step"), [(1, None), (2, 14), (8, 14), (9, 7), (14, 7), (15, 1), (16, 1), (17, 0), (30, 0)]
)
def test_a_ship_by_date_is_told_of_14_7_and_1_days_before_and_once_it_has_passed(day: int, step: int | None) -> None:
    assert ship_by_step(date(2026, 12, 16), date(2026, 12, day)) == step


@pytest.mark.parametrize(
    ("before", "after", "alarm"),
    [
        (Value.READY, Value.AT_RISK, True),
        (Value.UNKNOWN, Value.WILL_FAIL, True),
        (Value.WILL_FAIL, Value.FAILING, True),
        (Value.AT_RISK, Value.AT_RISK, False),
        (Value.FAILING, Value.WILL_FAIL, False),
        (Value.READY, Value.UNKNOWN, False),
        (Value.READY, Value.UNPROTECTED, False),
    ],
)
def test_only_what_gets_worse_and_stops_apps_is_an_alarm(before: Value, after: Value, alarm: bool) -> None:
    assert is_alarm(before, after) is alarm


def foreseen(spki: str = "", sha256: str = "", *, platform: bool = True) -> Foreseen:
    return Foreseen(spki, sha256, START, platform)


@pytest.mark.parametrize(
    ("known", "began", "why"),
    [
        (foreseen("key", "leaf"), START, ""),
        (foreseen("key"), START, ""),
        (foreseen(sha256="leaf"), START, ""),
        (foreseen("key", "leaf"), START - SECOND, "early"),
        (foreseen("other", "another"), START, "another_certificate"),
        (foreseen(), START, "unannounced"),
        (foreseen(platform=False), START, ""),
        (foreseen(platform=False), START - SECOND, "early"),
    ],
)
def test_a_rotation_surprises_by_its_certificate_its_day_or_by_coming_at_all(
    known: Foreseen, began: datetime, why: str
) -> None:
    assert surprise(known, "key", "leaf", began) == why
