"""Rotations by hand: say who runs one, when and where it was announced; call one off."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from certdash.actions.audit import record
from certdash.actions.outbox import put
from certdash.actions.telling import audience
from certdash.models import CalendarEntry, Customer, Event, Rotation, RotationState, Successor, User
from certdash.queries.notices import words as notice_words
from certdash.queries.notices.drafts import Draft
from certdash.queries.rotations.list import name_of
from certdash.queries.rotations.scope import successors_of

WAITING = (RotationState.PLANNED, RotationState.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Details:
    """What people say of a rotation. With a successor known, all but the owner is said with it and kept there."""

    owner: str = ""
    source_url: str = ""
    note: str = ""
    start: datetime | None = None
    end: datetime | None = None


def details_of(rotation: Rotation, successor: Successor | None) -> Details:
    if successor is not None:
        start, end = successor.window_start, successor.window_end
        return Details(rotation.owner, successor.source_url, successor.note, start, end)
    start, end = rotation.announced_start, rotation.announced_end
    return Details(rotation.owner, rotation.source_url, rotation.note, start, end)


@transaction.atomic
def edit(rotation: Rotation, wanted: Details, *, seen: Details, actor: User | None, now: datetime) -> bool:
    """False where it has begun meanwhile, or is not any more what the person saw; then nothing is stored."""
    row = Rotation.objects.select_for_update().filter(pk=rotation.pk, state__in=WAITING).first()
    if row is None:
        return False
    successor = successors_of(row).first()
    if details_of(row, successor) != seen:
        return False
    row.owner = wanted.owner
    if successor is None:
        row.source_url, row.note = wanted.source_url, wanted.note
        row.announced_start, row.announced_end = wanted.start, wanted.end
    else:
        successor.source_url, successor.note = wanted.source_url, wanted.note
        successor.window_start, successor.window_end = wanted.start, wanted.end
        successor.save(update_fields=["source_url", "note", "window_start", "window_end"])
    row.save(update_fields=["owner", "source_url", "note", "announced_start", "announced_end"])
    before, after = _differing(seen, wanted)
    if after:
        record(actor, "edited", row, at=now, before=before, after=after, customer=_customer(row))
    return True


def _differing(before: Details, after: Details) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = asdict(before), asdict(after)
    names = [name for name in new if old[name] != new[name]]
    return {name: _plain(old[name]) for name in names}, {name: _plain(new[name]) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@transaction.atomic
def cancel(rotation: Rotation, reason: str, *, actor: User | None, now: datetime) -> bool:
    """Call off what waits: what was registered for it is withdrawn, and the next one is planned at once.

    For the certificate still expires; without an open rotation a change in the next minutes would find no prediction.
    False where it has begun, or is over; then nothing changes. The caller has the endpoints concerned evaluated.
    """
    waiting = Rotation.objects.filter(pk=rotation.pk, state__in=WAITING)
    called_off = {"cancelled_at": now, "cancelled_by": actor, "cancel_reason": reason, "is_stopping": False}
    if not waiting.update(state=RotationState.CANCELLED, **called_off):
        return False
    withdrawn = list(successors_of(rotation).values_list("pk", flat=True))
    Successor.objects.filter(pk__in=withdrawn).update(withdrawn_at=now)
    Rotation.objects.create(
        platform_domain_id=rotation.platform_domain_id,
        endpoint_id=rotation.endpoint_id,
        leaf_id=rotation.leaf_id,
        created_at=now,
    )
    entries = CalendarEntry.objects.filter(rotation=rotation.pk)
    entries.update(sequence=F("sequence") + 1, changed_at=now, cancelled_at=now)
    before, after = {"state": rotation.state}, {"state": RotationState.CANCELLED.value, "reason": reason}
    if withdrawn:
        after["withdrawn"] = str(withdrawn)
    record(actor, "called off", rotation, at=now, before=before, after=after, customer=_customer(rotation))
    _tell(rotation, reason, had_successor=bool(withdrawn), now=now)
    return True


def _tell(rotation: Rotation, reason: str, *, had_successor: bool, now: datetime) -> None:
    """Everybody who can have read of it: whoever has a host concerned."""
    words = notice_words.rotation_cancelled(
        name_of(rotation), reason, rotation.leaf.not_after, had_successor=had_successor
    )
    facts = {"target": name_of(rotation), "reason": reason, "withdrawn": had_successor}
    path = reverse("rotation", args=(rotation.pk,))
    key = str(rotation.pk)
    put(
        (
            Draft(Event.ROTATION_CANCELLED, key, customer_id, words, path, facts=facts)
            for customer_id in audience(rotation)
        ),
        now=now,
    )


def _customer(rotation: Rotation) -> Customer | None:
    return rotation.endpoint.environment.customer if rotation.endpoint else None
