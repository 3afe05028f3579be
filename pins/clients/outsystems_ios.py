"""The OutSystems SSL pinning plugin on iOS: its JSON becomes a TrustKit configuration with exact hosts."""

from collections.abc import Iterator
from dataclasses import replace

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinRule, PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.notation import prefixed_text
from pins.rules.reasons import refused
from pins.rules.trustkit import Edition
from pins.rules.trustkit_loading import Texts, trust_kit
from pins.rules.versions import Version, version

_BUNDLED: Version = (1, 6, 0)  # the framework in plugin 5.0.2
_FIRST_OF_PLUGIN: Version = (4,)  # TrustKit itself has not got there


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    """`device.client_version` is TrustKit's, or the plugin's, which tells nothing of TrustKit's."""
    problem = refused(pin_set.problems)  # hooks/utils.js isValidConfig
    if problem:
        return Refused(problem)
    # OutSystems/TrustKit, branch outsystems: hosts outside the suffix list are taken
    given = version(device.client_version, _BUNDLED)
    edition = Edition(given if given < _FIRST_OF_PLUGIN else _BUNDLED, suffixes, takes_unknown_suffixes=True)
    return trust_kit(_generated(pin_set), edition)


def _generated(pin_set: PinSet) -> Iterator[tuple[PinRule, Texts]]:
    """hooks/ios/setup_pinning_hashs.js: the host alone, enforced, the prefix of each hash cut."""
    for rule in pin_set.rules:
        generated = replace(rule, include_subdomains=False, is_enforced=True, is_excluded=False, expiration=None)
        texts = ((pin, prefixed_text(pin)) for pin in rule.pins or ())
        yield generated, tuple((pin, text.removeprefix("sha256/").removeprefix("sha1/")) for pin, text in texts)
