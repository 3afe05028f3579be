"""OkHttp's CertificatePinner as an app's own source builds it; without a version it is a current 5.x."""

from dataclasses import replace

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinRule, PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.certificate_pinner_loading import DOUBLE_STAR_SINCE, certificate_pinner
from pins.rules.reasons import refused
from pins.rules.versions import Version, version

_CURRENT: Version = (5, 4)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    release = version(device.client_version, _CURRENT)
    # What a reader calls refused is refused by current versions; older ones take some of it (OkHttp 3.13, run).
    problem = refused(pin_set.problems) if release >= DOUBLE_STAR_SINCE else None
    if problem:
        return Refused(problem)
    return certificate_pinner(map(_as_pattern, pin_set.rules), release, is_complete=pin_set.is_complete)


def _as_pattern(rule: PinRule) -> PinRule:
    """Files of no client say in a field of its own that subdomains count; OkHttp has the pattern for it."""
    if not rule.include_subdomains or rule.pattern.startswith("*"):
        return rule
    return replace(rule, pattern="**." + rule.pattern)
