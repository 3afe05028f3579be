"""Asking the owners of an app: one notice to those who can ship a fix, on record with what it said and to whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from certdash.actions.audit import record
from certdash.actions.outbox import put
from certdash.models import App, Event, Notice, User
from certdash.queries.notices.drafts import Draft, Words


@transaction.atomic
def ask_owner(app: App, words: Words, facts: Mapping[str, Any], *, seen: int, actor: User, now: datetime) -> bool:
    """False where somebody asked meanwhile: `seen` is the newest question that the asker knew of, and follows once."""
    path = reverse("app", args=(app.pk,))
    draft = Draft(
        Event.OWNER_ASKED,
        f"{app.pk}:{seen}",
        app.customer_id,
        words,
        path,
        is_urgent=True,
        app_id=app.pk,
        facts=facts,
        by=actor.pk,
    )
    if Notice.objects.filter(event=Event.OWNER_ASKED, app=app, pk__gt=seen).exists():
        return False
    put([draft], now=now)
    if not Notice.objects.filter(key=draft.full_key, created_at=now, payload__by=actor.pk).exists():
        return False
    told = {name: facts[name] for name in ("asked", "verdict", "ship_by", "note")}
    record(actor, "asked about", app, at=now, after=told, customer=app.customer)
    return True
