"""Since you were last here: apps that stand otherwise, rotations that began or ended, new findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from certdash.models import App, Finding, Rotation, RotationState, StandingChange
from certdash.queries.access import Access
from certdash.queries.findings.list import visible_findings
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, day, moment, number, value_of
from certdash.queries.prepared import ask, given, given_keys
from certdash.queries.risk.figures import live_apps
from certdash.queries.rotations.list import name_of
from certdash.queries.rotations.scope import visible as visible_rotations

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
    """At most seven statements. How much one of them looks at hardly grows with what changed."""
    found = [_Change(*row) for row in ask(_changes, access, then=then)]
    rotations = rotation_events(access, then, now)
    rows = _worst(access, found, then, now) if found else ()
    return Since(
        when=moment(then, now),
        sentence=_sentence(found, len(rotations), _new_findings(access, then)),
        rows=rows,
        left=_left(found, len(rows)),
        rotations=rotations[:MOST_ROTATIONS],
    )


def _changes(access: Access) -> QuerySet[App, Any]:
    return _changed(access, given("then")).values_list(*_Change._fields)[: MOST + 1]


class _Change(NamedTuple):
    """`before` is NEW for an app that was not there."""

    pk: int
    before: int
    badness: int
    users_at_risk: int


def _worst(access: Access, found: Sequence[_Change], then: datetime, now: datetime) -> tuple[ChangedApp, ...]:
    if len(found) > MOST:
        rows = ask(_worst_of_many, access, then=then)
    else:
        worst = sorted(found, key=lambda one: (one.badness, -one.users_at_risk, one.pk))[:MOST_ROWS]
        rows = ask(_these, access, then=then, apps=[one.pk for one in worst])
    return tuple(_app(row, now) for row in rows)


def _worst_of_many(access: Access) -> QuerySet[App, Any]:
    """Where a great part of all apps changed, looking at each in the order of badness finds the first few at once."""
    return _named(_changed(access, given("then"), are_many=True))[:MOST_ROWS]


def _these(access: Access) -> QuerySet[App, Any]:
    return _named(_before(App.objects.filter(pk__in=given_keys("apps")), given("then")))


def _left(found: Sequence[_Change], told: int) -> str:
    if len(found) > MOST:
        return f"more than {MOST - told} more apps"
    return counted(len(found) - told, "more app") if len(found) > told else ""


def _new_findings(access: Access, then: datetime) -> Part:
    """As many as the list has rows: all that say the same stand in one of them. No text where there are none."""
    rows = ask(_findings, access, then=then)
    count = len(set(rows[:MOST_FINDINGS]))
    least = "at least " if len(rows) > MOST_FINDINGS else ""
    return Part(f"{least}{counted(count, 'new finding')}" if count else "", address("findings"))


def _findings(access: Access) -> QuerySet[Finding, Any]:
    recent = Finding.objects.filter(first_seen_at__gt=given("then")).order_by().values("pk")
    return visible_findings(access).filter(pk__in=recent).order_by().values_list("code", "text")[: MOST_FINDINGS + 1]


def changed_apps(access: Access, then: datetime, now: datetime, most: int) -> tuple[ChangedApp, ...]:
    """Apps whose verdict is another one than it was, the worst first; one that came back to where it was is none.

    Nothing can be said of an app that was there and whose history begins later.
    """
    return tuple(_app(row, now) for row in _named(_changed(access, then))[:most])


def _changed(access: Access, then: datetime | given, *, are_many: bool = False) -> QuerySet[App, Any]:
    recent = StandingChange.objects.filter(changed_at__gt=then).order_by()
    is_recent = Exists(recent.filter(app=OuterRef("pk"))) if are_many else Q(pk__in=recent.values("app"))
    return _before(live_apps(access).filter(is_recent), then).filter(~Q(before=F("badness"))).order_by()


def _before(apps: QuerySet[App], then: datetime | given) -> QuerySet[App, Any]:
    """`before`: the place in the order of badness then."""
    own = StandingChange.objects.filter(app=OuterRef("pk"), changed_at__lte=then).order_by("-changed_at", "-pk")
    unknown = Case(When(created_at__gt=then, then=Value(NEW)), default=F("badness"), output_field=IntegerField())
    return apps.annotate(before=Coalesce(Subquery(own.values("badness")[:1]), unknown, output_field=IntegerField()))


def _named(apps: QuerySet[App, Any]) -> QuerySet[App, Any]:
    """In the order of badness, with when each of them changed last."""
    last = StandingChange.objects.filter(app=OuterRef("pk")).order_by("-changed_at", "-pk")
    rows = apps.annotate(on=Subquery(last.values("changed_at")[:1])).order_by("badness", "-users_at_risk", "pk")
    return rows.values_list("pk", "name", "customer__name", "before", "badness", "users_at_risk", "on")


def _app(row: Sequence[Any], now: datetime) -> ChangedApp:
    pk, name, customer, before, badness, users, at = row
    was = "" if before == NEW else value_of(before)
    shown = number(users) if users else ""
    return ChangedApp(pk, name, customer, was, value_of(badness), shown, day(at, now), users, at)


def rotation_events(access: Access, then: datetime, now: datetime) -> tuple[RotationEvent, ...]:
    """What was done or called off since, the newest first, and what began and goes on: at most `MOST_ROTATIONS` + 1.

    Each kind is asked for by itself, so that an index has its rows in their order.
    """
    over = [*ask(_done, access, then=then), *ask(_called_off, access, then=then)]
    ended = [pk for pk, _ in sorted(over, key=lambda row: (row[1], row[0]), reverse=True)]
    begun = [pk for pk, done_at in ask(_begun, access, then=then) if done_at is None]
    keys = [*ended, *begun][: MOST_ROTATIONS + 1]
    rows = Rotation.objects.select_related("platform_domain", "endpoint").in_bulk(keys) if keys else {}
    return tuple(_event(rows[pk], now) for pk in keys if pk in rows)


def _done(access: Access) -> QuerySet[Rotation, Any]:
    rows = visible_rotations(access).filter(done_at__gt=given("then")).order_by("-done_at", "-pk")
    return rows.values_list("pk", "done_at")[: MOST_ROTATIONS + 1]


def _called_off(access: Access) -> QuerySet[Rotation, Any]:
    """There are few of them, and their state leads to them."""
    rows = visible_rotations(access).filter(state=RotationState.CANCELLED, cancelled_at__gt=given("then"))
    return rows.order_by("-cancelled_at", "-pk").values_list("pk", "cancelled_at")[: MOST_ROTATIONS + 1]


def _begun(access: Access) -> QuerySet[Rotation, Any]:
    """As many more as may be done already: an index has them in this order whether they are or not."""
    rows = visible_rotations(access).filter(first_changed_at__gt=given("then")).order_by("-first_changed_at", "-pk")
    return rows.values_list("pk", "done_at")[: 2 * MOST_ROTATIONS + 2]


def _event(one: Rotation, now: datetime) -> RotationEvent:
    words = "began"
    if one.cancelled_at:
        words = f"called off on {day(one.cancelled_at, now)}"
    elif one.done_at:
        words = f"{one.get_state_display()} on {day(one.done_at, now)}"
    elif one.first_changed_at:
        words = f"began on {day(one.first_changed_at, now)}"
    return RotationEvent(name_of(one), address("rotation", one.pk), words)


def _sentence(found: Sequence[_Change], rotations: int, findings: Part) -> Sentence:
    new = sum(one.before == NEW for one in found)
    worse = sum(one.before > one.badness for one in found)
    better = len(found) - worse - new
    least = "at least " if len(found) > MOST else ""
    parts = [
        (worse, f"{least}{counted(worse, 'app')} worse", ""),
        (better, f"{least}{counted(better, 'app')} better", ""),
        (new, f"{least}{counted(new, 'app')} new", ""),
        (rotations, f"{_most(rotations, MOST_ROTATIONS, 'rotation')} begun or ended", address("rotations")),
        (findings.text, findings.text, findings.url),
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
