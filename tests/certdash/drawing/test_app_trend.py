"""One app's trend: pieces of the same standing, from the first day that is shown to the last."""

from datetime import date

from certdash.drawing.app_trend import Mark, Piece, Spell, app_trend

FIRST, LAST = date(2026, 9, 30), date(2026, 10, 9)


def test_each_spell_is_as_wide_as_its_days_and_as_high_as_its_share() -> None:
    spells = [
        Spell(date(2026, 9, 1), "ready", 0),
        Spell(date(2026, 10, 2), "will_fail", 50),
        Spell(date(2026, 10, 7), "at_risk", 1),
    ]

    drawn = app_trend(spells, FIRST, LAST)

    assert drawn is not None
    assert drawn.pieces == (
        Piece("ready", "0.00%", "20.00%", "72.0", "0.0", "ready from 30 Sep on"),
        Piece("will_fail", "20.00%", "50.00%", "36.0", "36.0", "will fail from 2 Oct on, 50 % of users"),
        Piece("at_risk", "70.00%", "30.00%", "69.0", "3.0", "at risk from 7 Oct on, 1 % of users"),
    )
    assert drawn.months == (Mark("10.00%", "Oct"),)


def test_what_ended_before_the_first_day_is_not_drawn() -> None:
    spells = [Spell(date(2026, 9, 1), "ready", 0), Spell(date(2026, 9, 20), "unknown", 0)]

    drawn = app_trend(spells, FIRST, LAST)

    assert drawn is not None
    assert drawn.pieces == (Piece("unknown", "0.00%", "100.00%", "72.0", "0.0", "unknown from 30 Sep on"),)


def test_an_app_without_a_past_has_no_drawing() -> None:
    assert app_trend([], FIRST, LAST) is None
