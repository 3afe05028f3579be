"""Configurations of which the app has one at a time, and which one is decided when it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.pinset import Pin
from pins.rules.answer import Answer, Policy
from pins.rules.reasons import so


def several_configurations(host: str) -> Reason:
    what = f"The source has several configurations that decide differently for {host} and the app uses one of them"
    return so("several_configurations", what, "whether the app connects is open")


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What all of them do is certain; where they differ it is open, for the reason that `why` gives for the host."""

    policies: tuple[Policy, ...]
    why: Callable[[str], Reason] = several_configurations

    def answer(self, encounter: Encounter) -> Answer:
        answers = [policy.answer(encounter) for policy in self.policies]
        if all(one.outcome is answers[0].outcome for one in answers):
            return answers[0]
        return Answer(Outcome.INDETERMINATE, self.why(encounter.host), path=answers[0].path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(dict.fromkeys(pin for policy in self.policies for pin in policy.pins_for(host)))


def one_of(policies: Sequence[Policy], why: Callable[[str], Reason] = several_configurations) -> Policy:
    return policies[0] if len(policies) == 1 else Alternatives(tuple(policies), why)
