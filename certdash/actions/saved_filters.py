"""Saved filters: keep one, name it anew, bring it up to date, delete it. Only ever by their owner."""

from datetime import datetime

from django.db import transaction

from certdash.actions.audit import record, snapshot
from certdash.models import SavedFilter, User

FIELDS = ("name", "query")


@transaction.atomic
def store_saved_filter(row: SavedFilter, *, actor: User, now: datetime) -> SavedFilter:
    """A new one, or one with another name or other filters."""
    stored = SavedFilter.objects.filter(pk=row.pk).first() if row.pk else None
    if stored is None:
        row.created_at = now
    row.save()
    before = snapshot(stored, FIELDS) if stored else None
    record(actor, "edited" if stored else "created", row, at=now, before=before, after=snapshot(row, FIELDS))
    return row


@transaction.atomic
def delete_saved_filter(row: SavedFilter, *, actor: User, now: datetime) -> None:
    record(actor, "deleted", row, at=now, before=snapshot(row, FIELDS))
    row.delete()
