"""One row of the reference's table of test vectors, and the cast they share."""

from dataclasses import dataclass

from pins.certificate import ChainCertificate
from pins.decision import Client, Outcome
from pins.encounter import Encounter
from pins.pinset import PinRule, PinSet
from tests.pins.encounters import cast, pin_set

CONNECTS, BLOCKED_PIN, BLOCKED_CHAIN = Outcome.CONNECTS, Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_CHAIN
NOT_PINNED, FAILS_OPEN, CONFIG_ERROR = Outcome.NOT_PINNED, Outcome.FAILS_OPEN, Outcome.CONFIG_ERROR

C = cast()
R1, I1, L1, R2, I2, L2, X = C.r1, C.i1, C.l1, C.r2, C.i2, C.l2, C.x
V1, V2 = (L1, I1, R1), (L2, I2, R2)


def sha256(certificate_pin: str) -> str:
    return "sha256/" + certificate_pin


@dataclass(frozen=True)
class Vector:
    """One row: what is met, and outcome, reason code and matched certificate that must come out."""

    number: str
    client: Client
    policy: PinSet
    met: Encounter
    outcome: Outcome
    code: str
    matched: ChainCertificate | None = None


def v(
    number: str,
    client: Client,
    rules: tuple[PinRule, ...] | PinSet,
    met: Encounter,
    outcome: Outcome,
    code: str,
    matched: ChainCertificate | None = None,
) -> Vector:
    policy = rules if isinstance(rules, PinSet) else pin_set(*rules)
    return Vector(number, client, policy, met, outcome, code, matched)
