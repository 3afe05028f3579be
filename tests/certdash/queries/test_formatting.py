"""Dates, ages, numbers and hashes as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certdash.queries.formatting import (
    HashForm,
    HashText,
    Moment,
    about,
    age,
    counted,
    day,
    days_left,
    key_hash,
    listed,
    moment,
    span,
    value_of,
    window_words,
)

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def test_a_date_carries_its_year_only_where_it_could_be_another_one() -> None:
    assert (day(date(2027, 1, 14), NOW), day(date(2028, 1, 14), NOW)) == ("14 Jan", "14 Jan 2028")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (datetime(2026, 12, 15, tzinfo=UTC), datetime(2027, 1, 14, tzinfo=UTC), "15 Dec – 14 Jan"),
        (datetime(2027, 1, 14, tzinfo=UTC), datetime(2027, 1, 28, tzinfo=UTC), "14–28 Jan"),
        (datetime(2027, 10, 31, tzinfo=UTC), datetime(2027, 11, 25, tzinfo=UTC), "31 Oct – 25 Nov 2027"),
        (datetime(2027, 1, 14, tzinfo=UTC), datetime(2027, 1, 14, tzinfo=UTC), "14 Jan"),
        (None, datetime(2027, 1, 14, tzinfo=UTC), "not known"),
    ],
)
def test_a_window_repeats_nothing_that_both_ends_share(start: datetime | None, end: datetime, expected: str) -> None:
    assert span(start, end, NOW) == expected


def test_a_window_is_gone_open_or_to_come() -> None:
    ago, soon, later = (NOW + timedelta(days=days) for days in (-30, 10, 40))

    assert [window_words(ago, ago, NOW), window_words(ago, soon, NOW), window_words(soon, later, NOW)] == [
        "expired 25 Oct",
        "now – 4 Dec",
        "4 Dec – 3 Jan",
    ]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-5, "0 min"), (45, "1 min"), (240, "4 min"), (7200, "2 h"), (172_800, "2 d"), (86_400 * 800, "2 y")],
)
def test_ages_grow_coarser(seconds: int, expected: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == expected


def test_a_moment_is_relative_with_the_utc_instant_beside_it() -> None:
    seen = NOW - timedelta(minutes=4)

    assert moment(seen, NOW, stale_after=timedelta(minutes=3)) == Moment(
        "4 min", "24 Nov 2026, 12:26 UTC", "2026-11-24T12:26:00+00:00", is_stale=True
    )
    assert moment(None, NOW) == Moment("never")


def test_days_left_says_late_in_words() -> None:
    words = [days_left(date(2026, 12, 2), NOW), days_left(date(2026, 11, 24), NOW), days_left(date(2026, 11, 7), NOW)]

    assert words == ["in 8 d", "today", "17 d late"]


def test_counts_and_lists_read_as_english() -> None:
    assert (counted(1, "app"), counted(7, "app"), counted(2, "address", "addresses")) == (
        "1 app",
        "7 apps",
        "2 addresses",
    )
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert [about(number) for number in (940, 1940, 210_200)] == ["940", "1,900", "210,000"]


def test_a_place_outside_the_order_of_badness_is_unknown() -> None:
    assert [value_of(place) for place in (0, 5, 6)] == ["failing", "ready", "unknown"]


def test_a_key_hash_is_written_for_every_client() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    assert key_hash(empty, "nothing") == HashText(
        "47DEQpj8",
        text,
        "nothing",
        (
            HashForm("SPKI SHA-256", text),
            HashForm("hex", empty),
            HashForm("OkHttp, TrustKit", f"sha256/{text}"),
            HashForm("Android", f'<pin digest="SHA-256">{text}</pin>'),
            HashForm("Info.plist", f"<key>SPKI-SHA256-BASE64</key><string>{text}</string>"),
            HashForm("curl", f"sha256//{text}"),
        ),
    )
