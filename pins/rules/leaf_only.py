"""Pins that an app compares with the served leaf alone; what they are the hash of is decided in `clients`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import canonical_host, without_last_dot
from pins.pinset import Pin, PinRule
from pins.rules.answer import Answer, Path
from pins.rules.compare import KeyPins
from pins.rules.reasons import label, matched, no_rule, shown, so
from pins.rules.select import MostSpecific

_OPEN = "whether the app connects is open"


@dataclass(frozen=True, slots=True)
class LeafList:
    """The pins of one rule. `never` says why none of them can match, `unknown` why it cannot be told."""

    pins: KeyPins
    ignores_chain: bool = False
    is_conditional: bool = False
    never: Reason | None = None
    unknown: Reason | None = None


@dataclass(frozen=True, slots=True)
class LeafOnly:
    """Every list for a host; `who` compares them, `settle` is its ordinary validation with the host name."""

    lists: MostSpecific[tuple[LeafList, ...]]
    who: str
    settle: Callable[[Encounter], Path | Answer]
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        answers = [self._compared(one, encounter) for one in self._found(encounter.host)]
        if not answers:
            return self._unpinned(encounter)
        if len({answer.outcome for answer in answers}) > 1:
            return Answer(Outcome.INDETERMINATE, _several(encounter.host), path=answers[0].path)
        return answers[0]

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(pin for one in self._found(host) for pin in one.pins.pins)

    def _found(self, host: str) -> tuple[LeafList, ...]:
        return self.lists.select(_name(host)) or ()

    def _unpinned(self, encounter: Encounter) -> Answer:
        path = self.settle(encounter)
        if isinstance(path, Answer):
            return path
        if self.is_complete:
            return Answer(Outcome.NOT_PINNED, no_rule(encounter.host), path=path)
        return Answer(Outcome.INDETERMINATE, _unresolved(encounter.host), path=path)

    def _compared(self, found: LeafList, encounter: Encounter) -> Answer:
        host = encounter.host
        path = encounter.served if found.ignores_chain and encounter.served else self.settle(encounter)
        if isinstance(path, Answer):
            return path
        match = found.pins.first_match(path[:1])
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, host), match, path)
        if found.pins.has_unknown or found.unknown:
            return Answer(Outcome.INDETERMINATE, found.unknown or _unresolved(host), path=path)
        if found.is_conditional:
            return Answer(Outcome.INDETERMINATE, _conditional(host), path=path)
        return Answer(Outcome.BLOCKED_BY_PIN, found.never or self._mismatch(found.pins, path, host), path=path)

    def _mismatch(self, pins: KeyPins, path: Path, host: str) -> Reason:
        higher = pins.first_match(path[1:])
        if higher:
            what = (
                f"The pin {shown(higher.pin)} is that of {label(higher, path)} and {self.who} compares the leaf alone"
            )
        else:
            count = len(pins.pins)
            what = "The only pin" if count == 1 else f"None of the {count} pins"
            what += (
                f" for {host} {'does not match' if count == 1 else 'matches'} the leaf, which is all that {self.who} "
            )
            what += "compares"
        return so("no_pin_matches", what, "the app cannot connect")


def leaf_only(
    rules: Iterable[tuple[PinRule, LeafList]],
    who: str,
    settle: Callable[[Encounter], Path | Answer],
    *,
    is_complete: bool = True,
) -> LeafOnly:
    exact: dict[str, tuple[LeafList, ...]] = {}
    subdomains: dict[str, tuple[LeafList, ...]] = {}
    for rule, one in rules:
        name = _name(rule.pattern)
        exact[name] = (*exact.get(name, ()), one)
        if rule.include_subdomains:
            subdomains[name] = (*subdomains.get(name, ()), one)
    return LeafOnly(MostSpecific(exact, subdomains), who, settle, is_complete)


def known_pins(rule: PinRule) -> Iterator[Pin]:
    """The pins of which the file tells the value."""
    return (pin for pin in rule.pins or () if pin.problem != "unresolved_code")


def has_unknown(rule: PinRule) -> bool:
    return any(pin.problem == "unresolved_code" for pin in rule.pins or ())


def _name(host: str) -> str:
    return without_last_dot(canonical_host(host) or host.lower())


def _unresolved(host: str) -> Reason:
    what = f"No pin that the source spells out matches for {host} and others depend on running it"
    return so("unresolved_code", what, _OPEN)


def _conditional(host: str) -> Reason:
    return so("conditional_code", f"Whether {host} has these pins is decided by a condition when the app runs", _OPEN)


def _several(host: str) -> Reason:
    what = f"The file has several lists of pins for {host} that decide differently, and which one is used is not known"
    return so("several_lists", what, _OPEN)
