"""One pin set under one client in one case: what every decision of a verdict shares."""

from dataclasses import dataclass
from datetime import datetime

from pins.case import Case
from pins.decide import decide, pins_for
from pins.decision import Client, Decision
from pins.path_cache import Chain
from pins.pinset import Pin, PinSet
from pins.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Subject:
    pin_set: PinSet
    client: Client
    case: Case

    def decide(self, chain: Chain, store: TrustStore, instant: datetime) -> Decision:
        case = self.case
        met = case.cache.encounter(case.host, chain, store, instant, device=case.device)
        return decide(self.client, self.pin_set, met)

    def pins(self) -> tuple[Pin, ...]:
        return pins_for(self.client, self.pin_set, self.case.host, self.case.device)

    @property
    def expires(self) -> bool:
        """Time alone may change what the client does: a date in the rules, or that of a bundled certificate."""
        pins = (pin for rule in self.pin_set.rules for pin in rule.pins or ())
        return any(rule.expiration for rule in self.pin_set.rules) or any(pin.certificate for pin in pins)

    @property
    def pins_certificates(self) -> bool:
        """Whole certificates are pinned, so that a known key settles nothing."""
        pins = self.pins()
        return bool(pins) and all(pin.kind.is_of_certificate for pin in pins)
