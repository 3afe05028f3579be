"""The lanes of addresses: bars on one scale, the same shade for the same chain, nothing too short to be seen."""

from datetime import UTC, datetime, timedelta

from certdash.drawing.lanes import Axis, Bar, Interval, Lane, Tick, axis_of, lane_of, scale_for
from certdash.drawing.scale import Stretch

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


def interval(start: int, end: int | None, chain: int | None, label: str = "abcd") -> Interval:
    """From so many days ago to so many days ago, or to now."""
    return Interval(NOW - start * DAY, None if end is None else NOW - end * DAY, chain, label, f"{label} {start}")


def test_a_scale_reaches_from_the_first_observation_to_now() -> None:
    scale = scale_for([NOW - 200 * DAY, NOW - 100 * DAY], NOW)

    assert (scale.end, scale.start) == (NOW, NOW - 206 * DAY)


def test_young_and_very_old_histories_are_held_in_bounds() -> None:
    assert scale_for([NOW], NOW).start == NOW - timedelta(minutes=61.8)
    assert scale_for([NOW - 4000 * DAY], NOW).start == NOW - 412 * DAY


def test_an_interval_is_a_bar_and_the_same_chain_has_the_same_shade_in_every_lane() -> None:
    scale = scale_for([NOW - 100 * DAY], NOW)
    shades: dict[int, int] = {}

    first = lane_of([interval(100, 50, 7, "old"), interval(50, None, 8, "new")], scale, shades)
    second = lane_of([interval(50, None, 7, "old")], scale, shades)

    assert first == Lane(
        (
            Bar(Stretch("2.91%", "51.46%", "48.54%"), "shade-0", "old", "old 100", is_cut=False),
            Bar(Stretch("51.46%", "100.00%", "48.54%"), "shade-1", "new", "new 50", is_cut=False),
        ),
        "old 100; then new 50",
    )
    assert [bar.style for bar in second.bars] == ["shade-0"]


def test_a_failure_is_silent_and_a_short_interval_can_be_seen_without_a_label() -> None:
    scale = scale_for([NOW - 100 * DAY], NOW)

    lane = lane_of([interval(50, 49, None, "not readable"), interval(0, None, 1)], scale, {})

    assert [(bar.style, bar.label, bar.stretch.width) for bar in lane.bars] == [
        ("silent", "", "0.97%"),
        ("shade-0", "", "0.80%"),
    ]


def test_what_ended_before_the_drawing_is_left_out_and_what_began_before_is_cut() -> None:
    scale = scale_for([NOW - 4000 * DAY], NOW)

    lane = lane_of([interval(4000, 3000, 1), interval(3000, None, 2)], scale, {})

    assert [(bar.stretch.x, bar.is_cut) for bar in lane.bars] == [("0.00%", True)]


def test_the_axis_names_months_with_room_between_them() -> None:
    axis = axis_of(scale_for([NOW - 100 * DAY], NOW))

    assert axis == Axis((Tick("18.45%", "Sep"), Tick("47.57%", "Oct"), Tick("77.67%", "Nov")), "13 Aug 2026")


def test_the_scale_of_a_host_that_was_first_read_today_begins_at_a_time_of_day() -> None:
    noon = NOW + timedelta(hours=12)

    assert axis_of(scale_for([noon], noon)).start == "10:58 UTC"
