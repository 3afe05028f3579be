"""Backup keys: register one, put it away, take it up again."""

from datetime import datetime

from django.db import transaction

from certdash.actions import records
from certdash.models import BackupKey, User

FIELDS = ("name", "spki_sha256", "is_proved")


@transaction.atomic
def save_backup_key(key: BackupKey, *, actor: User | None, now: datetime) -> BackupKey:
    """The caller has the releases of the customer evaluated."""
    key.registered_by = key.registered_by or actor
    return records.save(key, FIELDS, actor=actor, now=now, customer=key.customer)


@transaction.atomic
def archive_backup_key(key: BackupKey, *, actor: User | None, now: datetime) -> None:
    records.archive(key, actor=actor, now=now, customer=key.customer)


@transaction.atomic
def restore_backup_key(key: BackupKey, *, actor: User | None, now: datetime) -> None:
    records.restore(key, actor=actor, now=now, customer=key.customer)
