"""The outbox: notices are stored in the transaction of what caused them, and sent later by somebody else."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from certdash.actions.bulk import insert_rows
from certdash.models import Notice
from certdash.queries.notices.drafts import Draft

FIELDS = (
    "uid", "event", "key", "customer", "app", "is_urgent", "subject", "payload", "created_at", "routed_at",
)  # fmt: skip


def put(drafts: Iterable[Draft], *, now: datetime) -> None:
    """One statement. A fact that was told before stays told: its key is there."""
    rows = [_row(draft, now) for draft in drafts]
    if rows:
        with transaction.atomic():
            insert_rows(Notice, FIELDS, rows)


def _row(draft: Draft, now: datetime) -> tuple[object, ...]:
    words = draft.words
    payload = {
        "what": words.what,
        "so_what": words.so_what,
        "to_do": words.to_do,
        "path": draft.path,
        "facts": dict(draft.facts),
    } | ({"by": draft.by} if draft.by else {})
    return (
        uuid4(),
        draft.event.value,
        draft.full_key[:160],
        draft.customer_id,
        draft.app_id,
        draft.is_urgent,
        words.subject[:200],
        payload,
        now,
        None,
    )
