"""The answer of `certdash check` for programs; its keys are a contract."""

import json
from collections.abc import Sequence
from typing import Any

from certdash.cli.check_input import Inputs
from certdash.cli.check_pins import Part
from certdash.cli.check_problems import Refused, problems
from pins.case import Case
from pins.certificate import ChainCertificate
from pins.conclusion import Judged, Verdict
from pins.decision import Match, Reason
from pins.pinset import Pin, PinRule, Problem

Json = dict[str, Any]


def report(inputs: Inputs, cases: Sequence[Case], verdict: Verdict, refusals: Sequence[Refused] = ()) -> str:
    """`refused` is there where a policy was given."""
    answer: Json = {
        "pin_set": _pin_set(inputs, cases),
        "decisions": [_judged(judged) for judged in verdict.decisions],
        "verdict": {
            "value": verdict.value.value,
            "evidence": verdict.evidence.value if verdict.evidence else None,
            "reason": _reason(verdict.reason),
            "ship_by": verdict.ship_by.isoformat() if verdict.ship_by else None,
        },
    }
    if inputs.policy.refused_codes:
        answer["refused"] = [_problem(one.problem, one.place) for one in refusals]
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _pin_set(inputs: Inputs, cases: Sequence[Case]) -> Json:
    """Of a built app: what all of its pin sets hold, each place with the member that it is in."""
    pins = inputs.pins
    own = [_problem(problem, str(problem.place)) for problem in pins.problems]
    inner = [_problem(one, part.located(one.place)) for part in pins.parts for one in _problems_in(part, inputs, cases)]
    return {
        "format": pins.format,
        "clients": [client.value for client in pins.clients],
        "rules": [_rule(rule, part) for part in pins.parts for rule in part.pin_set.rules],
        "problems": own + inner,
    }


def _problems_in(part: Part, inputs: Inputs, cases: Sequence[Case]) -> tuple[Problem, ...]:
    return problems(part.pin_set, cases, inputs.policy.platform)


def _problem(problem: Problem, place: str) -> Json:
    return {"code": problem.code, "message": problem.message, "place": place}


def _rule(rule: PinRule, part: Part) -> Json:
    return {
        "pattern": rule.pattern,
        "place": part.located(rule.place),
        "include_subdomains": rule.include_subdomains,
        "pins": None if rule.pins is None else [_pin(pin, part) for pin in rule.pins],
        "expiration": rule.expiration.text if rule.expiration else None,
        "enforced": rule.is_enforced,
        "excluded": rule.is_excluded,
    }


def _pin(pin: Pin, part: Part) -> Json:
    return {
        "pin": pin.text,
        "kind": pin.kind.value,
        "place": part.located(pin.place),
        "problem": pin.problem,
    }


def _judged(judged: Judged) -> Json:
    decision = judged.decision
    return {
        "when": judged.when,
        "scenario": judged.scenario.value,
        "client": decision.client.value,
        "host": decision.host,
        "trust_store": decision.trust_store,
        "outcome": decision.outcome.value,
        "reason": _reason(decision.reason),
        "matched": _matched(decision.match),
        "path": [_sha256(certificate) for certificate in decision.path],
    }


def _reason(reason: Reason) -> Json:
    return {"code": reason.code, "text": reason.text}


def _matched(match: Match | None) -> Json | None:
    return {"pin": match.pin.text, "certificate": _sha256(match.certificate)} if match else None


def _sha256(certificate: ChainCertificate) -> str | None:
    return certificate.sha256.hex() if certificate.sha256 else None
