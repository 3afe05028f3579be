"""From decisions over what is served and what may come to one verdict with reason, evidence and counterexample."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pins.case import Case
from pins.decision import Client, Decision, Reason
from pins.pinset import PinSet
from pins.scenarios import Evidence, Likelihood, Scenario


class Value(StrEnum):
    """What certdash concludes; members stand in the order of badness used everywhere."""

    FAILING = "failing"
    WILL_FAIL = "will_fail"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    UNPROTECTED = "unprotected"
    READY = "ready"

    @property
    def badness(self) -> int:
        """0 is worst."""
        return list(Value).index(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision and the chain it was made on: what is served now, or a successor at an instant of its window."""

    when: Literal["now", "next"]
    scenario: Scenario
    decision: Decision
    likelihood: Likelihood | None = None
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`evidence` is how well the deciding chain is known, None when what is served now decides.

    `counterexample` is the decision under which it fails; for a `ready` verdict it is the decision whose pin saves it.
    `decisions` holds everything the verdict rests on. `now` and `next` are the two halves of a cell.
    """

    value: Value
    reason: Reason
    evidence: Evidence | None = None
    counterexample: Judged | None = None
    decisions: tuple[Judged, ...] = ()
    ship_by: date | None = None
    now: Value = Value.UNKNOWN
    next: Value = Value.UNKNOWN


def judge(pin_set: PinSet, clients: Sequence[Client], case: Case) -> Verdict:
    """The verdict on one pin set for one host: the worst over its clients."""
    raise NotImplementedError


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several, the first among equals, with the decisions of all."""
    raise NotImplementedError
