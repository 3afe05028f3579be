"""Decisions as plain JSON, as the verdict rows keep them: the shape that `certdash check` prints, by the day."""

from typing import Any

from pins.certificate import ChainCertificate
from pins.decision import Match
from pins.verdict import Judged


def judged_json(judged: Judged | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    decision = judged.decision
    return {
        "when": judged.when,
        "scenario": judged.scenario.value,
        "likelihood": judged.likelihood.value if judged.likelihood else None,
        "day": judged.instant.date().isoformat() if judged.instant else None,
        "client": decision.client.value,
        "host": decision.host,
        "trust_store": decision.trust_store,
        "outcome": decision.outcome.value,
        "reason": {"code": decision.reason.code, "text": decision.reason.text},
        "matched": _match_json(decision.match),
        "path": [_sha256(certificate) for certificate in decision.path],
    }


def _match_json(match: Match | None) -> dict[str, Any] | None:
    return {"pin": match.pin.text, "certificate": _sha256(match.certificate)} if match else None


def _sha256(certificate: ChainCertificate) -> str | None:
    return certificate.sha256.hex() if certificate.sha256 else None
