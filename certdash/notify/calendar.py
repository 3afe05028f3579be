"""The calendar feed as iCalendar (RFC 5545): whole days, stable identifiers, folded by the library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

# How often programs should look again (RFC 7986 §5.7).
REFRESH = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Day:
    """Whole days, `last` among them. `uid` stays while the thing is the same; `sequence` grows when its days move.

    What was called off keeps its days, so that programs find the entry that they hold.
    """

    uid: str
    first: date
    last: date
    title: str
    text: str
    url: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False


def feed(days: Iterable[Day], name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//certdash//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)  # what programs read that do not know RFC 7986
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for day in days:
        calendar.add_component(_event(day))
    return bytes(calendar.to_ical())


def _event(day: Day) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", day.changed_at)
    event.add("last-modified", day.changed_at)
    event.add("sequence", day.sequence)
    if day.is_cancelled:
        event.add("status", "CANCELLED")  # RFC 5545 §3.8.1.11
    event.add("dtstart", day.first)
    event.add("dtend", day.last + timedelta(days=1))  # the end is the first day that no longer belongs to it
    event.add("summary", day.title)
    event.add("description", day.text)
    event.add("url", day.url)
    event.add("transp", "TRANSPARENT")  # nobody is busy for three weeks
    return event
