"""OkHttp's CertificatePinner as an app's own source builds it; without a version it is a current 5.x."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner import DOUBLE_STAR_SINCE, UNRESOLVED, certificate_pinner
from pins.rules.reasons import refused
from pins.rules.versions import Version, version

_CURRENT: Version = (5, 4)
_OPEN_CODE = frozenset({UNRESOLVED, "conditional_code", "unsupported_code"})


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    release = version(device.client_version, _CURRENT)
    # What a reader calls refused is refused by current versions; older ones take some of it (OkHttp 3.13, run).
    problem = refused(pin_set.problems) if release >= DOUBLE_STAR_SINCE else None
    if problem:
        return Refused(problem)
    return certificate_pinner(pin_set.rules, release, may_hold_more=_may_hold_more(pin_set))


def _may_hold_more(pin_set: PinSet) -> bool:
    """Whether code that adds pins stayed open; an open pin of a known rule concerns that rule only."""
    open_pins = {pin.place for rule in pin_set.rules for pin in rule.pins or () if pin.problem == UNRESOLVED}
    return any(problem.code in _OPEN_CODE and problem.place not in open_pins for problem in pin_set.problems)
