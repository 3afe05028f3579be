"""From the notices of a parcel to the message that is sent: subject, text, HTML, and data for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from certdash.actions.delivering import Parcel
from certdash.models import Channel, ChannelKind, Notice
from certdash.notify.message import Message
from certdash.queries.formatting import clock, counted

MOST_LISTED = 40


@dataclass(frozen=True, slots=True)
class Entry:
    subject: str
    customer: str
    what: str
    so_what: str
    to_do: str
    url: str
    when: str
    is_urgent: bool


def compose(parcel: Parcel, *, now: datetime) -> Message:
    """Urgent notices first. A program reads of one notice by itself, whose own identifier it gets."""
    notices = sorted(parcel.notices, key=lambda notice: not notice.is_urgent)
    is_single = parcel.channel.kind == ChannelKind.WEBHOOK
    identifier = f"notice-{notices[0].uid.hex}" if is_single else f"parcel-{parcel.id}"
    subject = _subject(notices)
    context = _context(parcel.channel, notices, subject)
    return Message(
        identifier,
        now,
        subject,
        render_to_string("notices/message.txt", context).strip() + "\n",
        render_to_string("notices/message.html", context),
        _data(notices[0]),
    )


def test_message(channel: Channel, *, now: datetime) -> Message:
    """What a person sends to see whether a channel works."""
    words = {
        "what": "This is a test: somebody pressed the button on the page of this channel.",
        "so_what": "Notices about apps, rotations and certificates arrive here in this form.",
        "to_do": "Nothing.",
        "path": reverse("channels"),
        "facts": {},
    }
    notice = Notice(event="test", subject="Test of certdash", payload=words, created_at=now)
    return compose(Parcel(notice.uid.hex, "", channel, (notice,)), now=now)


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return notices[0].subject
    urgent = sum(notice.is_urgent for notice in notices)
    count = f"{counted(len(notices), 'notice')}{f', {urgent} urgent' if urgent else ''}"
    return f"{count}: {notices[0].subject}"


def _context(channel: Channel, notices: Sequence[Notice], subject: str) -> dict[str, Any]:
    listed = notices[:MOST_LISTED]
    return {
        "subject": subject,
        "entries": [_entry(notice) for notice in listed],
        "hidden": len(notices) - len(listed),
        "has_customers": len({notice.customer_id for notice in notices}) > 1,
        "channel": channel.name,
        "home_url": absolute(reverse("overview")),
        "settings_url": absolute(reverse("channels")),
    }


def _entry(notice: Notice) -> Entry:
    words = notice.payload
    return Entry(
        notice.subject,
        notice.customer.name if notice.customer else "",
        words["what"],
        words["so_what"],
        words["to_do"],
        absolute(words["path"]),
        clock(notice.created_at),
        notice.is_urgent,
    )


def _data(notice: Notice) -> dict[str, Any]:
    """As Standard Webhooks shapes a payload: type, timestamp, data."""
    entry = _entry(notice)
    return {
        "type": notice.event,
        "timestamp": notice.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "data": {
            "customer": notice.customer.slug if notice.customer else None,
            "is_urgent": notice.is_urgent,
            "subject": entry.subject,
            "what": entry.what,
            "so_what": entry.so_what,
            "to_do": entry.to_do,
            "url": entry.url,
            **notice.payload["facts"],
        },
    }


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
