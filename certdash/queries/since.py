"""Since you were last here: apps that stand otherwise, rotations that began or ended, new findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

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
    left: int
    rotations: tuple[RotationEvent, ...]


def since_then(access: Access, then: datetime, now: datetime) -> Since:
    """Three statements, and one for the apps that are named."""
    counts = _counts(access, then)
    rotations = rotation_events(access, then, now)
    recent = Finding.objects.filter(first_seen_at__gt=then).order_by().values("pk")
    found = visible_findings(access).filter(pk__in=recent).order_by().values_list("code", "text")
    findings = list(found[: MOST_FINDINGS + 1])
    rows = changed_apps(access, then, now, MOST_ROWS) if counts.total else ()
    return Since(
        when=moment(then, now),
        sentence=_sentence(counts, len(rotations), findings),
        rows=rows,
        left=counts.total - len(rows),
        rotations=rotations,
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Apps that changed, at most `MOST` and one."""

    worse: int
    better: int
    new: int

    @property
    def total(self) -> int:
        return self.worse + self.better + self.new


def _counts(access: Access, then: datetime) -> _Counts:
    columns = ("before", "badness")
    found = list(_changed(visible_apps(access), then).order_by().values_list(*columns)[: MOST + 1])
    new = sum(before is None for before, _ in found)
    worse = sum(before is not None and badness < before for before, badness in found)
    return _Counts(worse, len(found) - worse - new, new)


def changed_apps(access: Access, then: datetime, now: datetime, most: int) -> tuple[ChangedApp, ...]:
    """Apps whose verdict is another one than it was, the worst first; one that came back to where it was is none.

    Nothing can be said of an app that was there and whose history begins later.
    """
    rows = _changed(visible_apps(access), then).order_by("badness", "-users_at_risk", "pk")
    columns = ("pk", "name", "customer__name", "before", "badness", "users_at_risk", "on")
    return tuple(_app(row, now) for row in rows.values_list(*columns)[:most])


def _changed(apps: QuerySet[App], then: datetime) -> QuerySet[App, Any]:
    """`before`: the place in the order of badness then; `on`: when it last changed."""
    own = StandingChange.objects.filter(app=OuterRef("pk")).order_by("-changed_at", "-pk")
    recent = StandingChange.objects.filter(changed_at__gt=then).order_by().values("app")
    rows = apps.filter(pk__in=recent)
    rows = rows.annotate(
        before=Subquery(own.filter(changed_at__lte=then).values("badness")[:1]),
        on=Subquery(own.values("changed_at")[:1]),
    )
    return rows.filter(Q(before=None, created_at__gt=then) | Q(before__isnull=False) & ~Q(before=F("badness")))


def _app(row: Sequence[Any], now: datetime) -> ChangedApp:
    pk, name, customer, before, badness, users, at = row
    was = "" if before is None else value_of(before)
    is_worse = before is not None and badness < before
    shown = number(users) if users else ""
    return ChangedApp(pk, name, customer, was, value_of(badness), shown, day(at, now), is_worse, users, at)


def rotation_events(access: Access, then: datetime, now: datetime) -> tuple[RotationEvent, ...]:
    """What began, was done or called off since; the newest first."""
    rows = visible_rotations(access).filter(Q(first_changed_at__gt=then) | Q(done_at__gt=then))
    rows = rows.select_related("platform_domain", "endpoint").order_by(F("done_at").desc(nulls_last=True), "-pk")
    return tuple(_event(one, now) for one in rows[:MOST_ROTATIONS])


def _event(one: Rotation, now: datetime) -> RotationEvent:
    words = "began"
    if one.done_at:
        words = f"{one.get_state_display()} on {day(one.done_at, now)}"
    elif one.first_changed_at:
        words = f"began on {day(one.first_changed_at, now)}"
    return RotationEvent(name_of(one), address("rotation", one.pk), words)


def _sentence(apps: _Counts, rotations: int, found: Sequence[tuple[str, str]]) -> Sentence:
    many = "more than " if apps.total > MOST else ""
    findings = len(set(found))  # as the list has them in rows: one for all that say the same
    many = f"at least {counted(findings, 'new finding')}" if len(found) > MOST_FINDINGS else ""
    parts = [
        (apps.worse, f"{many}{counted(apps.worse, 'app')} worse", ""),
        (apps.better, f"{many}{counted(apps.better, 'app')} better", ""),
        (apps.new, f"{many}{counted(apps.new, 'app')} new", ""),
        (rotations, f"{counted(rotations, 'rotation')} begun or ended", address("rotations")),
        (findings, many or counted(findings, "new finding"), address("findings")),
    ]
    told = [Part(text, url) for count, text, url in parts if count]
    return tuple(_joined(told)) if told else (Part("nothing has changed"),)


def _joined(parts: Sequence[Part]) -> Iterable[Part]:
    for at, part in enumerate(parts):
        if at:
            yield Part(", ")
        yield part
