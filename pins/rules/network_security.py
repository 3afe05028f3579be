"""Android's Network Security Config, loaded: one rule a host, the pin check inside the handshake."""

from dataclasses import dataclass
from enum import Enum

from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import wire_host, without_last_dot
from pins.paths import PathOrder
from pins.pinset import Expiration, Pin
from pins.rules.answer import Answer, Path
from pins.rules.compare import KeyPins
from pins.rules.expiry import Deadline, Enforcement
from pins.rules.ordinary import first_path, uncovered
from pins.rules.reasons import expired, expiry_depends, matched, mismatched, no_rule, so
from pins.rules.select import MostSpecific

_NO_ANCHORS = Reason(
    "no_trust_anchors", "The configuration allows no trust anchor for this host at all, so no connection comes about."
)
_UNKNOWN_ANCHORS = Reason(
    "anchors_unknown",
    "The configuration trusts only certificates outside the system's store, which are not known here, "
    "so whether this chain is trusted is open.",
)
_ANCHOR_IS_MISSING = frozenset({"untrusted_root", "self_signed", "missing_intermediate"})
_OWN_ANCHORS = Reason(
    "anchors_unknown",
    "The system's store does not trust this chain, and the certificates that the configuration trusts beside it are "
    "not known here, so whether this chain is trusted is open.",
)
_NO_HOST = Reason(
    "host_name_missing",
    "The connection is made without a host name although the configuration has rules for hosts, so Android refuses it.",
)
_NO_PIN_SET = "rule_without_pins", "has no pins, so ordinary certificate validation alone decides"
_EMPTY_PIN_SET = "empty_pin_list", "has an empty pin list, which turns pinning off, so ordinary validation decides"


class Anchors(Enum):
    """What a list of trust anchors does to a chain; `WIDENED`: the app brings authorities beside the system's."""

    ORDINARY = "ordinary"
    WIDENED = "widened"
    OVERRIDING = "overriding"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Config:
    """The effective configuration of one domain; `pins` None: no pin list, which is not the same as an empty one."""

    anchors: Anchors
    pins: KeyPins | None = None
    expiration: Expiration | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class NetworkSecurity:
    """A configuration that Android has loaded."""

    configs: MostSpecific[Config]
    default: Config

    def answer(self, encounter: Encounter) -> Answer:
        if not encounter.host and self.configs.exact:
            return Answer(Outcome.BLOCKED_BY_CHAIN, _NO_HOST)  # AOSP RootTrustManager.java
        config = self._select(encounter.host)
        path = _trusted_path((config or self.default).anchors, encounter)
        if isinstance(path, Answer):
            return path
        answer = _checked(config, encounter, path)
        if answer.outcome is Outcome.BLOCKED_BY_PIN:  # the host name is verified after the handshake
            return answer
        return uncovered(encounter, path, PathOrder.CONSCRYPT) or answer

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        config = self._select(host)
        return config.pins.pins if config and config.pins else ()

    def _select(self, host: str) -> Config | None:
        return self.configs.select(without_last_dot(wire_host(host).lower()))  # AOSP ApplicationConfig.java


def _trusted_path(anchors: Anchors, encounter: Encounter) -> Path | Answer:
    if anchors is Anchors.NONE:
        return Answer(Outcome.BLOCKED_BY_CHAIN, _NO_ANCHORS)
    path = first_path(encounter, PathOrder.CONSCRYPT)
    if isinstance(path, Answer) and path.reason.code not in _ANCHOR_IS_MISSING:
        return path
    if anchors is Anchors.UNKNOWN:
        return uncovered(encounter, (), PathOrder.CONSCRYPT) or Answer(Outcome.INDETERMINATE, _UNKNOWN_ANCHORS)
    if anchors is Anchors.WIDENED and isinstance(path, Answer):
        return uncovered(encounter, (), PathOrder.CONSCRYPT) or Answer(Outcome.INDETERMINATE, _OWN_ANCHORS)
    return path


def _checked(config: Config | None, encounter: Encounter, path: Path) -> Answer:
    """AOSP NetworkSecurityTrustManager.java checkPins."""
    host = encounter.host
    if config is None:
        return Answer(Outcome.NOT_PINNED, no_rule(host), path=path)
    if config.pins is None or not config.pins.pins:
        code, text = _NO_PIN_SET if config.pins is None else _EMPTY_PIN_SET
        return Answer(Outcome.NOT_PINNED, Reason(code, f"The rule for {host} {text}."), path=path)
    return _unenforced(config, encounter, path) or _compared(config, config.pins, encounter, path)


def _unenforced(config: Config, encounter: Encounter, path: Path) -> Answer | None:
    if config.expiration and _enforcement(config, encounter) is Enforcement.OFF:
        return Answer(Outcome.FAILS_OPEN, expired(config.expiration, encounter.host), path=path)
    if config.anchors is Anchors.OVERRIDING:
        what = f"The configuration lets every root of the system override the pins for {encounter.host}"
        return Answer(
            Outcome.FAILS_OPEN, so("anchor_overrides_pins", what, "the app connects without checking them"), path=path
        )
    return None


def _compared(config: Config, pins: KeyPins, encounter: Encounter, path: Path) -> Answer:
    match = pins.first_match(reversed(path))
    if match:
        return Answer(Outcome.CONNECTS, matched(match, path, encounter.host), match, path)
    if config.expiration and _enforcement(config, encounter) is Enforcement.DEPENDS:
        return Answer(Outcome.INDETERMINATE, expiry_depends(config.expiration, encounter.host), path=path)
    return Answer(Outcome.BLOCKED_BY_PIN, mismatched(len(pins.pins), path, encounter.host), path=path)


def _enforcement(config: Config, encounter: Encounter) -> Enforcement:
    return config.deadline.enforcement(encounter.instant) if config.deadline else Enforcement.ON
