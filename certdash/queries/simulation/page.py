"""The page of a simulation: the answer, the blast radius, and the path under which each release stops."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.drawing.flow import PHONE, Flow, flow
from certdash.drawing.flow_layout import Source
from certdash.queries.apps.verdict_panel import SCENARIOS
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, day, days_left, listed, number, people
from certdash.queries.rotations.flow import Heads
from certdash.queries.simulation.outcome import Outcome, Struck
from pins.pin_story import label
from pins.verdict import Judged, Value

MOST_ROWS = 200
MOST_HOSTS = 3


@dataclass(frozen=True, slots=True)
class Count:
    value: Value
    after: int
    before: int
    change: str


@dataclass(frozen=True, slots=True)
class StopRow:
    """`path` names the certificates of the counterexample, leaf first; `under` the chain and the trust store."""

    app_pk: int
    app: str
    customer: str
    release: str
    before: Value
    after: Value
    users: str
    ship_by: str
    days_left: str
    is_late: bool
    hosts: str
    reason: str
    path: tuple[str, ...]
    under: str


@dataclass(frozen=True, slots=True)
class SimulationPage:
    name: str
    age: Moment
    sentence: Sentence
    more: str
    counts: tuple[Count, ...]
    wide: Flow | None
    phone: Flow | None
    heads: Heads
    rows: tuple[StopRow, ...]
    hidden: int


def simulation_page(outcome: Outcome, name: str, what: str, age: Moment, now: datetime) -> SimulationPage:
    """`name` is where it would happen, `what` completes "If *.cloud.example …", `age` is that of what is served now."""
    sources = [_source(group, now) for group in _by_app(outcome.struck).values()]
    return SimulationPage(
        name=name,
        age=age,
        sentence=_sentence(outcome, name, what),
        more=_more(outcome),
        counts=tuple(_count(value, outcome) for value in Value),
        wide=flow(sources),
        phone=flow(sources, PHONE),
        heads=_heads(outcome, sources, now),
        rows=tuple(_row(one, now) for one in outcome.struck[:MOST_ROWS]),
        hidden=max(0, len(outcome.struck) - MOST_ROWS),
    )


def _sentence(outcome: Outcome, name: str, what: str) -> Sentence:
    lead = f"If {name} {what}, "
    if not outcome.releases:
        return (Part(f"{lead}nothing changes: no app that you can see uses it."),)
    if not outcome.struck:
        return (Part(f"{lead}no app stops connecting."),)
    verb = "stops" if outcome.apps == 1 else "stop"
    return (
        Part(lead),
        Part(counted(outcome.apps, "app"), "#stop"),
        Part(f" {verb} connecting: "),
        *people(outcome.users, "#stop"),
        Part("."),
    )


def _more(outcome: Outcome) -> str:
    new = {one.release.app_id for one in outcome.struck if one.before.badness > Value.WILL_FAIL.badness}
    risk = outcome.after[Value.AT_RISK]
    parts = []
    if outcome.struck:
        parts.append(
            f"{counted(len(new), 'app')} of them would be news" if new else "All of them are on record already"
        )
    if risk:
        parts.append(f"{counted(risk, 'more release')} would be at risk")
    parts.append(f"{counted(outcome.endpoints, 'host')} in {counted(outcome.environments, 'environment')} looked at")
    return f"{'. '.join(parts)}. Nothing is stored."


def _count(value: Value, outcome: Outcome) -> Count:
    after, before = outcome.after[value], outcome.before[value]
    change = f"{after - before:+d}".replace("-", "−") if after != before else ""
    return Count(value, after, before, change)


def _by_app(struck: Sequence[Struck]) -> dict[int, list[Struck]]:
    groups: dict[int, list[Struck]] = defaultdict(list)
    for one in struck:
        groups[one.release.app_id].append(one)
    return groups


def _source(group: Sequence[Struck], now: datetime) -> Source:
    app = group[0].release.app
    dates = [one.judgement.ship_by for one in group]
    return Source(
        app=app.name,
        owner=app.customer.name,
        url=address("app", app.pk),
        value=group[0].judgement.value,
        users=sum(one.users for one in group),
        end="reachable" if all(date and date >= now.date() for date in dates) else "passed",
        environments=tuple(dict.fromkeys(name for one in group for name in one.environments)),
    )


def _heads(outcome: Outcome, sources: Sequence[Source], now: datetime) -> Heads:
    reachable = sum(one.end == "reachable" for one in sources)
    dates = [one.judgement.ship_by for one in outcome.struck if one.judgement.ship_by]
    ahead = [date for date in dates if date >= now.date()]
    environments = {name for one in sources for name in one.environments}
    return Heads(
        expires="as simulated",
        endpoints=counted(outcome.endpoints, "host"),
        environments=counted(len(environments), "environment"),
        environments_of=f"of {number(outcome.environments)}",
        apps=counted(len(sources), "app"),
        apps_of="",
        users=f"{number(outcome.users)} users",
        reachable=f"{counted(reachable, 'app')}{f', ship by {day(min(ahead), now)}' if ahead else ''}",
        passed=f"{counted(len(sources) - reachable, 'app')}, forced update",
    )


def _row(one: Struck, now: datetime) -> StopRow:
    verdict, release = one.judgement, one.release
    more = f" and {len(one.hosts) - MOST_HOSTS} more" if len(one.hosts) > MOST_HOSTS else ""
    return StopRow(
        release.app_id,
        release.app.name,
        release.app.customer.name,
        str(release),
        one.before,
        verdict.value,
        number(one.users),
        day(verdict.ship_by, now) if verdict.ship_by else "at once" if verdict.value is Value.FAILING else "",
        days_left(verdict.ship_by, now) if verdict.ship_by else "",
        verdict.value is Value.FAILING if verdict.ship_by is None else verdict.ship_by < now.date(),
        f"{', '.join(one.hosts[:MOST_HOSTS])}{more}",
        verdict.reason.text,
        _path(verdict.counterexample),
        _under(verdict.counterexample),
    )


def _path(example: Judged | None) -> tuple[str, ...]:
    return tuple(label(certificate) for certificate in example.decision.path) if example else ()


def _under(example: Judged | None) -> str:
    if example is None:
        return ""
    return listed([SCENARIOS[example.scenario], f"trust store {example.decision.trust_store}"])
