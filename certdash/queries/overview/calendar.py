"""What stands in one reader's calendar, and the state of their link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from certdash.models import CalendarEntry, CalendarLink, Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.apps.page import visible_apps
from certdash.queries.formatting import Moment, about, address, counted, moment
from certdash.queries.rotations.list import name_of
from certdash.queries.rotations.scope import Struck, scope_of, stops, struck, visible
from certdash.queries.rotations.words import STATES

# Programs read a calendar as a whole; what comes after so many entries is years away.
MOST = 1000


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """`name` tells entries apart for good: `rotation-7`, `app-3`."""

    name: str
    first: date
    last: date
    title: str
    text: str
    path: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class LinkState:
    made: Moment
    read: Moment


def link_state(access: Access, now: datetime) -> LinkState | None:
    """None without a link in force."""
    link = CalendarLink.objects.filter(user=access.user_id, revoked_at=None).first()
    return LinkState(moment(link.created_at, now), moment(link.last_read_at, now)) if link else None


def calendar_rows(access: Access) -> tuple[CalendarRow, ...]:
    """At most five statements. Of single hosts everybody's, the platform sees those that stop an app."""
    rows = visible(access)
    if access.sees_everything:
        rows = rows.filter(Q(platform_domain__isnull=False) | stops(access))
    entries = list(_entries().filter(Q(rotation__in=rows) | Q(app__in=visible_apps(access)))[:MOST])
    rotations = [entry.rotation for entry in entries if entry.rotation]
    hit = struck(rotations, access)
    return tuple(_rows(entries, hit))


def _entries() -> QuerySet[CalendarEntry]:
    beside = ("rotation__platform_domain", "rotation__endpoint", "app__customer")
    return CalendarEntry.objects.select_related(*beside).order_by("starts_on", "pk")


def _rows(entries: Iterable[CalendarEntry], hit: dict[tuple[int | None, int | None], Struck]) -> Iterable[CalendarRow]:
    for entry in entries:
        if entry.rotation:
            yield _rotation(entry, entry.rotation, hit.get(scope_of(entry.rotation), Struck()))
        else:
            yield _app(entry)


def _rotation(entry: CalendarEntry, rotation: Rotation, found: Struck) -> CalendarRow:
    if entry.cancelled_at:
        return _cancelled(entry, rotation)
    state = STATES[RotationState(rotation.state)]
    users = f", about {about(found.users)} users" if found.users else ""
    stops_then = f"{counted(found.apps, 'app')} will stop{users}." if found.apps else "No app is expected to stop."
    text = f"The certificate can change on any of these days. {stops_then}"
    title = f"Rotation of {name_of(rotation)} ({state})"
    path = address("rotation", rotation.pk)
    return CalendarRow(
        f"rotation-{rotation.pk}", entry.starts_on, entry.ends_on, title, text, path, entry.sequence, entry.changed_at
    )


def _cancelled(entry: CalendarEntry, rotation: Rotation) -> CalendarRow:
    text = f"Called off: {rotation.cancel_reason} Another one comes before the certificate expires."
    return CalendarRow(
        f"rotation-{rotation.pk}",
        entry.starts_on,
        entry.ends_on,
        f"Called off: rotation of {name_of(rotation)}",
        text,
        address("rotation", rotation.pk),
        entry.sequence,
        entry.changed_at,
        is_cancelled=True,
    )


def _app(entry: CalendarEntry) -> CalendarRow:
    app = entry.app
    assert app is not None
    text = f"The last safe day to ship a fix for {app.name} of {app.customer.name}."
    title = f"Ship {app.name} by today"
    path = address("app", app.pk)
    return CalendarRow(
        f"app-{app.pk}", entry.starts_on, entry.ends_on, title, text, path, entry.sequence, entry.changed_at
    )
