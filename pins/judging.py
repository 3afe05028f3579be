"""One client's decisions on one host, now and next, condensed into the two halves of a cell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pins import reasons
from pins.backup import could_be_saved, saved_by_backup
from pins.case import Case, ServedChain
from pins.certificate import Certificate
from pins.conclusion import Half, Judged, Value
from pins.decision import Client, Outcome
from pins.pinset import PinSet
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.subject import Subject
from pins.trust import TrustStore

OPEN = frozenset({Outcome.NOT_PINNED, Outcome.FAILS_OPEN})
COUNTED = frozenset({Likelihood.EXPECTED, Likelihood.PLAUSIBLE})
STRENGTH = (Likelihood.EXPECTED, Likelihood.PLAUSIBLE, Likelihood.REMOTE)


def judge_now(pin_set: PinSet, client: Client, case: Case) -> Half:
    subject = Subject(pin_set, client, case)
    if not case.served:
        return _unobserved(subject)
    groups = [(served, _on_served(subject, served)) for served in case.served]
    decisions = tuple(judged for _, group in groups for judged in group)
    halves = [_now_half(subject, served, group) for served, group in groups]
    return replace(min(halves, key=lambda half: half.value.badness), decisions=decisions)


def judge_next(pin_set: PinSet, client: Client, case: Case) -> Half:
    subject = Subject(pin_set, client, case)
    groups = list(_next_groups(subject, COUNTED))
    if not groups:
        return Half(Value.UNKNOWN, reasons.unforeseen(case))
    decisions = tuple(judged for group in groups for judged in group)
    halves = [_next_half(subject, group) for group in groups]
    return replace(min(halves, key=lambda half: half.value.badness), decisions=decisions)


def remote_decisions(pin_set: PinSet, clients: Iterable[Client], case: Case) -> tuple[Judged, ...]:
    """Decisions under scenarios that are too unlikely to count; for showing only."""
    remote = frozenset({Likelihood.REMOTE})
    subjects = [Subject(pin_set, client, case) for client in clients]
    return tuple(judged for subject in subjects for group in _next_groups(subject, remote) for judged in group)


def _unobserved(subject: Subject) -> Half:
    """A configuration that its client refuses fails whatever is served."""
    for store in subject.case.stores:
        decision = subject.decide((), store, subject.case.now)
        if decision.outcome is Outcome.CONFIG_ERROR:
            judged = Judged("now", Scenario.SERVED, decision, subject.case.now)
            return Half(Value.FAILING, decision.reason, counterexample=judged, decisions=(judged,))
    return Half(Value.UNKNOWN, reasons.unobserved(subject.case))


def _on_served(subject: Subject, served: ServedChain) -> list[Judged]:
    now = subject.case.now
    return [
        Judged("now", Scenario.SERVED, subject.decide(served.chain, store, now), now) for store in subject.case.stores
    ]


def _now_half(subject: Subject, served: ServedChain, group: Sequence[Judged]) -> Half:
    blocked = [judged for judged in group if judged.decision.outcome.is_blocked]
    if blocked and len(blocked) == len(group):
        return Half(Value.FAILING, reasons.failing(subject, served, blocked[0]), counterexample=blocked[0])
    if blocked:
        return Half(Value.AT_RISK, reasons.on_some_stores(subject, blocked, group), counterexample=blocked[0])
    return _unblocked(subject, group)


def _unblocked(subject: Subject, group: Sequence[Judged]) -> Half:
    evidence = group[0].evidence
    for outcomes, value in ((frozenset({Outcome.INDETERMINATE}), Value.AT_RISK), (OPEN, Value.UNPROTECTED)):
        found = next((judged for judged in group if judged.decision.outcome in outcomes), None)
        if found:
            return Half(value, reasons.of_decision(subject, found), evidence, found)
    return Half(Value.READY, reasons.ready(subject, group[0]), evidence, group[0])


def _next_groups(subject: Subject, counted: frozenset[Likelihood]) -> Iterator[list[Judged]]:
    """The decisions of one scenario and likelihood, one for each store: the worst where several chains stand for it."""
    grouped: dict[tuple[Likelihood, Scenario], dict[str, Judged]] = {}
    for successor in subject.case.successors:
        if successor.likelihood in counted:
            group = grouped.setdefault((successor.likelihood, successor.scenario), {})
            for store in subject.case.stores:
                if successor.stands_for(store.name):
                    _keep_worse(group, _on_successor(subject, successor, store))
    for key in sorted(grouped, key=lambda key: STRENGTH.index(key[0])):
        yield list(grouped[key].values())


def _keep_worse(group: dict[str, Judged], judged: Judged) -> None:
    known = group.get(judged.decision.trust_store)
    if known is None or _rank(judged) < _rank(known):
        group[judged.decision.trust_store] = judged


def _on_successor(subject: Subject, successor: Successor, store: TrustStore) -> Judged:
    start, end = _span(subject.case, successor)

    def judged(instant: datetime) -> Judged:
        decision = subject.decide(successor.chain, store, instant)
        return Judged("next", successor.scenario, decision, instant, successor.likelihood, successor.evidence)

    first = judged(start)
    if end == start or (not subject.expires and subject.case.cache.is_same(successor.chain, store, start, end)):
        return first
    last = judged(end)
    if _rank(first) == _rank(last):
        return first
    worse, other = (first, last) if _rank(first) < _rank(last) else (last, first)
    return replace(worse, other_instant=other.instant)


def _span(case: Case, successor: Successor) -> tuple[datetime, datetime]:
    """From the first to the last instant at which this chain may take over; a chain that has expired cannot."""
    starts = [case.now, successor.not_before or case.now]
    if not case.window:
        return max(starts), max(starts)
    start = max(*starts, case.window.earliest)
    leaf = successor.chain[0]
    end = case.window.latest
    if isinstance(leaf, Certificate):
        end = min(end, leaf.not_after)
    return start, max(start, end)


def _rank(judged: Judged) -> int:
    outcome = judged.decision.outcome
    if outcome.is_blocked:
        return 0
    return 1 if outcome is Outcome.INDETERMINATE else 2 if outcome in OPEN else 3


def _next_half(subject: Subject, group: Sequence[Judged]) -> Half:
    blocked = [judged for judged in group if judged.decision.outcome.is_blocked]
    if not blocked:
        return _unblocked(subject, group)
    example = blocked[0]
    is_assumed = example.evidence is Evidence.ASSUMED
    if is_assumed and (pin := saved_by_backup(subject, blocked)):
        return Half(Value.READY, reasons.backup_registered(subject, example, pin), example.evidence, example)
    if is_assumed and (pin := could_be_saved(subject, blocked)):
        reason = reasons.backup_unregistered(subject, example, pin)
        return Half(Value.AT_RISK, reason, example.evidence, example)
    if len(blocked) < len(group):
        return Half(Value.AT_RISK, reasons.on_some_stores(subject, blocked, group), example.evidence, example)
    if example.likelihood is Likelihood.EXPECTED:
        return Half(Value.WILL_FAIL, reasons.will_fail(subject, example), example.evidence, example)
    return Half(Value.AT_RISK, reasons.plausible(subject, example), example.evidence, example)
