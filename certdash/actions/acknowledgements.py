"""Acknowledgements: an owner says what they will do about a rotation, and may take it back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from certdash.actions.audit import record
from certdash.models import Acknowledgement, App, Rotation, User


@dataclass(frozen=True, slots=True)
class Plan:
    """`snoozed_until` stands instead of a version and a day: the matter rests until then, for the reason in `text`."""

    version: str = ""
    ships_on: date | None = None
    text: str = ""
    snoozed_until: date | None = None


@transaction.atomic
def acknowledge(rotation: Rotation, app: App, plan: Plan, *, actor: User | None, now: datetime) -> Acknowledgement:
    """It takes the place of what was said before about this app and rotation."""
    before = Acknowledgement.objects.filter(rotation=rotation, app=app, withdrawn_at=None)
    was = [str(row) for row in before]
    before.update(withdrawn_at=now)
    row = Acknowledgement.objects.create(
        rotation=rotation,
        app=app,
        version=plan.version,
        ships_on=plan.ships_on,
        plan=plan.text,
        snoozed_until=plan.snoozed_until,
        by=actor,
        at=now,
    )
    after = {"app": app.name, "plan": str(row), "note": plan.text}
    record(
        actor, "acknowledged", row, at=now, before={"plan": was} if was else None, after=after, customer=app.customer
    )
    return row


@transaction.atomic
def take_back(rotation: Rotation, app: App, *, actor: User | None, now: datetime) -> bool:
    """False when nothing was said."""
    row = Acknowledgement.objects.filter(rotation=rotation, app=app, withdrawn_at=None).first()
    if row is None or not Acknowledgement.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=now):
        return False
    record(actor, "withdrew", row, at=now, customer=app.customer)
    return True
