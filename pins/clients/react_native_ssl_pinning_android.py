"""react-native-ssl-pinning on Android: bundled certificates as trust anchors, or OkHttp's pinner for public keys."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinRule, PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.bundled import ANDROID, certificates_in, files
from pins.rules.certificate_pinner_loading import certificate_pinner
from pins.rules.own_anchors import own_anchors
from pins.rules.per_host import PerHost
from pins.rules.reasons import refused, shown, so
from pins.rules.versions import Version

_BUNDLED_OKHTTP: Version = (4, 9)  # android/build.gradle


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """OkHttpUtils.java buildOkHttpClient: each host of the script has a client of its own."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    if not certificates_in(pin_set.rules):
        return certificate_pinner(pin_set.rules, _BUNDLED_OKHTTP, is_complete=pin_set.is_complete)
    return PerHost({rule.pattern: _policy(rule) for rule in pin_set.rules}, PathOrder.CONSCRYPT)


def _policy(rule: PinRule) -> Policy:
    """A rule of hashes is a request with `pkPinning`."""
    if not certificates_in([rule]):
        return certificate_pinner([rule], _BUNDLED_OKHTTP)
    found = files(certificates_in([rule]), ANDROID)
    if found.unreadable:  # initSSLPinning: the exception is printed and there is no trust manager
        what = f"Android cannot read the bundled certificate {shown(found.unreadable[0])}"
        return Refused(so("certificate_unreadable", what, "the plugin fails on every request"))
    return own_anchors(found.read, PathOrder.CONSCRYPT, passed_over=found.passed_over)
