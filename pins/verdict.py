"""From decisions over what is served and what may come to one verdict with reason, evidence and counterexample."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pins.case import Case
from pins.conclusion import Half, Judged, Value, Verdict
from pins.decision import Client
from pins.judging import judge_next, judge_now
from pins.pinset import PinSet
from pins.reasons import stale
from pins.remedy import ship_by

__all__ = ("Judged", "Value", "Verdict", "judge", "worst")

GREEN = frozenset({Value.READY, Value.UNPROTECTED})
TO_SHIP = frozenset({Value.WILL_FAIL, Value.AT_RISK})


def judge(pin_set: PinSet, clients: Sequence[Client], case: Case) -> Verdict:
    """The verdict on one pin set for one host: the worst over its clients."""
    return worst(_judge(pin_set, client, case) for client in clients)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several, the first among equals, with the decisions of all and the earliest ship-by date."""
    found = list(verdicts)
    chosen = min(found, key=lambda verdict: verdict.value.badness)
    if len(found) == 1:
        return chosen
    dates = [verdict.ship_by for verdict in found if verdict.ship_by and verdict.value is chosen.value]
    return replace(
        chosen,
        decisions=tuple(decision for verdict in found for decision in verdict.decisions),
        ship_by=min(dates, default=None),
        now=min((verdict.now for verdict in found), key=lambda value: value.badness),
        next=min((verdict.next for verdict in found), key=lambda value: value.badness),
    )


def _judge(pin_set: PinSet, client: Client, case: Case) -> Verdict:
    now, later = judge_now(pin_set, client, case), judge_next(pin_set, client, case)
    half = _deciding(now, later)
    value, reason = half.value, half.reason
    if case.is_stale and value in GREEN:
        value, reason = Value.UNKNOWN, stale(half.reason)
    date = None
    if value in TO_SHIP and case.window:
        date = ship_by(case.window.earliest, case.lead)
    return Verdict(
        value,
        reason,
        half.evidence,
        half.counterexample,
        (*now.decisions, *later.decisions),
        date,
        now.value,
        later.value,
    )


def _deciding(now: Half, later: Half) -> Half:
    """The worse half; both ready: the next one, because what comes is the question."""
    if later.value is Value.READY and now.value is Value.READY:
        return later
    return min(now, later, key=lambda half: half.value.badness)
