"""A pin file before it is saved: its lines with their problems, what was understood, and what it would lead to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import App, Endpoint
from certdash.queries.access import Access
from certdash.queries.client_words import client_name, format_name
from certdash.queries.formatting import Moment, Part, Sentence, address, counted, full_day, moment, number, span
from certdash.queries.hosts import concrete_host
from certdash.queries.previews import HostRow, judge_candidate
from certdash.queries.standing import effective_value, stale_before
from certdash.queries.upload_file import (
    Line,
    Note,
    Tally,
    distinct,
    file_lines,
    line_count,
    pin_note,
    problem_note,
    tally,
)
from certdash.queries.upload_findings import installation_notes, without_told
from certdash.queries.upload_keys import Knowledge, PinView, covered, knowledge, next_leaf, pin_view
from certdash.queries.upload_words import Facts, RuleFacts, leaving, rule_text, sentence
from pins.decide import pins_for
from pins.decision import Client, Outcome
from pins.device import Device
from pins.lint import lint
from pins.pinset import PinRule, PinSet
from pins.verdict import Value

SHOWN_RULES = 200
SHOWN_PINS = 60
SHOWN_CHANGES = 12


@dataclass(frozen=True, slots=True)
class Intent:
    """As what the file would be saved: on which platform, for which clients."""

    platform: str
    clients: tuple[Client, ...]
    client_version: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule as the client reads it; `now` and `next` are empty where no host below it is watched."""

    pattern: str
    scope: str
    now: str
    next: str
    text: str
    pins: tuple[PinView, ...]
    more_pins: int


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


@dataclass(frozen=True, slots=True)
class _Cell:
    """A host row with what it is worth today."""

    row: HostRow
    endpoint: Endpoint | None
    now: Value
    next: Value

    @property
    def after(self) -> Value:
        """What fails now is no better next."""
        return min(self.now, self.next, key=_badness) if _stops(self.now) else self.next


def preview(pin_set: PinSet, intent: Intent, app: App, access: Access, now: datetime) -> Preview:
    rows = judge_candidate(
        pin_set, intent.clients, app, platform=intent.platform, now=now, client_version=intent.client_version
    )
    cells = _cells(rows, now)
    knows = knowledge(pin_set, access, app.customer_id)
    below = [_below(rule, pin_set, intent, cells) for rule in pin_set.rules]
    rules = [_rule(rule, found, knows) for rule, found in zip(pin_set.rules, below, strict=True)]
    fates = _pin_notes(rules, below, now)
    known = installation_notes(pin_set, app, intent.platform, knows.known, rows, now)
    notes = distinct((*map(problem_note, lint(pin_set, now)), *without_told(known, fates), *fates))
    shown = rules[:SHOWN_RULES]
    return Preview(
        sentence=sentence(_facts(pin_set, cells, rules, below, now)),
        more=(Part(refusal),) if (refusal := _refused(cells)[1]) else (),
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
        next_pin=next_leaf(row.verdict for row in rows if row.verdict.next is Value.WILL_FAIL),
    )


def _cells(rows: Iterable[HostRow], now: datetime) -> list[_Cell]:
    found = list(rows)
    beside = ("schedule", "environment", "platform_domain")
    keys = {row.endpoint_id for row in found if row.endpoint_id}
    endpoints = {one.pk: one for one in Endpoint.objects.filter(pk__in=keys).select_related(*beside)}
    return [_cell(row, endpoints.get(row.endpoint_id or 0), now) for row in found]


def _cell(row: HostRow, endpoint: Endpoint | None, now: datetime) -> _Cell:
    """A green half that rests on old data is unknown."""
    if endpoint is None:
        return _Cell(row, None, row.verdict.now, row.verdict.next)
    seen = _last_seen(endpoint)
    return _Cell(
        row, endpoint, effective_value(row.verdict.now, seen, now), effective_value(row.verdict.next, seen, now)
    )


def _last_seen(endpoint: Endpoint) -> datetime | None:
    return endpoint.schedule.last_seen_at if hasattr(endpoint, "schedule") else None


def _below(rule: PinRule, pin_set: PinSet, intent: Intent, cells: Iterable[_Cell]) -> list[_Cell]:
    """The hosts on which some client compares this rule's pins; lexical where a client compares none at all."""
    lexical = [cell for cell in cells if _is_under(cell.row.host, rule)]
    texts = {pin.text for pin in rule.pins or ()}
    device = Device(client_version=intent.client_version or None)
    read = {
        cell.row.host: {pin.text for one in intent.clients for pin in pins_for(one, pin_set, cell.row.host, device)}
        for cell in lexical
    }
    compared = [cell for cell in lexical if not texts.isdisjoint(read[cell.row.host])]
    named = concrete_host(rule.pattern)
    return compared or [cell for cell in lexical if rule.is_for_every_host or cell.row.host == named]


def _is_under(host: str, rule: PinRule) -> bool:
    base = rule.pattern.strip().lower().lstrip("*").strip(".")
    is_open = rule.include_subdomains or "*" in rule.pattern
    return (
        rule.is_for_every_host or host == base or (is_open and host.endswith(f".{base}")) or host.endswith(f".{base}")
    )


def _rule(rule: PinRule, cells: Sequence[_Cell], knows: Knowledge) -> RuleView:
    verdicts = [cell.row.verdict for cell in cells]
    pins = [pin_view(pin, knows, verdicts) for pin in rule.pins or ()]
    now, after = _worst(cell.now for cell in cells), _worst(cell.after for cell in cells)
    facts = _rule_facts(cells, pins, now, after)
    if after in (Value.READY, Value.UNPROTECTED) and facts.fit_next:
        pins = covered(pins)
    return RuleView(
        pattern=rule.pattern,
        scope=_scope(rule),
        now=now.value,
        next=after.value,
        text=rule_text(facts),
        pins=tuple(pins[:SHOWN_PINS]),
        more_pins=max(0, len(pins) - SHOWN_PINS),
    )


def _rule_facts(cells: Sequence[_Cell], pins: Sequence[PinView], now: Value, after: Value) -> RuleFacts:
    coming = [one for cell in cells for one in cell.row.verdict.decisions if one.when == "next"]
    worst = min(cells, key=lambda cell: cell.row.verdict.value.badness, default=None)
    return RuleFacts(
        now,
        after,
        fit_now=[place for place, pin in enumerate(pins, 1) if pin.fate.code in ("stays", "gone", "may_go")],
        fit_next=[place for place, pin in enumerate(pins, 1) if pin.fate.code in ("stays", "comes")],
        pins=len(pins),
        reason=worst.row.verdict.reason.text if worst else "",
        is_watched=any(cell.endpoint for cell in cells) or now is Value.FAILING,
        is_known=bool(coming) and all(one.evidence and one.evidence.is_known for one in coming),
    )


def _scope(rule: PinRule) -> str:
    until = rule.expiration
    expiry = "never expires" if until is None else f"until {full_day(until.day) if until.day else until.text}"
    return f"and subdomains, {expiry}" if rule.include_subdomains else expiry


def _badness(value: Value) -> int:
    return value.badness


def _worst(values: Iterable[Value]) -> Value:
    return min(values, key=_badness, default=Value.UNKNOWN)


def _stops(value: Value) -> bool:
    return value.badness <= Value.WILL_FAIL.badness


def _pin_notes(rules: Sequence[RuleView], below: Sequence[Sequence[_Cell]], now: datetime) -> list[Note]:
    found = []
    for rule, cells in zip(rules, below, strict=True):
        leaves = leaving(_start(cells), now)
        instead = next_leaf(cell.row.verdict for cell in cells)
        found += [note for pin in rule.pins if (note := pin_note(pin, leaves, instead))]
    return found


def _start(cells: Iterable[_Cell]) -> datetime | None:
    return min((cell.row.window_start for cell in cells if cell.row.window_start), default=None)


def _facts(
    pin_set: PinSet, cells: Sequence[_Cell], rules: Sequence[RuleView], below: Sequence[Sequence[_Cell]], now: datetime
) -> Facts:
    pins = {(pin.line, pin.short, pin.fate.code) for rule in rules for pin in rule.pins}
    going = [
        cells for rule, cells in zip(rules, below, strict=True) if any(pin.fate.code == "gone" for pin in rule.pins)
    ]
    values = [min(cell.now, cell.next, key=_badness) for cell in cells]
    worst = min(values, key=_badness, default=None)
    return Facts(
        now=min((cell.now for cell in cells), key=_badness, default=None),
        next=min((cell.next for cell in cells), key=_badness, default=None),
        hosts=len(cells),
        struck=sum(value is worst for value in values),
        rules=len(pin_set.rules),
        rules_going=len(going),
        pins=len(pins),
        pins_dead=sum(code == "never" for _, _, code in pins),
        refused_by=_refused(cells)[0],
        from_day=leaving(_start(cell for group in going for cell in group), now),
    )


def _refused(cells: Iterable[_Cell]) -> tuple[str, str]:
    """The client that refuses the whole configuration, and its reason."""
    for cell in cells:
        for judged in cell.row.verdict.decisions:
            if judged.decision.outcome is Outcome.CONFIG_ERROR:
                return client_name(judged.decision.client), judged.decision.reason.text
    return "", ""


def _size(pin_set: PinSet, rules: Collection[RuleView]) -> str:
    pins = sum(len(rule.pins) + rule.more_pins for rule in rules)
    parts: Mapping[str, int] = {"line": line_count(pin_set.source), "rule": len(rules), "pin": pins}
    size = len(pin_set.source)
    told = [counted(count, noun) for noun, count in parts.items() if count or noun != "line"]
    return " · ".join([f"{number(size)} byte{'s'[: size != 1]}", *told])


def _host(cell: _Cell, now: datetime) -> HostView:
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
