"""Alamofire's table of evaluators: one for each exact host, every other host blocked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pins.decision import Outcome
from pins.encounter import Encounter
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.per_host import EvaluatorPerHost
from pins.rules.reasons import none_bundled, refused


@dataclass(frozen=True, slots=True)
class NoneFound:
    """An evaluator without certificates fails before it looks at anything."""

    # ServerTrustEvaluation.swift: noCertificatesFound, noPublicKeysFound
    passed_over: tuple[Pin, ...] = ()

    def answer(self, encounter: Encounter) -> Answer:
        return Answer(Outcome.BLOCKED_BY_PIN, none_bundled(encounter.host), path=encounter.served)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.passed_over


def evaluators(pin_set: PinSet, evaluator: Callable[[PinRule], Policy]) -> Policy:
    """ServerTrustManager with allHostsMustBeEvaluated, its default. Several rules of one host are one evaluator."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    rules: dict[str, PinRule] = {}
    for rule in pin_set.rules:
        known = rules.get(rule.pattern)
        pins = (*(known.pins or () if known else ()), *(rule.pins or ()))
        rules[rule.pattern] = replace(rule, pins=pins)
    policies = {host: evaluator(rule) for host, rule in rules.items()}
    return EvaluatorPerHost(policies)
