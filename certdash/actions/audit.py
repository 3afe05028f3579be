"""The audit trail: every action records who changed what, in its own transaction."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from certdash.models import AuditEntry, Customer, User


def record(
    actor: User | None,
    verb: str,
    subject: Model,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    customer: Customer | None = None,
) -> None:
    """`verb` is a past participle (`created`, `edited`, `archived`); `before` and `after` hold plain values."""
    AuditEntry.objects.create(
        at=at,
        actor=actor,
        customer=customer,
        verb=verb,
        subject=subject._meta.model_name or "",
        subject_id=subject.pk,
        label=str(subject)[:255],
        before=before,
        after=after,
    )


def record_all(actor: User | None, verb: str, changes: Iterable[tuple[Model, dict[str, Any]]], *, at: datetime) -> None:
    """The same of many subjects, each with what it is afterwards, in one statement."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            actor=actor,
            verb=verb,
            subject=subject._meta.model_name or "",
            subject_id=subject.pk,
            label=str(subject)[:255],
            after=after,
        )
        for subject, after in changes
    )


def snapshot(subject: Model, fields: tuple[str, ...]) -> dict[str, Any]:
    """The named fields as JSON can hold them; a relation is its key."""
    return {name: _plain(subject.serializable_value(name)) for name in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
