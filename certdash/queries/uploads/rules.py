"""Each rule of a pin file that is not saved yet: below which hosts it counts, and how they connect through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certdash.models import Endpoint
from certdash.queries.apps.client_words import client_name
from certdash.queries.formatting import full_day
from certdash.queries.hosts import concrete_host
from certdash.queries.judging.previews import HostRow
from certdash.queries.uploads.keys import Knowledge, PinView, covered, pin_view
from certdash.queries.uploads.words import RuleFacts, rule_text
from pins.decide import pins_for
from pins.decision import Client, Outcome
from pins.device import Device
from pins.pinset import PinRule, PinSet
from pins.verdict import Value

SHOWN_PINS = 60


@dataclass(frozen=True, slots=True)
class Intent:
    """As what the file would be saved: on which platform, for which clients, with no other file beside it."""

    platform: str
    clients: tuple[Client, ...]
    client_version: str = ""
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule as the client reads it; `now` and `next` are empty where no host below it is watched."""

    pattern: str
    scope: str
    now: str
    next: str
    text: str
    pins: tuple[PinView, ...]

    @property
    def shown(self) -> tuple[PinView, ...]:
        return self.pins[:SHOWN_PINS]

    @property
    def more_pins(self) -> int:
        return len(self.pins) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Cell:
    """A host row with what it is worth today."""

    row: HostRow
    endpoint: Endpoint | None
    now: Value
    next: Value

    @property
    def after(self) -> Value:
        """What fails now is no better next."""
        return min(self.now, self.next, key=badness) if stops(self.now) else self.next


def cells_below(rule: PinRule, pin_set: PinSet, intent: Intent, cells: Iterable[Cell]) -> list[Cell]:
    """The hosts on which some client compares this rule's pins; lexical where it refuses all or the rule names one."""
    lexical = [cell for cell in cells if _is_under(cell.row.host, rule)]
    texts = {pin.text for pin in rule.pins or ()}
    device = Device(client_version=intent.client_version or None)
    read = {
        cell.row.host: {pin.text for one in intent.clients for pin in pins_for(one, pin_set, cell.row.host, device)}
        for cell in lexical
    }
    compared = [cell for cell in lexical if not texts.isdisjoint(read[cell.row.host])]
    named = concrete_host(rule.pattern)
    return compared or [
        cell for cell in lexical if rule.is_for_every_host or cell.row.host == named or refused_by([cell])[0]
    ]


def refused_by(cells: Iterable[Cell]) -> tuple[str, str]:
    """The client that refuses the whole configuration, and its reason."""
    for cell in cells:
        for judged in cell.row.verdict.decisions:
            if judged.decision.outcome is Outcome.CONFIG_ERROR:
                return client_name(judged.decision.client), judged.decision.reason.text
    return "", ""


def _is_under(host: str, rule: PinRule) -> bool:
    base = rule.pattern.strip().lower().lstrip("*").strip(".")
    is_open = rule.include_subdomains or "*" in rule.pattern
    return (
        rule.is_for_every_host or host == base or (is_open and host.endswith(f".{base}")) or host.endswith(f".{base}")
    )


def rule_view(rule: PinRule, cells: Sequence[Cell], knows: Knowledge) -> RuleView:
    verdicts = [cell.row.verdict for cell in cells]
    pins = [pin_view(pin, knows, verdicts, rule.position) for pin in rule.pins or ()]
    now, after = worst(cell.now for cell in cells), worst(cell.after for cell in cells)
    facts = _rule_facts(cells, pins, now, after)
    if after is Value.READY or (after is Value.UNPROTECTED and facts.fit_next):
        pins = covered(pins)
    return RuleView(
        pattern="every host" if rule.is_for_every_host else rule.pattern,
        scope=_scope(rule),
        now=now.value,
        next=after.value,
        text=rule_text(facts),
        pins=tuple(pins),
    )


def _rule_facts(cells: Sequence[Cell], pins: Sequence[PinView], now: Value, after: Value) -> RuleFacts:
    coming = [one for cell in cells for one in cell.row.verdict.decisions if one.when == "next"]
    hardest = min(cells, key=lambda cell: cell.row.verdict.value.badness, default=None)
    return RuleFacts(
        now,
        after,
        fit_now=[place for place, pin in enumerate(pins, 1) if pin.fate.code in ("stays", "gone", "may_go")],
        fit_next=[place for place, pin in enumerate(pins, 1) if pin.fate.code in ("stays", "comes")],
        may_fit=any(pin.fate.code == "may_go" for pin in pins),
        pins=len(pins),
        reason=hardest.row.verdict.reason.text if hardest else "",
        is_watched=any(cell.endpoint for cell in cells) or now is Value.FAILING,
        is_known=bool(coming) and all(one.evidence and one.evidence.is_known for one in coming),
    )


def _scope(rule: PinRule) -> str:
    until = rule.expiration
    expiry = "never expires" if until is None else f"until {full_day(until.day) if until.day else until.text}"
    return f"and subdomains, {expiry}" if rule.include_subdomains and not rule.is_for_every_host else expiry


def badness(value: Value) -> int:
    return value.badness


def worst(values: Iterable[Value]) -> Value:
    return min(values, key=badness, default=Value.UNKNOWN)


def stops(value: Value) -> bool:
    return value.badness <= Value.WILL_FAIL.badness
