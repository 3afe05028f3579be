"""AFNetworking's AFSecurityPolicy, which several plugins carry: which files it reads, and its two modes."""

from dataclasses import dataclass

from pins.encounter import Encounter
from pins.paths import PathOrder
from pins.pinset import Pin, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.bundled import APPLE, as_keys, certificates_in, files
from pins.rules.compared import compared_keys
from pins.rules.ordinary import ordinary_path
from pins.rules.own_anchors import OwnAnchors, own_anchors
from pins.rules.reasons import refused, shown, so


@dataclass(frozen=True, slots=True)
class CertificateMode:
    """AFSecurityPolicy.m: the system validates, then once more with the bundled certificates as only anchors.

    That a certificate of the second path is a bundled one follows from there, so it is not asked again.
    """

    anchors: OwnAnchors

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)
        return path if isinstance(path, Answer) else self.anchors.answer(encounter)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return self.anchors.pins_for(host)


def certificate_mode(pin_set: PinSet) -> Policy:
    """One file that is not DER is enough: AFSecurityPolicy.m adds nil to an array."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    found = files(certificates_in(pin_set.rules), APPLE)
    if found.unreadable:
        what = f"The bundled certificate {shown(found.unreadable[0])} is not a DER file"
        return Refused(so("crashes_on_certificate", what, "the app crashes at the first connection"))
    return CertificateMode(own_anchors(found.read, PathOrder.APPLE, passed_over=found.passed_over))


def public_key_mode(pin_set: PinSet) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    found = files(certificates_in(pin_set.rules), APPLE)
    return compared_keys(as_keys(found.read), found.passed_over)
