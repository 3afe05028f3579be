"""Activity: who changed what, newest first, with the fields that differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from certdash.models import AuditEntry
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Part, Sentence, counted, moment
from certdash.queries.kept import kept
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.lists import Address, Columns, Filters, Page, Select
from certdash.queries.lists.saved_filters import SavedMenu, own_filters, saved_menu
from certdash.queries.lists.text_search import containing, place_of

NAMES = {
    "platformdomain": "platform domain",
    "truststore": "trust store",
    "pinset": "pin set",
    "user": "member",
    "savedfilter": "saved filter",
}
COLUMNS = {"at": "When", "customer": "Customer", "changes": "Before → after"}
ORDER = Order("at", is_down=True)
MOST_FIELDS = 6
MOST_CHARACTERS = 60
# Keys of what the row is named after or stands below: a number that tells nobody anything.
PLACES = {"customer", "environment", "app"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ActivityRow:
    at: Moment
    actor: str
    verb: str
    subject: str
    label: str
    customer: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ActivityList:
    rows: tuple[ActivityRow, ...]
    page: Page
    filters: Filters
    choice: Columns
    saved: SavedMenu
    sentence: Sentence
    notices: tuple[str, ...]
    csv_url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Over everything that the reader sees: what was changed, how often, and when last."""

    subjects: tuple[str, ...]
    total: int
    last: datetime | None


def activity_list(access: Access, given: Mapping[str, str], now: datetime) -> ActivityList:
    place = Address(given)
    own, known = own_filters(access, "activity", place), facts(access)
    select, rows = filtered(access, place, known)
    choice = place.columns(COLUMNS)
    cut = keyset.cut(rows.select_related("actor", "customer"), ORDER, place, whose=("activity", access.scope))
    return ActivityList(
        rows=tuple(_row(row, now) for row in cut.rows),
        page=cut.page,
        filters=Filters((select,), place.value("q"), "Filter by person or thing", place.kept_beside([select])),
        choice=choice,
        saved=saved_menu("activity", own, place),
        sentence=_sentence(known, now),
        notices=tuple(place.notices),
        csv_url=place.url(format="csv"),
    )


def filtered(access: Access, place: Address, known: Facts) -> tuple[Select, QuerySet[AuditEntry]]:
    select = place.choice("subject", "About", [(name, NAMES.get(name, name)) for name in known.subjects])
    place.tell_unknown("subject")
    rows = AuditEntry.objects.filter(access.rows())
    if subject := place.value("subject"):
        rows = rows.filter(subject=subject)
    if text := place.text():
        rows = rows.filter(containing(AuditEntry, text, place_of(text, "label"), place_of(text, "name", path="actor")))
    return select, rows


def facts(access: Access) -> Facts:
    """One statement, by subject."""
    return kept(("activity", access.scope), lambda: _facts(access))


def _facts(access: Access) -> Facts:
    rows = AuditEntry.objects.filter(access.rows()).order_by("subject").values("subject")
    found = list(rows.annotate(total=Count("pk"), last=Max("at")))
    last = max((row["last"] for row in found), default=None)
    return Facts(tuple(row["subject"] for row in found), sum(row["total"] for row in found), last)


def _sentence(known: Facts, now: datetime) -> Sentence:
    if not known.total:
        return (Part("Nothing was changed yet. Every write is recorded here with its author."),)
    last = moment(known.last, now)
    verb = " is" if known.total == 1 else " are"
    return (Part(f"{counted(known.total, 'change')}{verb} on record; the last one was {last.text} ago."),)


def _row(row: AuditEntry, now: datetime) -> ActivityRow:
    return ActivityRow(
        at=moment(row.at, now),
        actor=row.actor.name if row.actor else "certdash",
        verb=row.verb,
        subject=NAMES.get(row.subject, row.subject),
        label=row.label,
        customer=row.customer.name if row.customer else "",
        changes=changes_of(row.before or {}, row.after or {}),
    )


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    names = [name for name in {**before, **after} if name not in PLACES]
    differ = [name for name in names if before.get(name) != after.get(name)]
    return tuple(
        FieldChange(name.replace("_", " "), _text(before.get(name)), _text(after.get(name)))
        for name in differ[:MOST_FIELDS]
    )


def _text(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
