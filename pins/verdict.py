"""From decisions over what is served and what may come to one verdict with reason, evidence and counterexample."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from pins.decision import Decision, Reason
from pins.successors import Evidence, Scenario


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """`evidence` is how well the deciding chain is known, None when what is served now decides.

    `counterexample` is the decision under which it fails; for a `ready` verdict it is the decision whose pin saves it.
    `decisions` holds everything the verdict rests on.
    """

    value: Value
    reason: Reason
    evidence: Evidence | None = None
    counterexample: Judged | None = None
    decisions: tuple[Judged, ...] = ()
    ship_by: date | None = None
