"""Adoption curves: both ways to write them, and what is refused."""

import pytest

from pins.adoption import Adoption, read_adoption
from pins.errors import PinError


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("day,share\n1,10\n2,40\n3,75\n4,90\n", (10, 40, 75, 90)),
        ("1;10\n2;30\n3;35\n", (10, 40, 75)),
        ("date\tusers\n2026-11-01\t5 %\n2026-11-02\t5,5%\n", (5, 10.5)),
        ("60\n60\n60\n", (60, 60, 60)),
        ("50\n50\n0.3\n", (50, 100, 100)),
        ("\n1,10\n\n2,20\n", (10, 30)),
        ("day,share\n0,0\n3,40\n5,70\n", (0, 0, 40, 40, 70)),
        ("1,10\n3,30\n", (10, 10, 30)),
        ("2;30\n4;20\n", (0, 30, 30, 50)),
        ("2026-11-01,5\n2026-11-04,96\n", (5, 5, 5, 96)),
        ("first,60\nsecond,70\n", (60, 70)),
        ("0,12\n", (12,)),
    ],
    ids=[
        "totals",
        "added",
        "notations",
        "flat_total",
        "rounded",
        "blank_lines",
        "gaps_in_totals",
        "gaps_in_low_totals",
        "gaps_in_added",
        "gaps_in_dates",
        "other_names",
        "release_day",
    ],
)
def test_a_table_is_read_as_totals_or_as_what_each_day_adds(text: str, shares: tuple[float, ...]) -> None:
    assert read_adoption(text) == Adoption(tuple(map(float, shares)))


@pytest.mark.parametrize(
    ("text", "place", "start"),
    [
        ("", "", "The table has no row"),
        ("day,share\n", "", "The table has no row"),
        ("1,10\n2,soon\n", "line 2", "“soon” is no share in per cent."),
        ("1,10\n2,140\n", "line 2", "140 % is more than all users."),
        ("1,80\n2,60\n", "", "The days add up to 140 %"),
        ("1,-5\n", "", "The table has no row"),
        ("1,10\n1,20\n", "line 2", "This day does not come after the one above."),
        ("2026-11-01,10\n2026-11-31,20\n", "line 2", "2026-11-31 is no day of the calendar."),
        ("1,10\n99999,20\n", "", "The table has more than 730 days."),
        ("\n".join(f"{day},0.01" for day in range(800)), "", "The table has more than 730 days."),
    ],
)
def test_what_cannot_be_a_curve_is_refused_with_its_line(text: str, place: str, start: str) -> None:
    with pytest.raises(PinError) as caught:
        read_adoption(text)

    assert (str(caught.value.place), caught.value.sentence[: len(start)]) == (place, start)


def test_the_day_that_reaches_a_share() -> None:
    curve = Adoption((10.0, 40.0, 75.0, 90.0))

    assert [curve.days_until(share) for share in (0, 10, 41, 90, 91)] == [1, 1, 3, 4, None]
