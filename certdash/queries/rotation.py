"""One rotation: when, what changes, whom it hits, and what came of the predictions, as far as the reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Count, Exists, Max, OuterRef, Q

from certdash.drawing.flow import PHONE, End, Flow, Source, flow
from certdash.drawing.rotation_line import Event, RotationLine, Span, rotation_line
from certdash.models import Endpoint, Observation, Rotation, RotationState, Successor
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, Sentence, address, counted, day, days_left, moment, number
from certdash.queries.rotation_chains import ChainView, Evidence, chain_view, evidence
from certdash.queries.rotation_outcome import OutcomeView, outcome_view
from certdash.queries.rotation_scope import Stopping, app_total, endpoints_of, stopping
from certdash.queries.rotation_words import STATES, rotation_sentence
from certdash.queries.rotations import OVER, month_of, name_of
from certdash.queries.standing import stale_before
from pins.verdict import Value

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class AffectedRow:
    app_pk: int
    app: str
    customer: str
    release: str
    value: Value
    users: str
    ship_by: str
    days_left: str
    is_late: bool
    environments: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands over the columns of the blast radius, and beside its two ends."""

    expires: str
    endpoints: str
    environments: str
    environments_of: str
    apps: str
    apps_of: str
    users: str
    reachable: str
    passed: str


@dataclass(frozen=True, slots=True)
class RotationPage:
    pk: int
    name: str
    title: str
    owner: str
    state: str
    is_over: bool
    sentence: Sentence
    age: Moment
    line: RotationLine
    events: tuple[Event, ...]
    chains: ChainView
    evidence: tuple[Evidence, ...]
    wide: Flow | None
    phone: Flow | None
    heads: Heads
    affected: tuple[AffectedRow, ...]
    hidden: int
    outcome: OutcomeView
    endpoints_url: str
    successor_url: str


@dataclass(frozen=True, slots=True)
class _Counts:
    total: int
    changed: int
    environments: int
    seen_at: datetime | None


def rotation_page(rotation: Rotation, access: Access, now: datetime) -> RotationPage:
    rotation.successor = _in_force(rotation)
    is_over = rotation.state in OVER
    stops = () if is_over else stopping(rotation, access)
    counts = _counts(rotation, access)
    outcome = outcome_view(rotation, access, now)
    events = _events(rotation, stops, counts, now)
    sources = _sources(stops, now)
    ended = rotation.done_at if is_over else None
    span = Span(rotation.window_start, rotation.window_end, rotation.leaf.not_after, ended)
    return RotationPage(
        pk=rotation.pk,
        name=name_of(rotation),
        title=f"{name_of(rotation)}, {month_of(rotation)}",
        owner=_owner(rotation),
        state=STATES[RotationState(rotation.state)],
        is_over=is_over,
        sentence=rotation_sentence(rotation, stops, outcome, counts.changed, counts.total, now),
        age=moment(counts.seen_at, now, stale_after=now - stale_before(now)),
        line=rotation_line(span, events, now),
        events=events,
        chains=chain_view(rotation, now),
        evidence=evidence(rotation, counts.changed, counts.total, now),
        wide=flow(sources),
        phone=flow(sources, PHONE),
        heads=_heads(rotation, stops, sources, counts, access, now),
        affected=tuple(_affected(one, now) for one in stops[:MOST_ROWS]),
        hidden=max(0, len(stops) - MOST_ROWS),
        outcome=outcome,
        endpoints_url=_endpoints_url(rotation),
        successor_url=_successor_url(rotation, access),
    )


def _in_force(rotation: Rotation) -> Successor | None:
    """What is registered now; the row's own link follows with the next evaluation, a few seconds later."""
    if rotation.state not in (RotationState.PLANNED, RotationState.ANNOUNCED):
        return rotation.successor
    rows = Successor.objects.filter(
        platform_domain=rotation.platform_domain_id, endpoint=rotation.endpoint_id, withdrawn_at=None
    )
    rows = rows.filter(Q(chain=None) | ~Q(chain__leaf=rotation.leaf_id)).select_related("registered_by")
    return rows.order_by("-registered_at", "-id").first()


def _counts(rotation: Rotation, access: Access) -> _Counts:
    """One statement: hosts that have served the leaf, and those of them where another has been seen since."""
    served = Observation.objects.filter(endpoint=OuterRef("pk"), chain__leaf=rotation.leaf_id)
    wanted = {"total": Count("pk"), "environments": Count("environment", distinct=True)}
    rows = endpoints_of(rotation, access).filter(Exists(served))
    if rotation.first_changed_at:
        other = Observation.objects.filter(
            endpoint=OuterRef("pk"), chain__isnull=False, first_seen_at__gte=rotation.first_changed_at
        ).exclude(chain__leaf=rotation.leaf_id)
        wanted["changed"] = Count("pk", filter=Q(Exists(other)))
    found = rows.aggregate(**wanted, seen=Max("schedule__last_seen_at"))
    return _Counts(found["total"], found.get("changed", 0), found["environments"], found["seen"])


def _owner(rotation: Rotation) -> str:
    if rotation.endpoint is None:
        return "platform-owned"
    return f"custom domain of {rotation.endpoint.environment.customer.name}"


def _events(rotation: Rotation, stops: Sequence[Stopping], counts: _Counts, now: datetime) -> tuple[Event, ...]:
    found = _ship_by_events(stops, now)
    row = rotation.successor
    if row:
        found.append(Event(row.registered_at, day(row.registered_at, now), "successor registered", "plain", True))
    first = rotation.first_changed_at
    if first:
        words = f"first of {counted(counts.total, 'endpoint')}" if counts.total > 1 else "next certificate seen"
        found.append(Event(first, day(first, now), words, "late"))
    if rotation.done_at:
        found.append(Event(rotation.done_at, day(rotation.done_at, now), "done", "plain"))
    if rotation.window_start:
        word = "window opens" if rotation.window_start > now else "window opened"
        found.append(Event(rotation.window_start, day(rotation.window_start, now), word, "opens"))
    expiry = rotation.leaf.not_after
    word = "expiry" if expiry > now else "expired"
    found.append(Event(expiry, day(expiry, now), word, "expiry"))
    return tuple(sorted(found, key=lambda event: event.at))


def _ship_by_events(stops: Iterable[Stopping], now: datetime) -> list[Event]:
    """One tick for each date; of the past ones and of those to come the three nearest, which take in the others."""
    apps: dict[date, set[int]] = defaultdict(set)
    for one in stops:
        if one.ship_by:
            apps[one.ship_by].add(one.app_id)
    today = now.date()
    late = sorted((when for when in apps if when < today), reverse=True)
    due = sorted(when for when in apps if when >= today)
    found = []
    for dates in (late, due):
        for at, when in enumerate(dates[:3]):
            counts = set().union(*(apps[each] for each in dates[2:])) if at == 2 else apps[when]
            words = f"ship-by for {counted(len(counts), 'app')}"
            is_late = when < today
            found.append(
                Event(
                    datetime.combine(when, time(12), UTC),
                    day(when, now),
                    f"{words}, passed" if is_late else words,
                    "late" if is_late else "due",
                )
            )
    return found


def _sources(stops: Iterable[Stopping], now: datetime) -> list[Source]:
    """One for each app: its worst release decides the shape, its latest date whether there is time left."""
    groups: dict[int, list[Stopping]] = defaultdict(list)
    for one in stops:
        groups[one.app_id].append(one)
    return [_source(group, now) for group in groups.values()]


def _source(group: Sequence[Stopping], now: datetime) -> Source:
    worst = group[0]
    return Source(
        app=worst.app,
        owner=worst.customer,
        url=address("app", worst.app_id),
        value=worst.value,
        users=sum(one.users for one in group),
        end=_end(group, now),
        environments=tuple(dict.fromkeys(name for one in group for name in one.environments)),
    )


def _end(group: Iterable[Stopping], now: datetime) -> End:
    return "reachable" if all(one.ship_by and one.ship_by >= now.date() for one in group) else "passed"


def _heads(
    rotation: Rotation,
    stops: Sequence[Stopping],
    sources: Sequence[Source],
    counts: _Counts,
    access: Access,
    now: datetime,
) -> Heads:
    reachable = [one for one in sources if one.end == "reachable"]
    dates = [one.ship_by for one in stops if one.ship_by and one.ship_by >= now.date()]
    until = f", ship by {day(min(dates), now)}" if dates else ""
    environments = {name for one in sources for name in one.environments}
    return Heads(
        expires=f"expires {day(rotation.leaf.not_after, now)}",
        endpoints=counted(counts.total, "endpoint"),
        environments=counted(len(environments), "environment"),
        environments_of=f"of {number(counts.environments)} that serve it",
        apps=counted(len(sources), "app"),
        apps_of=f"of {number(app_total(rotation, access))}" if sources else "",
        users=f"{number(sum(one.users for one in sources))} users",
        reachable=f"{counted(len(reachable), 'app')}{until}",
        passed=f"{counted(len(sources) - len(reachable), 'app')}, forced update",
    )


def _affected(one: Stopping, now: datetime) -> AffectedRow:
    names = list(one.environments)
    return AffectedRow(
        one.app_id,
        one.app,
        one.customer,
        one.release,
        one.value,
        number(one.users),
        day(one.ship_by, now) if one.ship_by else "",
        days_left(one.ship_by, now) if one.ship_by else "",
        one.ship_by is not None and one.ship_by < now.date(),
        names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more",
        one.reason,
        address("verdict", one.app_id, one.verdict_id),
    )


def _endpoints_url(rotation: Rotation) -> str:
    if rotation.endpoint is None:
        return address("environments", domain="default")
    return address("environment", rotation.endpoint.environment_id)


def _successor_url(rotation: Rotation, access: Access) -> str:
    """Empty for those who may not register one."""
    if rotation.state in OVER:
        return ""
    if rotation.endpoint is None:
        query = {"platform_domain": rotation.platform_domain_id or 0}
        return address("successor_new", **query) if access.may_administer_platform else ""
    return address("successor_new", endpoint=rotation.endpoint.pk) if may_register(rotation.endpoint, access) else ""


def may_register(endpoint: Endpoint, access: Access) -> bool:
    return access.may_administer(endpoint.environment.customer_id)
