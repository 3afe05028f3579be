"""Successors: register what will be served next, withdraw it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from certdash.actions.audit import record
from certdash.actions.chains import store_chain
from certdash.actions.telling import tell_successor_announced, tell_successor_withdrawn
from certdash.models import Customer, Successor, User
from certdash.queries.judging.candidates import Candidate, Target
from pins.scenarios import Evidence


@dataclass(frozen=True, slots=True)
class Announcement:
    """What its owner says beside the material: when, and where it was announced."""

    window_start: datetime | None = None
    window_end: datetime | None = None
    source_url: str = ""
    note: str = ""


@transaction.atomic
def register(
    candidate: Candidate, target: Target, announcement: Announcement, *, actor: User | None, now: datetime
) -> Successor:
    """It takes the place of what was registered before. The caller has the endpoints concerned evaluated."""
    before = _in_force(target)
    replaced = list(before.values_list("pk", flat=True))
    before.update(withdrawn_at=now)
    row = _row(candidate, target, announcement, actor, now)
    row.save()
    after = {"kind": row.kind, "target": target.name, "window_start": _iso(row.window_start)}
    after |= {"evidence": "logged"} if row.is_logged else {}
    was = {"replaced": replaced} if replaced else None
    record(actor, "registered", row, at=now, before=was, after=after, customer=_customer(row))
    tell_successor_announced(row, now=now)
    return row


@transaction.atomic
def withdraw(successor: Successor, *, actor: User | None, now: datetime) -> bool:
    """False when it was withdrawn before."""
    if not Successor.objects.filter(pk=successor.pk, withdrawn_at=None).update(withdrawn_at=now):
        return False
    record(actor, "withdrew", successor, at=now, customer=_customer(successor))
    tell_successor_withdrawn(successor, now=now)
    return True


def _in_force(target: Target) -> QuerySet[Successor]:
    return Successor.objects.filter(platform_domain=target.platform_domain, endpoint=target.endpoint, withdrawn_at=None)


def _row(
    candidate: Candidate, target: Target, announcement: Announcement, actor: User | None, now: datetime
) -> Successor:
    certificates = candidate.announced.certificates
    leaf = certificates[0] if certificates else candidate.announced.leaf
    return Successor(
        platform_domain=target.platform_domain,
        endpoint=target.endpoint,
        kind=candidate.kind,
        material=candidate.material,
        chain=store_chain(certificates, now=now) if certificates else None,
        spki_sha256=leaf.spki_sha256.hex() if leaf and leaf.spki_sha256 else "",
        certificate_sha256=leaf.sha256.hex() if leaf and leaf.sha256 else "",
        is_logged=candidate.announced.evidence is Evidence.LOGGED,
        window_start=announcement.window_start,
        window_end=announcement.window_end,
        source_url=announcement.source_url,
        note=announcement.note,
        registered_by=actor,
        registered_at=now,
    )


def _customer(successor: Successor) -> Customer | None:
    return successor.endpoint.environment.customer if successor.endpoint else None


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
