"""The sentences of a preview: what happens when the file is saved as it is, and how each rule connects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.queries.formatting import Part, Sentence, counted, day, listed
from pins.verdict import Value

FILE = "this file"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentence counts; `goes` is what leaves, a key or a certificate. `now` and `next` are the worst over the
    hosts, None where the file meets none.
    """

    now: Value | None
    next: Value | None
    hosts: int
    struck: int
    refused_by: str
    rules: int = 0
    rules_going: int = 0
    goes: str = "key"
    pins: int = 0
    pins_dead: int = 0
    from_day: str = ""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What tells how one rule connects: the numbers of the pins that fit now and next, `may_fit` where one fits some of
    what may come; `reason` is that of its worst host, `is_known` that the successor is.
    """

    now: Value
    next: Value
    fit_now: Sequence[int]
    fit_next: Sequence[int]
    may_fit: bool
    pins: int
    reason: str
    is_watched: bool
    is_known: bool


def sentence(facts: Facts, subject: str = FILE, *, is_first: bool = True, lead: str = "") -> Sentence:
    """`subject` is what would be saved; only the first of two sentences says that nothing is yet."""
    told: Sentence
    alone = f"{lead}{subject[0].upper()}{subject[1:]}"
    opening = f"Saved as it is, {subject} " if is_first else f"{alone} "
    if facts.refused_by:
        told = (Part("is refused", "#file"), Part(f" by {facts.refused_by}, and the app cannot connect anywhere"))
    elif facts.now is None or facts.next is None:
        return (
            Part(f"{alone} names no host that anybody watches, so nothing can be said about it yet"),
            *_tail(facts),
        )
    else:
        told = _told(facts, facts.now, facts.next)
    return (Part(opening), *told, *_tail(facts))


def _told(facts: Facts, now: Value, after: Value) -> Sentence:
    where = Part(f"{facts.struck} of {counted(facts.hosts, 'host')}", "#hosts")
    if now is Value.FAILING:
        return (Part("cannot connect", "#hosts"), Part(" today on "), where)
    lead = Part("connects today and " if now in (Value.READY, Value.UNPROTECTED) else "")
    if after in (Value.FAILING, Value.WILL_FAIL):
        return (lead, Part("stops connecting", "#hosts"), Part(" on the next rotation"))
    if Value.AT_RISK in (now, after):
        return (lead, Part("may stop connecting", "#hosts"), Part(" on the next rotation on "), where)
    if Value.UNKNOWN in (now, after):
        return (Part("leaves "), where, Part(" unknown, because what is served there could not be read"))
    if Value.UNPROTECTED in (now, after):
        return (Part("connects, but on "), where, Part(" no pin protects it now or after the next rotation"))
    return (Part("connects today and after the next rotation on "), Part(counted(facts.hosts, "host"), "#hosts"))


def _tail(facts: Facts) -> Sentence:
    """`: 1 of 2 rules pins a key that leaves from 15 Dec, and 1 of 4 pins can never match.`"""
    clauses: list[Sentence] = []
    if facts.rules_going:
        verb = "pins" if facts.rules_going == 1 else "pin"
        going = Part(f"{facts.rules_going} of {counted(facts.rules, 'rule')}", "#understood")
        clauses.append((going, Part(f" {verb} a {facts.goes} that leaves {facts.from_day}")))
    if facts.pins_dead:
        dead = Part(f"{facts.pins_dead} of {counted(facts.pins, 'pin')}", "#file")
        clauses.append((dead, Part(" can never match")))
    parts: list[Part] = []
    for clause in clauses:
        parts += [Part(", and " if parts else ": "), *clause]
    return (*parts, Part("."))


def rule_text(rule: RuleFacts) -> str:
    """How a rule connects: through which of its pins, counted from 1, now and next."""
    if not rule.pins:
        return "No pin stands here, so nothing is enforced for this host."
    if not rule.is_watched:
        return "Nobody watches a host below this rule, so nothing can be said about it."
    if rule.now is Value.FAILING:
        return rule.reason
    if rule.now is Value.UNPROTECTED:
        return "None of these pins is enforced today: the app connects whatever is served."
    first = _today(rule)
    if rule.next is Value.UNPROTECTED:
        return f"{first} After the rotation none of its pins is enforced any more: it fails open."
    if rule.fit_next:
        return f"{first} After the rotation {_pins(rule.fit_next, 0)} {'fits' if len(rule.fit_next) == 1 else 'fit'}."
    if rule.next is Value.READY:
        return f"{first} After the rotation {'one' if rule.may_fit else 'a pin of another rule'} fits, whatever comes."
    return f"{first} {'The known successor fits none.' if rule.is_known else 'After it no pin is certain to fit.'}"


def _today(rule: RuleFacts) -> str:
    if rule.fit_now:
        return f"Connects today through {_pins(rule.fit_now, rule.pins)}."
    return "Connects today through another rule." if rule.now is Value.READY else "Today no pin fits."


def _pins(numbers: Sequence[int], of: int) -> str:
    alone = " alone" if len(numbers) == 1 and of > 1 else ""
    return f"{'pin' if len(numbers) == 1 else 'pins'} {listed([str(one) for one in numbers[:6]])}{alone}"


def leaving(start: datetime | None, now: datetime) -> str:
    if start is None:
        return "with the next rotation"
    return "any day now" if start <= now else f"from {day(start, now)}"
