"""react-native-ssl-pinning on Android: bundled certificates as trust anchors, or OkHttp's pinner for public keys."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinRule, PinSet
from pins.rules.alternatives import one_of
from pins.rules.answer import Policy, Refused
from pins.rules.bundled import ANDROID, certificates_in, files, pins_certificates
from pins.rules.certificate_pinner_loading import certificate_pinner
from pins.rules.own_anchors import own_anchors
from pins.rules.per_host import OpenWhereBlocked, PerHost, host_key, pinned_in_several_ways
from pins.rules.reasons import refused, shown, so
from pins.rules.versions import Version

_BUNDLED_OKHTTP: Version = (4, 9)  # android/build.gradle
_NOT_GIVEN = "The source names certificate files that are not at hand"
_CONDITIONAL = "A condition that holds when the app runs decides whether these certificates are used"


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """OkHttpUtils.java buildOkHttpClient: each host of the script has a client of its own, that of its first call."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    by_host: defaultdict[str, list[PinRule]] = defaultdict(list)
    for rule in pin_set.rules:
        by_host[host_key(rule.pattern)].append(rule)
    policies = {host: one_of(tuple(_policies(rules)), pinned_in_several_ways) for host, rules in by_host.items()}
    return PerHost(policies, PathOrder.CONSCRYPT, pin_set.is_complete)


def _policies(rules: Sequence[PinRule]) -> Iterator[Policy]:
    keyed = [_without_www(rule) for rule in rules if not pins_certificates(rule)]
    if keyed:
        yield certificate_pinner(keyed, _BUNDLED_OKHTTP)
    for rule in rules:
        if pins_certificates(rule):
            anchors = _anchors(rule)
            yield OpenWhereBlocked(anchors, "conditional_code", _CONDITIONAL) if rule.is_conditional else anchors


def _without_www(rule: PinRule) -> PinRule:
    """RNSslPinningModule.java getDomainName, which is what the pinner is given."""
    return replace(rule, pattern=rule.pattern.removeprefix("www."))


def _anchors(rule: PinRule) -> Policy:
    found = files(certificates_in([rule]), ANDROID)
    if found.unreadable:  # initSSLPinning: the exception is printed and there is no trust manager
        what = f"Android cannot read the bundled certificate {shown(found.unreadable[0])}"
        return Refused(so("certificate_unreadable", what, "the plugin fails on every request"))
    anchors = own_anchors(found.read, PathOrder.CONSCRYPT, passed_over=found.passed_over)
    if all(pin.certificate for pin in rule.pins or ()):
        return anchors
    return OpenWhereBlocked(anchors, "certificate_not_given", _NOT_GIVEN)
