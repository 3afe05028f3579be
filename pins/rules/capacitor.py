"""Capgo's SSLPinning configuration: certificates for every address, and the addresses that are left out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pins.decision import Outcome
from pins.encounter import Encounter
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule, PinSet
from pins.rules.answer import Answer, Policy, Refused
from pins.rules.bundled import certificates_in, files
from pins.rules.ordinary import Unpinned, ordinary_path
from pins.rules.own_anchors import own_anchors
from pins.rules.reasons import refused, shown, so

# The whole of an address on the usual port: with a path only some requests to its host are left out.
_ADDRESS = re.compile(r"https://([^/?#:@\[\]]+)(?::443)?/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExceptExcluded:
    """`excluded` are hosts in lower case; theirs is ordinary validation."""

    anchors: Policy
    excluded: frozenset[str]
    order: PathOrder

    def answer(self, encounter: Encounter) -> Answer:
        if encounter.host.lower() not in self.excluded:
            return self.anchors.answer(encounter)
        path = ordinary_path(encounter, self.order)
        if isinstance(path, Answer):
            return path
        what = f"{encounter.host} is among the excluded domains"
        return Answer(Outcome.NOT_PINNED, so("host_excluded", what, "ordinary validation alone decides"), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return () if host.lower() in self.excluded else self.anchors.pins_for(host)


def except_excluded(pin_set: PinSet, order: PathOrder, readable: frozenset[str | None]) -> Policy:
    """A rule with `is_excluded` has an address of `excludedDomains` as its pattern, just as the file writes it."""
    problem = refused(pin_set.problems)
    if problem:
        return Refused(problem)
    found = files(certificates_in(pin_set.rules), readable)
    excluded = frozenset(_excluded(pin_set.rules))
    if found.unreadable:
        what = f"The plugin cannot read the bundled certificate {shown(found.unreadable[0])}"
        refusing = Refused(so("certificate_unreadable", what, "it refuses every connection"))
        return ExceptExcluded(refusing, excluded, order)
    if not (found.read or found.ignored):
        what = "No certificate is configured"
        return Unpinned(so("pinning_not_configured", what, "ordinary validation alone decides"), order)
    return ExceptExcluded(own_anchors(found.read, order, passed_over=found.passed_over), excluded, order)


def _excluded(rules: Iterable[PinRule]) -> Iterable[str]:
    """A bare host is no address and leaves nothing out: both platforms compare its scheme."""
    for rule in rules:
        address = _ADDRESS.fullmatch(rule.pattern) if rule.is_excluded else None
        if address:
            yield address[1].lower()
