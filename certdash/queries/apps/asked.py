"""What was asked of the owners of an app: by whom, when, whether it reached them, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from certdash.models import Acknowledgement, App, Delivery, DeliveryState, Event, Notice, Rotation, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import WORDS, Moment, address, counted, day, listed, moment
from certdash.queries.rotations.list import OVER
from pins.verdict import Value

SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `state` says how far it got; `answer_url` is where this reader would answer, if they may."""

    pk: int
    by: str
    to: str
    is_many: bool
    at: Moment
    about: str
    note: str
    state: str
    is_stuck: bool
    answer: str
    answer_url: str


def questions(app: App) -> QuerySet[Notice]:
    """The newest first."""
    return Notice.objects.filter(event=Event.OWNER_ASKED, app=app).order_by("-created_at", "-pk")


def last_question(app: App, rows: Sequence[Verdict], access: Access, now: datetime) -> Asked | None:
    """One statement while nobody asks. `rows` are the cells in use: a plan is for the rotation of the worst one."""
    notice = questions(app).filter(created_at__gt=now - SHOWN).first()
    return _asked(notice, app, rows, access, now) if notice else None


def _asked(notice: Notice, app: App, rows: Sequence[Verdict], access: Access, now: datetime) -> Asked:
    facts = notice.payload["facts"]
    value = Value(facts["verdict"]) if facts["verdict"] in set(Value) else Value.UNKNOWN
    state, is_stuck = _state(notice)
    answer = _answer(notice, app, now)
    return Asked(
        pk=notice.pk,
        by=facts["asked_by"],
        to=listed(facts["asked"]),
        is_many=len(facts["asked"]) > 1,
        at=moment(notice.created_at, now),
        about=WORDS[value],
        note=facts["note"],
        state=state,
        is_stuck=is_stuck,
        answer=answer,
        answer_url="" if answer else _answer_url(app, rows, access),
    )


def _state(notice: Notice) -> tuple[str, bool]:
    """In words, and whether somebody should do something about it."""
    if notice.routed_at is None:
        return "on its way", False
    rows = list(Delivery.objects.filter(notice=notice).order_by("pk"))
    sent = sum(row.state == DeliveryState.SENT for row in rows)
    if sent:
        return f"delivered to {counted(sent, 'channel')}", False
    if not rows:
        return "reached nobody: they have no channel any more", True
    faults = [row.last_error for row in rows if row.last_error]
    return (f"not delivered yet: {faults[0].rstrip('.')}", True) if faults else ("on its way", False)


def _answer(notice: Notice, app: App, now: datetime) -> str:
    rows = Acknowledgement.objects.filter(app=app, withdrawn_at=None, at__gte=notice.created_at)
    said = rows.select_related("by").order_by("-at", "-pk").first()
    if said is None:
        return ""
    who = said.by.name if said.by else "Somebody who left"
    if said.snoozed_until:
        return f"{who} wants to be asked again on {day(said.snoozed_until, now)}: {said.plan}"
    ships = f"{said.version} ships" if said.version else "a release ships" if said.ships_on else ""
    plan = " ".join(filter(None, (ships, f"on {day(said.ships_on, now)}" if said.ships_on else "")))
    return f"{who} answered: {'. '.join(filter(None, (plan, said.plan)))}"


def _answer_url(app: App, rows: Sequence[Verdict], access: Access) -> str:
    """An answer is the acknowledgement of the rotation that the worst cells wait for."""
    if not access.may_edit_apps(app.customer_id):
        return ""
    worst = min((row.badness for row in rows), default=0)
    endpoints = [row.endpoint for row in rows if row.badness == worst and row.endpoint]
    domains = {one.platform_domain_id for one in endpoints if one.platform_domain_id}
    here = Q(platform_domain__in=domains) | Q(endpoint__in=[one.pk for one in endpoints])
    soonest = F("window_start").asc(nulls_last=True)
    rotation = Rotation.objects.filter(here).exclude(state__in=OVER).order_by(soonest, "pk").first()
    return address("acknowledge", rotation.pk, app.pk) if rotation else ""
