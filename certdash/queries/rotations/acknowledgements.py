"""Who has acknowledged a rotation: one row for each app that stops, the silent ones first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from certdash.models import Acknowledgement, App, Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Part, Sentence, address, day, moment, number
from certdash.queries.rotations.scope import Stopping
from pins.verdict import Value

SILENT, RESTS, PLANNED = "silent", "rests", "planned"
WORDS = {SILENT: "no answer", RESTS: "asked again later", PLANNED: "acknowledged"}


@dataclass(frozen=True, slots=True)
class AcknowledgementRow:
    """`is_late`: the planned day is behind the last safe one."""

    app_pk: int
    app: str
    customer: str
    value: Value
    owner: str
    users: str
    state: str
    words: str
    said: Moment | None
    plan: str
    is_late: bool
    url: str


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    rows: tuple[AcknowledgementRow, ...]
    answered: int

    @property
    def total(self) -> int:
        return len(self.rows)


def plan_of(app: App, domains: Collection[int]) -> Sentence:
    """Where the owner of an app that stops tells the platform what they will do. One statement."""
    said = Acknowledgement.objects.filter(rotation=OuterRef("pk"), app=app, withdrawn_at=None)
    rows = Rotation.objects.filter(platform_domain__in=domains).exclude(
        state__in=(RotationState.DONE, RotationState.CANCELLED)
    )
    first = (
        rows.annotate(is_said=Exists(said))
        .order_by(F("window_end").asc(nulls_last=True), "pk")
        .values_list("pk", "is_said")
        .first()
    )
    if first is None:
        return ()
    url = address("acknowledge", first[0], app.pk)
    if first[1]:
        return (Part("The platform's people know your plan. "), Part("Change it", url), Part(" when it changes."))
    return (Part("The platform's people wait for your plan: "), Part("acknowledge the rotation", url), Part("."))


def acknowledgements(rotation: Rotation, stops: Sequence[Stopping], access: Access, now: datetime) -> Acknowledgements:
    """Two statements for any number of apps. `stops` come worst first."""
    worst: dict[int, Stopping] = {}
    users: dict[int, int] = {}
    for one in stops:
        worst.setdefault(one.app_id, one)
        users[one.app_id] = users.get(one.app_id, 0) + one.users
    said = _said(rotation, worst)
    owners = {row.pk: row for row in App.objects.filter(pk__in=worst).select_related("owner")}
    rows = [
        _row(rotation, one, users[pk], owners[pk], said.get(pk), access, now)
        for pk, one in worst.items()
        if pk in owners
    ]
    order = (SILENT, RESTS, PLANNED)
    rows.sort(key=lambda row: (order.index(row.state), row.value.badness))
    return Acknowledgements(tuple(rows), sum(row.state == PLANNED for row in rows))


def _said(rotation: Rotation, app_ids: Sequence[int] | dict[int, Stopping]) -> dict[int, Acknowledgement]:
    rows = Acknowledgement.objects.filter(rotation=rotation, app__in=list(app_ids), withdrawn_at=None)
    return {row.app_id: row for row in rows.order_by("at", "id")}


def _row(
    rotation: Rotation,
    one: Stopping,
    users: int,
    app: App,
    said: Acknowledgement | None,
    access: Access,
    now: datetime,
) -> AcknowledgementRow:
    state = _state(said, now)
    may_answer = access.may_edit_apps(app.customer_id)
    return AcknowledgementRow(
        one.app_id,
        one.app,
        one.customer,
        one.value,
        str(app.owner) if app.owner else "",
        number(users),
        state,
        WORDS[state],
        moment(said.at, now) if said else None,
        _plan(said, now),
        bool(said and said.ships_on and one.ship_by and said.ships_on > one.ship_by),
        address("acknowledge", rotation.pk, one.app_id) if may_answer else "",
    )


def _state(said: Acknowledgement | None, now: datetime) -> str:
    """What was put off is open again from its day on."""
    if said is None:
        return SILENT
    if said.snoozed_until is None:
        return PLANNED
    return RESTS if said.snoozed_until > now.date() else SILENT


def _plan(said: Acknowledgement | None, now: datetime) -> str:
    if said is None:
        return ""
    if said.snoozed_until:
        return f"until {day(said.snoozed_until, now)}: {said.plan}"
    parts = [f"{said.version} ships" if said.version else "ships" if said.ships_on else ""]
    parts.append(f"on {day(said.ships_on, now)}" if said.ships_on else "")
    first = " ".join(part for part in parts if part)
    return ". ".join(part for part in (first, said.plan) if part)
