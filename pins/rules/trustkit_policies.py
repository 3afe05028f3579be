"""TrustKit for Android, loaded: one policy a host, what it refuses when the app starts it, pins compared as text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pins.decision import Reason
from pins.device import Device
from pins.encodings import decode_android, is_canonical
from pins.hosts import SuffixList, parents, wire_host
from pins.pinset import Expiration, Pin, PinKind, PinRule
from pins.rules.compare import KeyPins, key_pins
from pins.rules.expiry import Deadline, deadline
from pins.rules.notation import bare_text
from pins.rules.reasons import shown, so

CONSEQUENCE = "TrustKit throws an exception when the app starts it and nothing of the app connects through it"

# DomainValidator.java, from Commons Validator
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+([A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)\.?")
_LOCAL = re.compile(_LABEL)


@dataclass(frozen=True, slots=True)
class TrustKitPolicy:
    """The policy of one domain; a pin that is no canonical base64 is kept and matches nothing."""

    name: str
    pins: KeyPins
    is_enforced: bool
    expiration: Expiration | None
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class TrustKitPolicies:
    """Letter case counts, and so does a last dot."""

    exact: Mapping[str, TrustKitPolicy]
    subdomains: Mapping[str, TrustKitPolicy]

    def select(self, host: str) -> TrustKitPolicy | None:
        name = wire_host(host)
        found = self.exact.get(name)
        if found is not None:
            return found
        return next((self.subdomains[above] for above in parents(name) if above in self.subdomains), None)


def trustkit_policies(rules: Iterable[PinRule], device: Device, suffixes: SuffixList) -> TrustKitPolicies | Reason:
    """The policies of rules whose pin list is there; the first thing that TrustKit refuses ends that."""
    exact: dict[str, TrustKitPolicy] = {}
    subdomains: dict[str, TrustKitPolicy] = {}
    for rule in rules:
        if rule.pins is None:  # DomainPinningPolicy.Builder build: not for pinning
            continue
        problem = _refusal(rule, rule.pins, exact, suffixes)
        if problem:
            return problem
        exact[rule.pattern] = _policy(rule, rule.pins, device)
        if rule.include_subdomains:
            subdomains[rule.pattern] = exact[rule.pattern]
    return TrustKitPolicies(exact, subdomains)


def takes_host(host: str, suffixes: SuffixList) -> bool:
    """Whether TrustKit looks for a policy at all; for an address it throws (TrustKitConfiguration.java)."""
    return _is_domain(wire_host(host), suffixes) or _LOCAL.fullmatch(host) is not None


def _policy(rule: PinRule, pins: tuple[Pin, ...], device: Device) -> TrustKitPolicy:
    ends = rule.expiration is not None and rule.expiration.day
    return TrustKitPolicy(
        name=rule.pattern,
        # PublicKeyPin.java equals: the trimmed texts are compared
        pins=key_pins((pin, PinKind.SPKI_SHA256, _compared(bare_text(pin))) for pin in pins),
        is_enforced=rule.is_enforced,
        expiration=rule.expiration,
        deadline=deadline(ends, device.utc_offset) if ends else None,
    )


def _refusal(
    rule: PinRule, pins: tuple[Pin, ...], known: Mapping[str, TrustKitPolicy], suffixes: SuffixList
) -> Reason | None:
    """DomainPinningPolicy.java, PublicKeyPin.java and TrustKitConfiguration.java: everything that throws."""
    if not _is_domain(rule.pattern, suffixes):
        return so("domain_refused", f"TrustKit takes {rule.pattern} for no valid domain", CONSEQUENCE)
    if rule.pattern in known:
        return so("duplicate_domain", f"The domain {rule.pattern} has two policies", CONSEQUENCE)
    if rule.expiration is not None and rule.expiration.day is None:
        return so("invalid_expiration", f"“{rule.expiration.text}” is no date that exists", CONSEQUENCE)
    return _few_pins(rule, pins) or _bad_pin(pins)


def _few_pins(rule: PinRule, pins: tuple[Pin, ...]) -> Reason | None:
    count = len({bare_text(pin) for pin in pins})
    if not rule.is_enforced or count >= 2:
        return None
    if not count:
        what = f"The policy of {rule.pattern} is enforced and its pin list is empty"
        return so("empty_pin_list_enforced", what, CONSEQUENCE)
    what = f"The policy of {rule.pattern} is enforced and has only one pin"
    return so("too_few_distinct_pins", what, CONSEQUENCE)


def _bad_pin(pins: tuple[Pin, ...]) -> Reason | None:
    for pin in pins:
        digest = decode_android(bare_text(pin))
        if digest is None:
            return so("not_base64", f"The pin {shown(pin)} is not base64", CONSEQUENCE)
        if len(digest) != 32:
            return so("wrong_length", f"The pin {shown(pin)} has {len(digest)} bytes and not 32", CONSEQUENCE)
    return None


def _is_domain(name: str, suffixes: SuffixList) -> bool:
    """Its list of top-level domains is of April 2016; the list at hand is newer and therefore takes more."""
    name = wire_host(name)
    found = _DOMAIN.fullmatch(name) if len(name) <= 253 else None
    return found is not None and suffixes.registry_length(found[1].lower()) > 0


def _compared(text: str) -> bytes:
    """The digest of a text in the usual spelling; any other spelling equals none."""
    return (is_canonical(text) and decode_android(text)) or b""
