"""Apple's NSPinnedDomains: the pins in an app's Info.plist, as the system itself enforces them from iOS 14 on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pins.certificate import ChainCertificate
from pins.decision import Match, Outcome, Reason
from pins.device import Device
from pins.encodings import decode_security
from pins.encounter import Encounter
from pins.hosts import SuffixList, wire_host, without_last_dot
from pins.paths import PathOrder
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position
from pins.rules.answer import Answer, Path, Policy, Refused
from pins.rules.compare import KeyPins, key_pins, merged
from pins.rules.notation import bare_text
from pins.rules.ordinary import Unpinned, ordinary_path
from pins.rules.reasons import matched, mismatched, named_path, no_rule, refused, so, unresolved
from pins.rules.select import Union

SINCE_IOS = 14  # developer.apple.com NSPinnedDomains

_TOO_OLD = Reason(
    "os_without_pinning", "iOS before version 14 does not read NSPinnedDomains, so ordinary validation alone decides."
)
_BLOCKED = "the app cannot connect"
_LISTED = {Position.LEAF: "leaf pins", Position.CA: "pins of authorities", Position.ANY: "pins"}

Lists = Mapping[Position, KeyPins]


@dataclass(frozen=True, slots=True)
class Identities:
    """One list of a domain; `pins` None: the domain has neither list."""

    position: Position
    pins: KeyPins | None


@dataclass(frozen=True, slots=True)
class PinnedDomains:
    """Every domain that matches adds to the lists of a host; all lists that are there must be satisfied.

    `is_complete` False: there may be more domains than could be read.
    """

    domains: Union[Identities]
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)  # "Pinning cannot loosen the trust requirements"
        if isinstance(path, Answer):
            return path
        host = encounter.host
        found = self.domains.select(_name(host))
        lists = _lists(found)
        candidates = encounter.paths[PathOrder.APPLE]
        if not lists and self.is_complete:
            reason = _without_lists(host) if found else no_rule(host)
            return Answer(Outcome.NOT_PINNED, reason, path=path)
        for candidate in candidates.paths:  # SecTrustServer.c: a path that pins reject makes it try the next
            match = _satisfied(lists, candidate)
            if match:
                return Answer(Outcome.CONNECTS, matched(match, candidate, host), match, candidate)
        if not self.is_complete or any(pins.has_unknown for pins in lists.values()):
            return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)
        if not candidates.is_exhausted and all(pins.by_digest for pins in lists.values()):
            return Answer(Outcome.INDETERMINATE, _cut_short(host), path=path)
        return Answer(Outcome.BLOCKED_BY_PIN, _mismatch(lists, path, host), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(pin for pins in _lists(self.domains.select(_name(host))).values() for pin in pins.pins)


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    if device.os_version is not None and device.os_version < SINCE_IOS:
        return Unpinned(_TOO_OLD, PathOrder.APPLE)
    problem = refused(pin_set.problems)
    return Refused(problem) if problem else PinnedDomains(_domains(pin_set.rules), pin_set.is_complete)


def _domains(rules: Iterable[PinRule]) -> Union[Identities]:
    """SecPolicy.c parseNSPinnedDomains: exact names, and one label more where subdomains are included."""
    exact: dict[str, tuple[Identities, ...]] = {}
    one_label: dict[str, tuple[Identities, ...]] = {}
    for rule in rules:
        name, entry = rule.pattern.lower(), Identities(rule.position, _decoded(rule.pins))
        exact[name] = (*exact.get(name, ()), entry)
        if rule.include_subdomains and name:
            one_label[name] = (*one_label.get(name, ()), entry)
    return Union(exact, one_label, {})


def _decoded(pins: tuple[Pin, ...] | None) -> KeyPins | None:
    """What cannot be decoded stays in the list and matches nothing, as does a digest of another length."""
    if pins is None:
        return None
    known = [pin for pin in pins if pin.problem != "unresolved_code"]
    decoded = ((pin, PinKind.SPKI_SHA256, decode_security(bare_text(pin)) or b"") for pin in known)
    return key_pins(decoded, has_unknown=len(known) < len(pins))


def _name(host: str) -> str:
    return without_last_dot(wire_host(host)).lower()


def _lists(found: Iterable[Identities]) -> Lists:
    parts: dict[Position, list[KeyPins]] = {}
    for entry in found:
        if entry.pins is not None:
            parts.setdefault(entry.position, []).append(entry.pins)
    return {position: merged(parts[position]) for position in _LISTED if position in parts}


def _satisfied(lists: Lists, path: Path) -> Match | None:
    """The match in the first list, leaf before authorities, where every list has one."""
    matches = [pins.first_match(_compared(position, path)) for position, pins in lists.items()]
    return matches[0] if matches and all(matches) else None


def _compared(position: Position, path: Path) -> tuple[ChainCertificate, ...]:
    """SecPolicyServer.c: the leaf list sees the leaf alone, the other one everything above it."""
    return {Position.LEAF: path[:1], Position.CA: path[1:], Position.ANY: path}[position]


def _without_lists(host: str) -> Reason:
    what = f"The domain that covers {host} has neither a list of leaf pins nor one of authorities"
    return so("rule_without_pins", what, "ordinary validation alone decides")


def _cut_short(host: str) -> Reason:
    what = f"No path that was found satisfies the pins for {host}, and the search for further paths was cut short"
    return so("path_search_cut_short", what, "whether the app connects is open")


def _mismatch(lists: Lists, path: Path, host: str) -> Reason:
    """Why the best path fails; of two lists that fail the first."""
    unusable = next((position for position, pins in lists.items() if not pins.by_digest), None)
    if unusable is not None:
        what = f"The list of {_LISTED[unusable]} for {host} is there and holds no pin that any key can match"
        return so("no_usable_pin", what, "iOS blocks every connection to it")
    for position, pins in lists.items():
        if not pins.first_match(_compared(position, path)):
            return _unmatched(position, pins, path, host)
    what = f"No single path satisfies both lists of pins for {host}"
    return so("no_path_satisfies_both_lists", what, _BLOCKED)


def _unmatched(position: Position, pins: KeyPins, path: Path, host: str) -> Reason:
    count, names = len(pins.pins), named_path(path)
    if position is Position.ANY:
        return mismatched(count, path, host)
    if position is Position.LEAF:
        which = "The only leaf pin" if count == 1 else f"None of the {count} leaf pins"
        verb = "is not" if count == 1 else "is"
        return so("no_leaf_pin_matches", f"{which} for {host} {verb} the key of the leaf in the path {names}", _BLOCKED)
    if len(path) == 1:
        what = f"{host} has pins of authorities and its certificate {names} is trusted without one"
        return so("no_authority_in_path", what, _BLOCKED)
    which = "The only pin of an authority" if count == 1 else f"None of the {count} pins of authorities"
    verb = "matches nothing" if count == 1 else "matches anything"
    return so("no_ca_pin_matches", f"{which} for {host} {verb} above the leaf in the path {names}", _BLOCKED)
