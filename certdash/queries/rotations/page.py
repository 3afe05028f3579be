"""One rotation: when, what changes, whom it hits, and what came of the predictions, as far as the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.drawing.flow import PHONE, Flow, flow
from certdash.drawing.rotation_line import Event, RotationLine, Span, rotation_line
from certdash.models import Endpoint, Rotation, RotationState, Successor
from certdash.queries.access import Access
from certdash.queries.findings.list import FindingRow
from certdash.queries.formatting import Moment, Sentence, address, day, days_left, moment, number
from certdash.queries.risk.cells import Cell, cells_of, settles_by
from certdash.queries.risk.figures import STOPS
from certdash.queries.rotations.acknowledgements import Acknowledgements, acknowledgements
from certdash.queries.rotations.chains import ChainView, Evidence, chain_view, evidence
from certdash.queries.rotations.events import events_of
from certdash.queries.rotations.findings import rotation_findings
from certdash.queries.rotations.flow import Heads, counts_of, heads_of, sources_of
from certdash.queries.rotations.list import OVER, month_of, name_of
from certdash.queries.rotations.outcome import OutcomeView, outcome_view
from certdash.queries.rotations.readiness import Readiness, readiness
from certdash.queries.rotations.scope import Stopping, stopping, successors_of
from certdash.queries.rotations.words import STATES, acknowledged, rotation_sentence
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
    settles: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class RotationPage:
    pk: int
    name: str
    title: str
    owner: str
    run_by: str
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
    simulate_url: str
    edit_url: str
    answers: Acknowledgements
    readiness: Readiness
    findings: tuple[FindingRow, ...]


def rotation_page(rotation: Rotation, access: Access, now: datetime) -> RotationPage:
    rotation.successor = _in_force(rotation)
    is_over = rotation.state in OVER
    stops = () if is_over else stopping(rotation, access)
    counts = counts_of(rotation, access)
    outcome = outcome_view(rotation, access, now)
    events = events_of(rotation, stops, counts.total, now)
    sources = sources_of(stops, now)
    answers = acknowledgements(rotation, stops, access, now)
    return RotationPage(
        pk=rotation.pk,
        name=name_of(rotation),
        title=f"{name_of(rotation)}, {month_of(rotation)}",
        owner=_owner(rotation),
        run_by=rotation.owner,
        state=STATES[RotationState(rotation.state)],
        is_over=is_over,
        sentence=(
            *rotation_sentence(rotation, stops, outcome, counts.changed, counts.total, now),
            *acknowledged(answers.answered, answers.total),
        ),
        age=moment(counts.seen_at, now, stale_after=now - stale_before(now)),
        line=rotation_line(_span(rotation, stops), events, now),
        events=events,
        chains=chain_view(rotation, now),
        evidence=evidence(rotation, counts.changed, counts.total, now),
        wide=flow(sources),
        phone=flow(sources, PHONE),
        heads=heads_of(rotation, stops, sources, counts, access, now),
        affected=_affected(stops[:MOST_ROWS], access, now),
        hidden=max(0, len(stops) - MOST_ROWS),
        outcome=outcome,
        endpoints_url=_endpoints_url(rotation),
        successor_url=_successor_url(rotation, access),
        simulate_url="" if is_over else _simulate_url(rotation),
        edit_url=_edit_url(rotation, access),
        answers=answers,
        readiness=readiness(rotation, access, now),
        findings=() if is_over else rotation_findings(rotation, access, now),
    )


def _span(rotation: Rotation, stops: tuple[Stopping, ...]) -> Span:
    ended = rotation.done_at or rotation.cancelled_at
    return Span(rotation.window_start, rotation.window_end, rotation.leaf.not_after, ended, not stops)


def _in_force(rotation: Rotation) -> Successor | None:
    """What is registered now; the row's own link follows with the next evaluation, a few seconds later."""
    if rotation.state not in (RotationState.PLANNED, RotationState.ANNOUNCED):
        return rotation.successor
    return successors_of(rotation).select_related("registered_by").first()


def _owner(rotation: Rotation) -> str:
    if rotation.endpoint is None:
        return "platform-owned"
    return f"custom domain of {rotation.endpoint.environment.customer.name}"


def _affected(stops: Sequence[Stopping], access: Access, now: datetime) -> tuple[AffectedRow, ...]:
    """One statement more, where any app stops."""
    cells = cells_of(access, [one.app_id for one in stops]) if stops else {}
    return tuple(_affected_row(one, _settles(one, cells.get(one.app_id, ()), now), now) for one in stops)


def _settles(one: Stopping, cells: Sequence[Cell], now: datetime) -> str:
    hosts = frozenset(one.hosts)
    own = [cell for cell in cells if cell.release.pk == one.release_id and cell.host in hosts]
    struck = [cell for cell in own if cell.badness <= STOPS]
    worst = next((cell for cell in struck if cell.pk == one.verdict_id), None)
    return settles_by(struck, cells, worst, now) if worst else ""


def _affected_row(one: Stopping, settles: str, now: datetime) -> AffectedRow:
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
        settles,
        one.reason,
        address("verdict", one.app_id, one.verdict_id),
    )


def _endpoints_url(rotation: Rotation) -> str:
    if rotation.endpoint is None:
        return address("environments", domain="default")
    return address("environment", rotation.endpoint.environment_id)


def _simulate_url(rotation: Rotation) -> str:
    if rotation.platform_domain_id:
        return address("simulate", platform_domain=rotation.platform_domain_id)
    return address("simulate", endpoint=rotation.endpoint_id or 0)


def _successor_url(rotation: Rotation, access: Access) -> str:
    """Empty for those who may not register one."""
    if rotation.state in OVER:
        return ""
    if rotation.endpoint is None:
        query = {"platform_domain": rotation.platform_domain_id or 0}
        return address("successor_new", **query) if access.may_administer_platform else ""
    return address("successor_new", endpoint=rotation.endpoint.pk) if may_register(rotation.endpoint, access) else ""


def _edit_url(rotation: Rotation, access: Access) -> str:
    """Empty for those who may not, and once it has begun."""
    is_waiting = rotation.state in (RotationState.PLANNED, RotationState.ANNOUNCED)
    return address("rotation_edit", rotation.pk) if is_waiting and _successor_url(rotation, access) else ""


def may_register(endpoint: Endpoint, access: Access) -> bool:
    return access.may_administer(endpoint.environment.customer_id)
