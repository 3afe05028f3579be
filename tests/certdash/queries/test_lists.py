"""Filters and sort as they stand in the address; nonsense falls back and says so."""

from certdash.queries.lists.lists import Address, Column, Option, Select, columns, read_sort, shown


def test_a_known_choice_is_kept_in_the_address() -> None:
    place = Address({"stage": "test", "other": "x"})

    select = place.choice("stage", "Stage", [("test", "test"), ("production", "production")])

    assert select == Select(
        "stage",
        "Stage",
        (Option("", "all"), Option("test", "test", is_selected=True), Option("production", "production")),
        is_set=True,
    )
    assert (place.url(sort="-name"), place.notices) == ("?stage=test&sort=-name", [])


def test_nonsense_in_a_filter_shows_all_and_says_so() -> None:
    place = Address({"stage": "<script>"})

    select = place.choice("stage", "Stage", [("test", "test")])

    assert (select.is_set, place.known) == (False, {})
    assert place.notices == ["“<script>” is not a stage in this list, so the filter shows all."]


def test_nonsense_in_the_sort_falls_back_to_the_usual_one() -> None:
    place = Address({"sort": "password"})

    assert read_sort(place, ("name", "badness"), "badness") == "badness"
    assert place.notices == ["The list cannot be sorted by “password”, so it is sorted as usual."]


def test_text_loses_null_bytes_and_excess() -> None:
    assert Address({"q": " a\x00b" + "c" * 500}).text() == "ab" + "c" * 198


def test_the_column_that_sorts_turns_its_direction() -> None:
    assert columns(Address({}), {"name": "Name", "badness": "Status"}, "name") == {
        "name": Column("Name", "?sort=-name", "ascending"),
        "badness": Column("Status", "?sort=badness", ""),
    }


def test_above_the_cap_nobody_counts_to_the_end() -> None:
    texts = [shown(1, 0, 0, 100), shown(51, 34, 84, 100), shown(1, 50, 101, 100)]

    assert texts == ["no rows", "51–84 of 84", "1–50 of more than 100"]
