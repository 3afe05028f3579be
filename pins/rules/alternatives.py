"""Configurations of which the app has one at a time, and which one is decided when it runs."""

from dataclasses import dataclass

from pins.decision import Outcome
from pins.encounter import Encounter
from pins.pinset import Pin
from pins.rules.answer import Answer, Policy
from pins.rules.reasons import so


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What all of them do is certain; where they differ it is open."""

    policies: tuple[Policy, ...]

    def answer(self, encounter: Encounter) -> Answer:
        answers = [policy.answer(encounter) for policy in self.policies]
        if all(one.outcome is answers[0].outcome for one in answers):
            return answers[0]
        what = f"The source sets pinning up more than once, and its settings decide differently for {encounter.host}"
        reason = so("several_configurations", what, "whether the app connects depends on which comes last")
        return Answer(Outcome.INDETERMINATE, reason, path=answers[0].path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(dict.fromkeys(pin for policy in self.policies for pin in policy.pins_for(host)))


def one_of(policies: tuple[Policy, ...]) -> Policy:
    return policies[0] if len(policies) == 1 else Alternatives(policies)
