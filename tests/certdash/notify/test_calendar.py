"""The feed, written and read back."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from certdash.notify.calendar import Day, feed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WINDOW = Day(
    "rotation-7@certdash.example",
    date(2026, 12, 15),
    date(2027, 1, 14),
    f"Rotation of *.{'cloud.' * 14}example (announced)",
    "7 apps stop; then, nothing\nATTACH:file:///etc/passwd",
    "https://certdash.example/rotations/7/",
    2,
    NOW,
)


def test_what_is_read_back_is_what_was_put_in() -> None:
    calendar = Calendar.from_ical(feed([WINDOW], "certdash"))

    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["name"]), str(calendar["version"])) == ("certdash", "2.0")
    assert (str(event["uid"]), event.decoded("sequence")) == (WINDOW.uid, 2)
    assert (event.decoded("last-modified"), event.decoded("dtstamp")) == (NOW, NOW)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 12, 15), date(2027, 1, 15))
    assert (str(event["summary"]), str(event["description"]), str(event["url"])) == (
        WINDOW.title,
        WINDOW.text,
        WINDOW.url,
    )
    assert "attach" not in event


def test_no_line_is_longer_than_programs_must_read() -> None:
    lines = feed([WINDOW], "certdash").split(b"\r\n")

    assert max(map(len, lines)) <= 75  # RFC 5545 §3.1


def test_nothing_to_show_is_a_calendar_all_the_same() -> None:
    assert Calendar.from_ical(feed([], "certdash")).walk("VEVENT") == []
