"""Clients that keep one configuration for each exact host name."""

from collections.abc import Mapping
from dataclasses import dataclass

from pins.decision import Outcome
from pins.encounter import Encounter
from pins.hosts import wire_host
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer, Policy
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import no_rule, so


@dataclass(frozen=True, slots=True)
class PerHost:
    """Letter case counts; a host that is not listed is ordinary, or blocked where `blocks_others`."""

    policies: Mapping[str, Policy]
    order: PathOrder
    blocks_others: bool = False

    def answer(self, encounter: Encounter) -> Answer:
        policy = self._policy(encounter.host)
        if policy is not None:
            return policy.answer(encounter)
        if self.blocks_others:
            what = f"The app has an evaluator for other hosts and none for {encounter.host}"
            return Answer(Outcome.BLOCKED_BY_PIN, so("no_evaluator_for_host", what, "it cannot connect"))
        path = ordinary_path(encounter, self.order)
        return path if isinstance(path, Answer) else Answer(Outcome.NOT_PINNED, no_rule(encounter.host), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        policy = self._policy(host)
        return policy.pins_for(host) if policy else ()

    def _policy(self, host: str) -> Policy | None:
        return self.policies.get(host) or self.policies.get(wire_host(host))
