"""Clients that keep one configuration for each exact host name."""

from collections.abc import Mapping
from dataclasses import dataclass

from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import canonical_host, wire_host
from pins.paths import PathOrder
from pins.pinset import Pin
from pins.rules.answer import Answer, Policy
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import no_rule, so

_OPEN = "whether the app connects is open"


@dataclass(frozen=True, slots=True)
class PerHost:
    """A host that is not listed is ordinary; where `is_complete` is False, the source may pin it all the same."""

    policies: Mapping[str, Policy]
    order: PathOrder
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        policy = self._policy(encounter.host)
        if policy is not None:
            return policy.answer(encounter)
        path = ordinary_path(encounter, self.order)
        if isinstance(path, Answer):
            return path
        if self.is_complete:
            return Answer(Outcome.NOT_PINNED, no_rule(encounter.host), path=path)
        what = (
            f"Which hosts besides those that the source spells out are pinned depends on running it, {encounter.host}"
        )
        return Answer(Outcome.INDETERMINATE, so("unresolved_code", f"{what} among them", _OPEN), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        policy = self._policy(host)
        return policy.pins_for(host) if policy else ()

    def _policy(self, host: str) -> Policy | None:
        return self.policies.get(host_key(host))


def host_key(host: str) -> str:
    """By which a host of the configuration is found again; letter case does not count."""
    return canonical_host(host) or host


@dataclass(frozen=True, slots=True)
class EvaluatorPerHost:
    """Letter case counts, and a host without an evaluator is blocked."""

    policies: Mapping[str, Policy]

    def answer(self, encounter: Encounter) -> Answer:
        policy = self._policy(encounter.host)
        if policy is not None:
            return policy.answer(encounter)
        what = f"The app has an evaluator for other hosts and none for {encounter.host}"
        return Answer(Outcome.BLOCKED_BY_PIN, so("no_evaluator_for_host", what, "it cannot connect"))

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        policy = self._policy(host)
        return policy.pins_for(host) if policy else ()

    def _policy(self, host: str) -> Policy | None:
        return self.policies.get(host) or self.policies.get(wire_host(host))


def pinned_in_several_ways(host: str) -> Reason:
    what = f"The source pins {host} in several ways that decide differently, and which one is used is open"
    return so("several_pinners", what, _OPEN)


@dataclass(frozen=True, slots=True)
class OpenWhereBlocked:
    """What the pins that are at hand do not let through may be let through by others."""

    policy: Policy
    code: str
    what: str

    def answer(self, encounter: Encounter) -> Answer:
        answer = self.policy.answer(encounter)
        if answer.outcome not in (Outcome.BLOCKED_BY_PIN, Outcome.CONFIG_ERROR):
            return answer
        return Answer(Outcome.INDETERMINATE, so(self.code, self.what, _OPEN), path=answer.path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.policy.pins_for(host)
