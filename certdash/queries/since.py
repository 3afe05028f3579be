"""Since you were last here: apps that stand otherwise, rotations that began or ended, new findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from certdash.models import App, Finding, Rotation, StandingChange
from certdash.queries.access import Access
from certdash.queries.findings import visible_findings
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, day, moment, number, value_of
from certdash.queries.risk import visible_apps
from certdash.queries.rotation_scope import visible as visible_rotations
from certdash.queries.rotations import name_of

# Nobody reads more than this at once; the sentence says that there are more.
MOST = 500
MOST_FINDINGS = 1000
MOST_ROWS = 6
MOST_ROTATIONS = 20
# Comes before no verdict in the order of badness.
NEW = -1


@dataclass(frozen=True, slots=True)
class ChangedApp:
    """`before` is empty for an app that was not there yet; `on` is the day of its last change, as words and `at`."""

    pk: int
    name: str
    customer: str
    before: str
    after: str
    users: str
    on: str
    is_worse: bool
    users_at_risk: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RotationEvent:
    name: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Since:
    when: Moment
    sentence: Sentence
    rows: tuple[ChangedApp, ...]
    left: str
    rotations: tuple[RotationEvent, ...]


def since_then(access: Access, then: datetime, now: datetime) -> Since:
    """At most five statements. How much one of them looks at does not grow with what changed."""
    found = [_Change(*row) for row in _changed(access, then).values_list(*_Change._fields)[: MOST + 1]]
    rotations = rotation_events(access, then, now)
    rows = _worst(access, found, then, now) if found else ()
    return Since(
        when=moment(then, now),
        sentence=_sentence(found, len(rotations), _new_findings(access, then)),
        rows=rows,
        left=_left(found, len(rows)),
        rotations=rotations[:MOST_ROTATIONS],
    )


class _Change(NamedTuple):
    """`before` is NEW for an app that was not there."""

    pk: int
    before: int
    badness: int
    users_at_risk: int


def _worst(access: Access, found: Sequence[_Change], then: datetime, now: datetime) -> tuple[ChangedApp, ...]:
    if len(found) > MOST:
        return changed_apps(access, then, now, MOST_ROWS, are_many=True)
    worst = sorted(found, key=lambda one: (one.badness, -one.users_at_risk, one.pk))[:MOST_ROWS]
    return _named(_before(App.objects.filter(pk__in=[one.pk for one in worst]), then), MOST_ROWS, now)


def _left(found: Sequence[_Change], told: int) -> str:
    if len(found) > MOST:
        return f"more than {MOST - told} more apps"
    return counted(len(found) - told, "more app") if len(found) > told else ""


def _new_findings(access: Access, then: datetime) -> int:
    """At most `MOST_FINDINGS` and one."""
    recent = Finding.objects.filter(first_seen_at__gt=then).order_by().values("pk")
    return visible_findings(access).filter(pk__in=recent).order_by()[: MOST_FINDINGS + 1].count()


def changed_apps(
    access: Access, then: datetime, now: datetime, most: int, *, are_many: bool = False
) -> tuple[ChangedApp, ...]:
    """Apps whose verdict is another one than it was, the worst first; one that came back to where it was is none.

    Nothing can be said of an app that was there and whose history begins later. `are_many`: where a great part of all
    apps changed, looking at each in the order of badness finds the first few at once, and finding all first does not.
    """
    return _named(_changed(access, then, are_many=are_many), most, now)


def _changed(access: Access, then: datetime, *, are_many: bool = False) -> QuerySet[App, Any]:
    recent = StandingChange.objects.filter(changed_at__gt=then).order_by()
    is_recent = Exists(recent.filter(app=OuterRef("pk"))) if are_many else Q(pk__in=recent.values("app"))
    return _before(visible_apps(access).filter(is_recent), then).filter(~Q(before=F("badness"))).order_by()


def _before(apps: QuerySet[App], then: datetime) -> QuerySet[App, Any]:
    """`before`: the place in the order of badness then."""
    own = StandingChange.objects.filter(app=OuterRef("pk"), changed_at__lte=then).order_by("-changed_at", "-pk")
    unknown = Case(When(created_at__gt=then, then=Value(NEW)), default=F("badness"), output_field=IntegerField())
    return apps.annotate(before=Coalesce(Subquery(own.values("badness")[:1]), unknown, output_field=IntegerField()))


def _named(apps: QuerySet[App, Any], most: int, now: datetime) -> tuple[ChangedApp, ...]:
    """In the order of badness, with when each of them changed last."""
    last = StandingChange.objects.filter(app=OuterRef("pk")).order_by("-changed_at", "-pk")
    rows = apps.annotate(on=Subquery(last.values("changed_at")[:1])).order_by("badness", "-users_at_risk", "pk")
    columns = ("pk", "name", "customer__name", "before", "badness", "users_at_risk", "on")
    return tuple(_app(row, now) for row in rows.values_list(*columns)[:most])


def _app(row: Sequence[Any], now: datetime) -> ChangedApp:
    pk, name, customer, before, badness, users, at = row
    was = "" if before == NEW else value_of(before)
    is_worse = NEW < before > badness
    shown = number(users) if users else ""
    return ChangedApp(pk, name, customer, was, value_of(badness), shown, day(at, now), is_worse, users, at)


def rotation_events(access: Access, then: datetime, now: datetime) -> tuple[RotationEvent, ...]:
    """What was done or called off since, the newest first, and what began and goes on: at most `MOST_ROTATIONS` + 1.

    Each kind is asked for by itself, so that an index has its rows in their order.
    """
    rows = visible_rotations(access).select_related("platform_domain", "endpoint")
    done = list(rows.filter(done_at__gt=then).order_by("-done_at", "-pk")[: MOST_ROTATIONS + 1])
    # As many more as may be done already: an index has them in this order whether they are or not.
    begun = rows.filter(first_changed_at__gt=then).order_by("-first_changed_at", "-pk")[: 2 * MOST_ROTATIONS + 2]
    found = [*done, *(one for one in begun if one.done_at is None)]
    return tuple(_event(one, now) for one in found[: MOST_ROTATIONS + 1])


def _event(one: Rotation, now: datetime) -> RotationEvent:
    words = "began"
    if one.done_at:
        words = f"{one.get_state_display()} on {day(one.done_at, now)}"
    elif one.first_changed_at:
        words = f"began on {day(one.first_changed_at, now)}"
    return RotationEvent(name_of(one), address("rotation", one.pk), words)


def _sentence(found: Sequence[_Change], rotations: int, findings: int) -> Sentence:
    new = sum(one.before == NEW for one in found)
    worse = sum(one.before > one.badness for one in found)
    better = len(found) - worse - new
    least = "at least " if len(found) > MOST else ""
    parts = [
        (worse, f"{least}{counted(worse, 'app')} worse", ""),
        (better, f"{least}{counted(better, 'app')} better", ""),
        (new, f"{least}{counted(new, 'app')} new", ""),
        (rotations, f"{_most(rotations, MOST_ROTATIONS, 'rotation')} begun or ended", address("rotations")),
        (findings, _most(findings, MOST_FINDINGS, "new finding"), address("findings")),
    ]
    told = [Part(text, url) for count, text, url in parts if count]
    return tuple(_joined(told)) if told else (Part("nothing has changed"),)


def _most(count: int, most: int, noun: str) -> str:
    return f"more than {counted(most, noun)}" if count > most else counted(count, noun)


def _joined(parts: Sequence[Part]) -> Iterable[Part]:
    for at, part in enumerate(parts):
        if at:
            yield Part(", ")
        yield part
