"""Wultra's pinning on iOS: the leaf is looked up in the challenge; ordinary validation follows where it is known."""

from dataclasses import dataclass

from pins.certificate import Certificate, ChainCertificate
from pins.decision import Outcome, Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import Pin, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.fingerprints import Fingerprints, fits, served_leaf
from pins.rules.ordinary import ordinary_path
from pins.rules.reasons import refused

_NO_NAME = Reason(
    "subject_summary_unknown",
    "The served certificate has no common name, and what iOS takes in its place is not known here, so whether the "
    "library finds its entry is open.",
)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    return Refused(problem) if problem else WultraIos(Fingerprints(pin_set.rules))


@dataclass(frozen=True, slots=True)
class WultraIos:
    """CertStore+Validation.swift, with the answers to a challenge that its documentation asks for."""

    store: Fingerprints

    def answer(self, encounter: Encounter) -> Answer:
        leaf = served_leaf(encounter, PathOrder.APPLE)
        if isinstance(leaf, Answer):
            return leaf
        match = self.store.lookup(leaf, encounter.instant)
        if match is None and self._may_be_meant(leaf, encounter):
            return Answer(Outcome.INDETERMINATE, _NO_NAME, path=(leaf,))
        if match is None:
            return self.store.refusal(leaf, encounter.instant, encounter.host)
        path = ordinary_path(encounter, PathOrder.APPLE)  # trusted: performDefaultHandling
        if isinstance(path, Answer):
            return path
        return Answer(Outcome.CONNECTS, fits(match, encounter.host), match, path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.store.pins_for(host)

    def _may_be_meant(self, leaf: ChainCertificate, encounter: Encounter) -> bool:
        """SecCertificateCopySubjectSummary gives some other part of the subject where there is no common name."""
        if not isinstance(leaf, Certificate) or leaf.common_name is not None:
            return False
        live = self.store.live(encounter.instant)
        return any(pin.digest == leaf.sha256 for entry in live for pin in entry.pins or ())
