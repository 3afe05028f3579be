"""Create, edit, archive and restore any record, with its audit entry, in one transaction."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from certdash.actions.audit import record, snapshot
from certdash.models import Customer, User

Record = TypeVar("Record", bound=Model)


@transaction.atomic
def save(
    subject: Record,
    fields: tuple[str, ...],
    *,
    actor: User | None,
    now: datetime,
    customer: Customer | None = None,
    derived: tuple[str, ...] = (),
) -> Record:
    """Store `subject` and audit the named fields; a save that changes none of them leaves no entry.

    A form may be older than what others did meanwhile: it brings nothing back that was put away, and writes nothing of
    what is `derived` by others.
    """
    stored = type(subject)._default_manager.select_for_update().filter(pk=subject.pk).first()
    before = None if stored is None else snapshot(stored, fields)
    if stored is None:
        subject.save()
    else:
        subject.save(update_fields=_own_columns(subject, derived))
    after = snapshot(subject, fields)
    if before != after:
        verb = "created" if before is None else "edited"
        record(actor, verb, subject, at=now, before=before, after=after, customer=customer)
    return subject


def _own_columns(subject: Model, derived: tuple[str, ...]) -> list[str]:
    others = {"archived_at", *derived}
    return [one.name for one in subject._meta.concrete_fields if not one.primary_key and one.name not in others]


@transaction.atomic
def archive(subject: Model, *, actor: User | None, now: datetime, customer: Customer | None = None) -> bool:
    """Hide a record and keep its history; False when it was archived before."""
    return _flip(subject, None, now, "archived", actor=actor, now=now, customer=customer)


@transaction.atomic
def restore(subject: Model, *, actor: User | None, now: datetime, customer: Customer | None = None) -> bool:
    """Bring an archived record back; False when it was not archived."""
    return _flip(
        subject, subject.serializable_value("archived_at"), None, "restored", actor=actor, now=now, customer=customer
    )


def _flip(
    subject: Model,
    expected: datetime | None,
    wanted: datetime | None,
    verb: str,
    *,
    actor: User | None,
    now: datetime,
    customer: Customer | None,
) -> bool:
    if expected == wanted:
        return False
    rows = type(subject)._default_manager.filter(pk=subject.pk, archived_at=expected)
    if not rows.update(archived_at=wanted):
        return False
    setattr(subject, "archived_at", wanted)  # noqa: B010  # mypy knows no archived_at on Model
    record(actor, verb, subject, at=now, customer=customer)
    return True
