"""Runways: safe to the right of today, late to the left."""

from datetime import UTC, date, datetime, timedelta

from certdash.drawing.runway import Run, Runway, RunwayHead, head_of, runway, scale_for
from certdash.drawing.scale import Scale, Stretch

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SCALE = Scale(NOON - 50 * DAY, NOON, NOON + 50 * DAY, 0.5)


def test_a_date_to_come_runs_from_today_to_the_ship_by_date() -> None:
    run = Run("will_fail", date(2026, 12, 4), NOON + 20 * DAY, NOON + 40 * DAY)

    assert runway(run, SCALE) == Runway(
        verdict="will_fail",
        hatch="will_fail",
        words="Ship by 4 Dec 2026; rotation window 14 Dec 2026 to 3 Jan 2027",
        today="50.00%",
        safe=Stretch("50.00%", "60.00%", "10.00%"),
        late=None,
        window=Stretch("70.00%", "90.00%", "20.00%"),
        is_beyond=False,
    )


def test_a_date_that_has_passed_runs_back_from_today() -> None:
    drawn = runway(Run("failing", date(2026, 11, 4), None, None), SCALE)

    assert (drawn.safe, drawn.late, drawn.window) == (None, Stretch("30.00%", "50.00%", "20.00%"), None)


def test_without_a_date_there_is_no_runway() -> None:
    drawn = runway(Run("at_risk", None, None, None), SCALE)

    assert (drawn.words, drawn.safe, drawn.late) == ("No ship-by date", None, None)


def test_the_head_names_the_window_only_where_it_is_clear_of_today() -> None:
    far = Run("will_fail", None, NOON + 30 * DAY, NOON + 40 * DAY)
    near = Run("will_fail", None, NOON + 2 * DAY, NOON + 10 * DAY)

    assert (head_of([far], SCALE), head_of([near], SCALE)) == (
        RunwayHead("50.00%", "85.00%"),
        RunwayHead("50.00%", ""),
    )


def test_one_window_far_away_does_not_press_the_others_together() -> None:
    near = Run("will_fail", None, NOON + 20 * DAY, NOON + 50 * DAY)
    far = Run("failing", None, NOON + 100 * DAY, NOON + 160 * DAY)

    scale = scale_for([near, near, near, near, far], NOON)

    assert (scale.start, scale.end) == (NOON - 2 * DAY, NOON + 52 * DAY)
    assert [(run.window is None, run.is_beyond) for run in (runway(near, scale), runway(far, scale))] == [
        (False, False),
        (True, True),
    ]


def test_one_date_long_past_does_not_press_the_windows_into_a_few_pixels() -> None:
    recent = [Run("will_fail", (NOON - timedelta(days=9)).date(), None, None)] * 9
    old = Run("at_risk", (NOON - timedelta(days=89)).date(), None, None)

    assert scale_for([*recent, old], NOON).start == scale_for(recent, NOON).start
