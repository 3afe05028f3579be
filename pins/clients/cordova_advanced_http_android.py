"""cordova-plugin-advanced-http on Android in mode `pinned`: the bundled certificates become the trust anchors."""

from pins.decision import Outcome
from pins.device import Device
from pins.hosts import SuffixList
from pins.paths import PathOrder
from pins.pinset import PinSet
from pins.rules.answer import Policy, Refused
from pins.rules.bundled import ANDROID, certificates_in, files
from pins.rules.ordinary import Unpinned
from pins.rules.own_anchors import own_anchors
from pins.rules.reasons import refused, shown, so


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    found = files(certificates_in(pin_set.rules), ANDROID)
    if found.unreadable:  # CordovaServerTrust.java run: the error goes to the app's script, the old mode stays
        what = (
            f"Android cannot read the bundled certificate {shown(found.unreadable[0])} and the plugin stays in its "
            "default mode"
        )
        consequence = "the app connects without pins unless its own script stops at the error"
        return Unpinned(so("trust_mode_not_set", what, consequence), PathOrder.CONSCRYPT, Outcome.FAILS_OPEN)
    return own_anchors(found.read, PathOrder.CONSCRYPT, passed_over=found.passed_over)
