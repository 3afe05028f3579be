"""The answer of `certdash check` for programs; its keys are a contract."""

import json
from typing import Any

from certdash.cli.check_input import Inputs
from certdash.cli.check_problems import problems
from pins.certificate import ChainCertificate
from pins.conclusion import Judged, Verdict
from pins.decision import Match, Reason
from pins.pinset import Pin, PinRule

Json = dict[str, Any]


def report(inputs: Inputs, verdict: Verdict) -> str:
    answer = {
        "pin_set": _pin_set(inputs),
        "decisions": [_judged(judged) for judged in verdict.decisions],
        "verdict": {
            "value": verdict.value.value,
            "evidence": verdict.evidence.value if verdict.evidence else None,
            "reason": _reason(verdict.reason),
            "ship_by": verdict.ship_by.isoformat() if verdict.ship_by else None,
        },
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _pin_set(inputs: Inputs) -> Json:
    pin_set = inputs.pin_set
    return {
        "format": pin_set.format,
        "clients": [client.value for client in inputs.clients],
        "rules": [_rule(rule) for rule in pin_set.rules],
        "problems": _problems(inputs),
    }


def _problems(inputs: Inputs) -> list[Json]:
    return [
        {"code": problem.code, "message": problem.message, "place": str(problem.place)}
        for problem in problems(inputs.pin_set, inputs.now)
    ]


def _rule(rule: PinRule) -> Json:
    return {
        "pattern": rule.pattern,
        "place": str(rule.place),
        "include_subdomains": rule.include_subdomains,
        "pins": None if rule.pins is None else [_pin(pin) for pin in rule.pins],
        "expiration": rule.expiration.text if rule.expiration else None,
        "enforced": rule.is_enforced,
        "excluded": rule.is_excluded,
    }


def _pin(pin: Pin) -> Json:
    return {
        "pin": pin.text,
        "kind": pin.kind.value,
        "place": str(pin.place),
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
