"""The values of a verdict."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pins.decision import Decision, Reason
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
        return _BADNESS[self]


_BADNESS = {value: place for place, value in enumerate(Value)}


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision and the chain it was made on: what is served now, or a successor at an instant of its window.

    Of the two ends of the window only the worse is kept; `other_instant` is the end at which it would go otherwise.
    """

    when: Literal["now", "next"]
    scenario: Scenario
    decision: Decision
    instant: datetime
    likelihood: Likelihood | None = None
    evidence: Evidence | None = None
    other_instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Half:
    """What stands in one half of a cell: now, or after the next rotation."""

    value: Value
    reason: Reason
    evidence: Evidence | None = None
    counterexample: Judged | None = None
    decisions: tuple[Judged, ...] = ()


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
