"""Wultra's pinning on Android: its trust manager stands in the place of the system's and looks at the leaf alone."""

from dataclasses import dataclass

from pins.certificate import Certificate
from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.fingerprints import Fingerprints, fits, served_leaf
from pins.rules.ordinary import uncovered
from pins.rules.reasons import refused

_NO_NAME = Reason(
    "common_name_missing",
    "The served certificate has no common name, by which the library looks it up, so the app cannot connect.",
)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    return Refused(problem) if problem else WultraAndroid(Fingerprints(pin_set.rules))


@dataclass(frozen=True, slots=True)
class WultraAndroid:
    """SSLPinningX509TrustManager.kt: no chain is validated; the HTTP library verifies the host name afterwards."""

    store: Fingerprints

    def answer(self, encounter: Encounter) -> Answer:
        leaf = served_leaf(encounter, PathOrder.CONSCRYPT)
        if isinstance(leaf, Answer):
            return leaf
        if isinstance(leaf, Certificate) and leaf.common_name is None:
            return Answer(Outcome.BLOCKED_BY_PIN, _NO_NAME, path=(leaf,))
        match = self.store.lookup(leaf, encounter.instant)
        if match is None:
            return self.store.refusal(leaf, encounter.instant, encounter.host)
        bad_name = uncovered(encounter, (leaf,), PathOrder.CONSCRYPT)
        return bad_name or Answer(Outcome.CONNECTS, fits(match, encounter.host), match, (leaf,))

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.store.pins_for(host)
