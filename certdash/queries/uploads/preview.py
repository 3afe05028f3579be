"""A pin file before it is saved: its lines with their problems, what was understood, and what it would lead to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from certdash.models import App, Endpoint
from certdash.queries.access import Access
from certdash.queries.apps.client_words import format_name
from certdash.queries.apps.corrected import REPAIRABLE, Corrected
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, moment, number, span
from certdash.queries.judging.previews import HostRow, candidate_of, judge_candidates
from certdash.queries.judging.subjects import Pinned
from certdash.queries.loading import clients_for
from certdash.queries.standing import effective_value, stale_before
from certdash.queries.uploads.corrected import correctable
from certdash.queries.uploads.file import (
    Line,
    Note,
    Tally,
    distinct,
    file_lines,
    line_count,
    pin_note,
    problem_note,
    refusal_note,
    tally,
)
from certdash.queries.uploads.findings import installation_notes, without_told
from certdash.queries.uploads.keys import knowledge, next_leaf
from certdash.queries.uploads.rules import Cell, Intent, RuleView, badness, cells_below, refused_by, rule_view
from certdash.queries.uploads.words import Facts, leaving, sentence
from pins.lint import lint
from pins.pinset import PinSet
from pins.verdict import Value, Verdict

SHOWN_RULES = 200
SHOWN_CHANGES = 12


@dataclass(frozen=True, slots=True)
class HostView:
    host: str
    kind: str
    window: str
    now: str
    next: str
    reason: str
    age: Moment | None
    url: str


@dataclass(frozen=True, slots=True)
class Preview:
    sentence: Sentence
    more: Sentence
    format: str
    size: str
    lines: tuple[Line, ...]
    loose: tuple[Note, ...]
    tally: tuple[Tally, ...]
    rules: tuple[RuleView, ...]
    more_rules: int
    hosts: tuple[HostView, ...]
    changes: tuple[Note, ...]
    debug_lines: str
    next_pin: str
    facts: Facts
    corrected: Corrected | None = None


def preview(pin_set: PinSet, intent: Intent, app: App, access: Access, now: datetime, name: str = "") -> Preview:
    """`name` is that of the file, where a corrected one is to be offered."""
    candidate = candidate_of([pinned_by(pin_set, intent)], app, now=now)
    rows = candidate.rows
    cells = _cells(rows, now)
    knows = knowledge(pin_set, access, app.customer_id)
    below = [cells_below(rule, pin_set, intent, cells) for rule in pin_set.rules]
    rules = [rule_view(rule, found, knows) for rule, found in zip(pin_set.rules, below, strict=True)]
    problems, client, refusal = lint(pin_set, now), *refused_by(cells)
    fates = _pin_notes(rules, below, now)
    # One of several files says little about its platform; the page compares all of them together.
    compared = intent.platform if intent.is_alone else ""
    known = installation_notes(pin_set, app, compared, knows.known, rows, now)
    refused = refusal_note(client, refusal, problems)
    notes = distinct((*refused, *map(problem_note, problems), *without_told(known, fates, _coming(rules)), *fates))
    facts, shown = _facts(pin_set, cells, rules, below, now), rules[:SHOWN_RULES]
    return Preview(
        sentence=sentence(facts),
        more=(Part(refusal),) if refusal else (),
        format=format_name(pin_set.format),
        size=_size(pin_set, rules),
        lines=file_lines(pin_set.source, notes, is_markup=pin_set.format == "android_nsc"),
        loose=tuple(note for note in notes if not note.line),
        tally=tally(notes),
        rules=tuple(shown),
        more_rules=len(rules) - len(shown),
        hosts=tuple(_host(cell, now) for cell in cells),
        changes=tuple(note for note in notes if note.remedy)[:SHOWN_CHANGES],
        debug_lines="Debug overrides" if pin_set.debug_anchors else "",
        next_pin="" if _pins_certificates(pin_set) else next_leaf(_failing_next(rows)),
        facts=facts,
        corrected=correctable(candidate, name) if name and is_repairable(cells) else None,
    )


def pinned_by(pin_set: PinSet, intent: Intent) -> Pinned:
    clients = clients_for(intent.platform, (client.value for client in intent.clients))
    return Pinned(pin_set, clients, intent.client_version)


def is_repairable(cells: Iterable[Cell]) -> bool:
    return any(value in REPAIRABLE for cell in cells for value in (cell.now, cell.next))


def together(
    pinned: Sequence[Pinned], alone: Sequence[Preview], app: App, now: datetime
) -> tuple[tuple[HostView, ...], Facts]:
    """Host by host with all files of one release; `alone` are their previews, whose counts add up."""
    cells = _cells(judge_candidates(pinned, app, now=now), now)
    facts = [one.facts for one in alone]
    return tuple(_host(cell, now) for cell in cells), replace(
        _outcome(cells),
        rules=sum(one.rules for one in facts),
        rules_going=sum(one.rules_going for one in facts),
        pins=sum(one.pins for one in facts),
        pins_dead=sum(one.pins_dead for one in facts),
        goes=next((one.goes for one in facts if one.rules_going), "key"),
        from_day=next((one.from_day for one in facts if one.rules_going), ""),
    )


def _cells(rows: Iterable[HostRow], now: datetime) -> list[Cell]:
    found = list(rows)
    beside = ("schedule", "environment", "platform_domain")
    keys = {row.endpoint_id for row in found if row.endpoint_id}
    endpoints = {one.pk: one for one in Endpoint.objects.filter(pk__in=keys).select_related(*beside)}
    return [_cell(row, endpoints.get(row.endpoint_id or 0), now) for row in found]


def _cell(row: HostRow, endpoint: Endpoint | None, now: datetime) -> Cell:
    """A green half that rests on old data is unknown."""
    if endpoint is None:
        return Cell(row, None, row.verdict.now, row.verdict.next)
    seen = _last_seen(endpoint)
    return Cell(
        row, endpoint, effective_value(row.verdict.now, seen, now), effective_value(row.verdict.next, seen, now)
    )


def _last_seen(endpoint: Endpoint) -> datetime | None:
    return endpoint.schedule.last_seen_at if hasattr(endpoint, "schedule") else None


def _pin_notes(rules: Sequence[RuleView], below: Sequence[Sequence[Cell]], now: datetime) -> list[Note]:
    found = []
    for rule, cells in zip(rules, below, strict=True):
        leaves = leaving(_start(cells), now)
        instead = next_leaf(cell.row.verdict for cell in cells)
        found += [note for pin in rule.pins if (note := pin_note(pin, leaves, instead))]
    return found


def _coming(rules: Sequence[RuleView]) -> frozenset[int]:
    """The lines of pins that fit what comes next."""
    return frozenset(pin.line for rule in rules for pin in rule.pins if pin.line and pin.fate.code == "comes")


def _start(cells: Iterable[Cell]) -> datetime | None:
    return min((cell.row.window_start for cell in cells if cell.row.window_start), default=None)


def _facts(
    pin_set: PinSet,
    cells: Sequence[Cell],
    rules: Sequence[RuleView],
    below: Sequence[Sequence[Cell]],
    now: datetime,
) -> Facts:
    pins = {(pin.line, pin.short, pin.fate.code) for rule in rules for pin in rule.pins}
    going = [
        cells for rule, cells in zip(rules, below, strict=True) if any(pin.fate.code == "gone" for pin in rule.pins)
    ]
    return replace(
        _outcome(cells),
        rules=len(pin_set.rules),
        rules_going=len(going),
        goes="certificate" if _pins_certificates(pin_set) else "key",
        pins=len(pins),
        pins_dead=sum(code == "never" for _, _, code in pins),
        from_day=leaving(_start(cell for group in going for cell in group), now),
    )


def _outcome(cells: Sequence[Cell]) -> Facts:
    values = [min(cell.now, cell.next, key=badness) for cell in cells]
    worst = min(values, key=badness, default=None)
    return Facts(
        now=min((cell.now for cell in cells), key=badness, default=None),
        next=min((cell.next for cell in cells), key=badness, default=None),
        hosts=len(cells),
        struck=sum(value is worst for value in values),
        refused_by=refused_by(cells)[0],
    )


def _failing_next(rows: Iterable[HostRow]) -> Iterator[Verdict]:
    return (row.verdict for row in rows if row.verdict.next is Value.WILL_FAIL)


def _pins_certificates(pin_set: PinSet) -> bool:
    """The hash of the next key is of no use where whole certificates are compared."""
    return any(pin.kind.is_of_certificate for rule in pin_set.rules for pin in rule.pins or ())


def _size(pin_set: PinSet, rules: Collection[RuleView]) -> str:
    pins = sum(len(rule.pins) for rule in rules)
    parts: Mapping[str, int] = {"line": line_count(pin_set.source), "rule": len(rules), "pin": pins}
    size = len(pin_set.source)
    told = [counted(count, noun) for noun, count in parts.items() if count or noun != "line"]
    return " · ".join([f"{number(size)} byte{'s'[: size != 1]}", *told])


def _host(cell: Cell, now: datetime) -> HostView:
    endpoint, row = cell.endpoint, cell.row
    if endpoint is None:
        return HostView(
            row.host, "nobody watches it", "", cell.now.value, cell.after.value, row.verdict.reason.text, None, ""
        )
    return HostView(
        row.host,
        "default" if endpoint.platform_domain_id else "custom",
        span(row.window_start, row.window_end, now) if row.window_end else "no window known",
        cell.now.value,
        cell.after.value,
        row.verdict.reason.text,
        moment(_last_seen(endpoint), now, stale_after=now - stale_before(now)),
        address("environment", endpoint.environment_id),
    )
