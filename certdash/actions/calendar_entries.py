"""Calendar entries: the days of rotation windows and ship-by dates, kept so that their moves can be counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from certdash.actions.bulk import update_rows
from certdash.models import App, CalendarEntry, Rotation, RotationState
from certdash.queries.loading import chunks
from pins.verdict import Value

OPEN = (RotationState.PLANNED, RotationState.ANNOUNCED, RotationState.UNDER_WAY)
Subject = tuple[int | None, int | None]
# How long a program that reads the calendar now and then may take to learn that something was called off.
KEPT = timedelta(days=60)
FIELDS = ("starts_on", "ends_on", "sequence", "changed_at")


@dataclass(frozen=True, slots=True)
class Days:
    first: date
    last: date


def refresh(*, now: datetime) -> None:
    """What is over or no longer needed leaves the calendar; what was called off says so for a while first.

    Without news nothing is locked.
    """
    wanted = _rotations() | _apps()
    gone, moved = list[int](), list[tuple[object, ...]]()
    for row in CalendarEntry.objects.exclude(cancelled_at__gt=now - KEPT).iterator():
        days = wanted.pop((row.rotation_id, row.app_id), None)
        if days is None:
            gone.append(row.pk)
        elif (kept := _kept(days, row, now.date())) != Days(row.starts_on, row.ends_on):
            moved.append((row.pk, kept.first, kept.last, row.sequence + 1, now))
    if gone or moved or wanted:
        _write(gone, moved, wanted, now)


@transaction.atomic
def _write(gone: list[int], moved: list[tuple[object, ...]], new: Mapping[Subject, Days], now: datetime) -> None:
    for chunk in chunks(gone):
        CalendarEntry.objects.filter(pk__in=chunk).delete()
    update_rows(CalendarEntry, FIELDS, moved)
    CalendarEntry.objects.bulk_create(
        [
            CalendarEntry(rotation_id=key[0], app_id=key[1], starts_on=one.first, ends_on=one.last, changed_at=now)
            for key, one in new.items()
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


def _kept(days: Days, row: CalendarEntry, today: date) -> Days:
    """A window that is open begins anew at each look; that is no news."""
    is_open = row.rotation_id is not None and row.starts_on <= today and days.first <= today
    return Days(row.starts_on, days.last) if is_open else days


def _rotations() -> dict[Subject, Days]:
    rows = Rotation.objects.filter(state__in=OPEN).exclude(endpoint__archived_at__isnull=False)
    columns = rows.values_list("pk", "window_start", "window_end")
    return {(pk, None): Days(start.date(), max(start, end).date()) for pk, start, end in columns if start and end}


def _apps() -> dict[Subject, Days]:
    rows = App.objects.filter(archived_at=None, customer__archived_at=None, badness__lte=Value.AT_RISK.badness)
    return {(None, pk): Days(day, day) for pk, day in rows.values_list("pk", "ship_by") if day}
