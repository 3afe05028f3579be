"""The overview's drawings: trend, timeline, policy calendar."""

from datetime import UTC, date, datetime, timedelta

from certdash.drawing.calendar import future_rotations, policy_calendar
from certdash.drawing.scale import Scale, Stretch
from certdash.drawing.timeline import Block, Small, SmallLane, Window, lane, small_lane
from certdash.drawing.trend import Area, Label, Mark, trend

TODAY = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = Scale(TODAY, TODAY, TODAY + 400 * DAY, 0.0)


def test_areas_stack_from_the_bad_end_and_merge_equal_days() -> None:
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]

    drawn = trend(days, {"failing": [1, 1, 0, 0], "ready": [1, 1, 2, 2]})

    assert drawn is not None
    assert drawn.areas == (
        Area("failing", "0.00%", "50.00%", "93.0", "83.0"),
        Area("ready", "0.00%", "50.00%", "10.0", "83.0"),
        Area("ready", "50.00%", "50.00%", "10.0", "166.0"),
    )
    assert drawn.labels == (Label("ready", 2, "97.0", "87.0"),)
    assert drawn.levels == (Mark("176.0", "0"), Mark("93.0", "1"), Mark("10.0", "2"))
    assert drawn.words == "Apps by verdict over 4 days: failing 1 then 0 now, ready 1 then 2 now"


def test_labels_stay_apart_and_inside_the_drawing() -> None:
    days = [date(2026, 11, 24), date(2026, 11, 25)]
    counts = {"failing": [200, 200], "at_risk": [1, 1], "unknown": [1, 1], "ready": [1, 1]}

    drawn = trend(days, counts)

    assert drawn is not None
    assert [(label.verdict, label.y) for label in drawn.labels] == [
        ("failing", "98.2"),
        ("at_risk", "40.0"),
        ("unknown", "26.0"),
        ("ready", "12.0"),
    ]


def test_a_trend_of_nothing_is_not_drawn() -> None:
    assert trend([date(2026, 11, 24)], {"failing": [0]}) is None


def test_a_block_is_as_high_as_the_apps_that_fail_with_those_at_risk_on_top() -> None:
    window = Window(TODAY + 40 * DAY, TODAY + 80 * DAY, 3, 1, "3 Jan – 12 Feb · registered")

    drawn = lane("*.cloud.test", (), "", [window], YEAR)

    assert drawn.any_day == Stretch("0.00%", "10.00%", "10.00%")
    assert drawn.blocks == (
        Block(
            span=Stretch("10.00%", "20.00%", "10.00%"),
            fail_y="25.0",
            fail_height="63.0",
            risk_y="4.0",
            risk_height="21.0",
            look="will_fail",
            fail_label="3 fail",
            risk_label="1 at risk",
            words="3 Jan – 12 Feb · registered",
            is_left=False,
            has_label=True,
            has_words=True,
            fail_label_y="60.5",
            risk_label_y="18.5",
        ),
    )


def test_a_later_rotation_says_that_its_numbers_are_the_least() -> None:
    window = Window(TODAY + 380 * DAY, TODAY + 390 * DAY, 7, 0, "assumed", at_least=True)

    block = lane("", (), "", [window], YEAR).blocks[0]

    assert (block.fail_label, block.risk_label, block.is_left) == ("≥ 7 fail", "", True)


def test_of_labels_that_would_touch_only_the_first_is_drawn() -> None:
    starts = (10, 60, 100, 360)
    words = "2 Aug – 1 Sep · assumed"
    windows = [Window(TODAY + at * DAY, TODAY + (at + 30) * DAY, 16, 2, words, at_least=at > 10) for at in starts]

    blocks = lane("", (), "", windows, YEAR).blocks

    assert [(block.has_label, block.has_words, block.is_left) for block in blocks] == [
        (True, True, False),
        (False, True, False),
        (False, False, False),
        (True, True, True),
    ]


def test_overlapping_windows_of_custom_domains_take_rows_of_their_own() -> None:
    first = Window(TODAY, TODAY + 40 * DAY, 0, 0, "a")
    second = Window(TODAY + 20 * DAY, TODAY + 60 * DAY, 2, 1, "b")
    third = Window(TODAY + 80 * DAY, TODAY + 120 * DAY, 0, 4, "c")

    assert small_lane([third, second, first], YEAR) == SmallLane(
        (
            Small(Stretch("0.00%", "10.00%", "10.00%"), 6, "plain", "", "a"),
            Small(Stretch("5.00%", "15.00%", "10.00%"), 20, "will_fail", "2 fail", "b"),
            Small(Stretch("20.00%", "30.00%", "10.00%"), 6, "at_risk", "4 at risk", "c"),
        ),
        40,
    )


def test_rotations_quicken_as_the_policy_shortens_lifetimes() -> None:
    calendar = policy_calendar(datetime(2026, 1, 10, tzinfo=UTC), datetime(2027, 1, 14, tzinfo=UTC), TODAY)

    assert [(year.year, year.rotations) for year in calendar] == [(2026, 2), (2027, 3), (2028, 4), (2029, 7), (2030, 9)]
    assert [limit.label for year in calendar for limit in year.limits] == [
        "max 200 days",
        "max 100 days",
        "max 47 days",
    ]


def test_the_first_rotation_falls_a_month_before_the_expiry_of_a_long_lived_certificate() -> None:
    assert future_rotations(datetime(2027, 1, 14, tzinfo=UTC), 2027)[0] == datetime(2026, 12, 15, tzinfo=UTC)


def test_long_dates_at_the_right_edge_need_more_room_than_short_ones() -> None:
    first = Window(TODAY + 260 * DAY, TODAY + 275 * DAY, 10, 0, "5–20 Aug · assumed")
    last = (TODAY + 330 * DAY, TODAY + 365 * DAY, 10, 0)

    words = [
        [block.has_words for block in lane("", (), "", (first, Window(*last, text)), YEAR).blocks]
        for text in ("4 Oct – 6 Nov · assumed", "29 Oct 2026 – 13 Nov 2027 · assumed")
    ]

    assert words == [[True, True], [True, False]]
