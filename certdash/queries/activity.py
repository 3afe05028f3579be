"""Activity: who changed what, newest first, with the fields that differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from certdash.models import AuditEntry
from certdash.queries import keyset
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Part, Sentence, counted, moment
from certdash.queries.keyset import Order
from certdash.queries.lists import Address, Filters, Page

NAMES = {"platformdomain": "platform domain", "truststore": "trust store", "pinset": "pin set", "user": "member"}
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
    sentence: Sentence
    notices: tuple[str, ...]


def activity_list(access: Access, given: Mapping[str, str], now: datetime) -> ActivityList:
    place = Address(given)
    everything = AuditEntry.objects.filter(access.rows())
    subjects = everything.order_by("subject").values_list("subject", flat=True).distinct()
    select = place.choice("subject", "About", [(name, NAMES.get(name, name)) for name in subjects])
    rows = everything
    if subject := place.value("subject"):
        rows = rows.filter(subject=subject)
    if text := place.text():
        rows = rows.filter(Q(label__icontains=text) | Q(actor__name__icontains=text))
    cut = keyset.cut(rows.select_related("actor", "customer"), Order("at", is_down=True), place)
    return ActivityList(
        rows=tuple(_row(row, now) for row in cut.rows),
        page=cut.page,
        filters=Filters((select,), place.value("q"), "Filter by person or thing"),
        sentence=_sentence(everything.aggregate(total=Count("pk"), last=Max("at")), now),
        notices=tuple(place.notices),
    )


def _sentence(counts: Mapping[str, Any], now: datetime) -> Sentence:
    if not counts["total"]:
        return (Part("Nothing was changed yet. Every write is recorded here with its author."),)
    last = moment(counts["last"], now)
    verb = " is" if counts["total"] == 1 else " are"
    return (Part(f"{counted(counts['total'], 'change')}{verb} on record; the last one was {last.text} ago."),)


def _row(row: AuditEntry, now: datetime) -> ActivityRow:
    return ActivityRow(
        at=moment(row.at, now),
        actor=row.actor.name if row.actor else "certdash",
        verb=row.verb,
        subject=NAMES.get(row.subject, row.subject),
        label=row.label,
        customer=row.customer.name if row.customer else "",
        changes=_changes(row.before or {}, row.after or {}),
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    names = [name for name in {**before, **after} if name not in PLACES]
    differ = [name for name in names if before.get(name) != after.get(name)]
    return tuple(
        FieldChange(name.replace("_", " "), _text(before.get(name)), _text(after.get(name)))
        for name in differ[:MOST_FIELDS]
    )


def _text(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
