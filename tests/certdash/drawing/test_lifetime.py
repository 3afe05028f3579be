"""Lifetime bars on one scale whose past takes a quarter."""

from datetime import UTC, datetime, timedelta

from certdash.drawing.lifetime import Life, LifetimeBar, ScaleHead, Tick, bar, head_of, scale_for
from certdash.drawing.scale import Scale, Stretch

TODAY = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
# 400 days of past in 25 %, 100 days of future in 75 %.
SCALE = Scale(TODAY - 400 * DAY, TODAY, TODAY + 100 * DAY, 0.25)


def test_a_bar_shows_elapsed_time_rest_window_and_expiry() -> None:
    life = Life("will_fail", TODAY - 200 * DAY, TODAY + 80 * DAY, TODAY + 20 * DAY, TODAY + 80 * DAY)

    assert bar(life, SCALE) == LifetimeBar(
        verdict="will_fail",
        hatch="will_fail",
        words="Issued 8 May 2026, rotation window 14 Dec 2026 to 12 Feb 2027, expires 12 Feb 2027",
        today="25.00%",
        elapsed=Stretch("12.50%", "25.00%", "12.50%"),
        rest=Stretch("25.00%", "40.00%", "15.00%"),
        window=Stretch("40.00%", "85.00%", "45.00%"),
        expiry="85.00%",
    )


def test_where_nothing_fails_the_window_is_hatched_without_colour() -> None:
    life = Life("ready", TODAY - 10 * DAY, TODAY + 80 * DAY, TODAY + 20 * DAY, TODAY + 80 * DAY)

    assert bar(life, SCALE).hatch == "plain"


def test_an_expired_certificate_ends_before_today_and_has_no_window() -> None:
    life = Life("failing", TODAY - 400 * DAY, TODAY - 200 * DAY, TODAY - 230 * DAY, TODAY - 200 * DAY)

    drawn = bar(life, SCALE)

    assert (drawn.elapsed, drawn.rest, drawn.window, drawn.expiry) == (
        Stretch("0.00%", "12.50%", "12.50%"),
        None,
        None,
        "12.50%",
    )


def test_silence_hatches_the_past_and_leaves_the_future_open() -> None:
    drawn = bar(Life("unknown", silent_since=TODAY - 200 * DAY), SCALE)

    assert drawn == LifetimeBar(
        verdict="unknown",
        hatch="plain",
        words="Last read 8 May 2026, silent since",
        today="25.00%",
        silence=Stretch("12.50%", "25.00%", "12.50%"),
        quiet=Stretch("25.00%", "47.50%", "22.50%"),
    )


def test_what_was_never_read_says_so() -> None:
    assert bar(Life("unknown"), SCALE) == LifetimeBar("unknown", "plain", "Never read", "25.00%")


def test_an_expiry_beyond_the_scale_has_no_tick() -> None:
    assert bar(Life("ready", TODAY - DAY, TODAY + 3000 * DAY), SCALE).expiry == ""


def test_the_scale_reaches_the_last_end_within_its_limits() -> None:
    near = scale_for([TODAY + 5 * DAY, None], TODAY)
    far = scale_for([TODAY + 5000 * DAY], TODAY)

    assert (near.end - TODAY, far.end - TODAY) == (120 * DAY * 1.04, 220 * DAY * 1.04)


def test_one_certificate_that_lives_long_does_not_press_the_windows_of_the_others() -> None:
    ends = [TODAY + 150 * DAY] * 10 + [TODAY + 5000 * DAY]

    assert scale_for(ends, TODAY).end == TODAY + 156 * DAY


def test_the_head_names_months_and_keeps_clear_of_today() -> None:
    assert head_of(SCALE) == ScaleHead(
        "25.00%",
        (Tick("5.00%", "Oct 25"), Tick("30.25%", ""), Tick("53.50%", "Jan"), Tick("76.75%", "Feb"), Tick("97.75%", "")),
        "Oct 2025 to Mar 2027, the past compressed",
    )
