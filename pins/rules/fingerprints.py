"""Wultra's store of fingerprints, loaded: the leaf is looked up by its common name, whatever host was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pins.certificate import Certificate, ChainCertificate
from pins.decision import Match, Outcome, Reason
from pins.encounter import Encounter
from pins.paths import PathOrder
from pins.pinset import Pin, PinRule
from pins.rules.answer import Answer
from pins.rules.ordinary import first_path
from pins.rules.reasons import shown, so

_UNTIL = "the app cannot connect before it has fetched a list with this certificate"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Entries in the order of the list."""

    entries: tuple[PinRule, ...]

    def lookup(self, leaf: ChainCertificate, instant: datetime) -> Match | None:
        """The live entry that fits. Where the name of a certificate to come is not known, its fingerprint decides."""
        name = _name(leaf)
        for entry in self.live(instant):
            fits = not isinstance(leaf, Certificate) or entry.pattern == name  # CertStore: CN string == name
            pin = next((one for one in entry.pins or () if one.digest is not None and one.digest == leaf.sha256), None)
            if fits and pin is not None:
                return Match(pin, leaf)
        return None

    def live(self, instant: datetime) -> tuple[PinRule, ...]:
        """CertificateInfo isExpired: an entry ends strictly after its instant."""
        return tuple(one for one in self.entries if one.expiration is None or not _has_ended(one, instant))

    def refusal(self, leaf: ChainCertificate, instant: datetime, host: str) -> Answer:
        """Why nothing fits: some entry has the name, or none has."""
        live = self.live(instant)
        if isinstance(leaf, Certificate):
            is_known, whose = any(one.pattern == leaf.common_name for one in live), _whose(leaf)
        else:
            is_known, whose = bool(live), f"the next certificate of {host}"
        reason = _untrusted(whose) if is_known else _empty(whose, has_ended=len(live) < len(self.entries))
        return Answer(Outcome.BLOCKED_BY_PIN, reason, path=(leaf,))

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        """Those under a name that is the host's or its wildcard's; all where none is, because a name is no host."""
        names = {host.lower(), f"*.{host.lower().partition('.')[2]}"}
        own = _pins(one for one in self.entries if one.pattern.lower() in names)
        return own or _pins(self.entries)


def served_leaf(encounter: Encounter, order: PathOrder) -> ChainCertificate | Answer:
    """What the server sends first, or the answer that it sends nothing."""
    if encounter.served:
        return encounter.served[0]
    found = first_path(encounter, order)
    return found if isinstance(found, Answer) else found[0]


def fits(match: Match, host: str) -> Reason:
    what = f"The fingerprint {shown(match.pin)} is that of the served certificate"
    return so("fingerprint_matches", what, f"the library lets the app connect to {host}")


def _has_ended(entry: PinRule, instant: datetime) -> bool:
    end = entry.expiration.instant if entry.expiration else None
    return end is not None and end < instant


def _name(leaf: ChainCertificate) -> str | None:
    return leaf.common_name if isinstance(leaf, Certificate) else None


def _pins(entries: Iterable[PinRule]) -> tuple[Pin, ...]:
    return tuple(pin for entry in entries for pin in entry.pins or ())


def _whose(leaf: Certificate) -> str:
    return "a certificate without a common name" if leaf.common_name is None else f"the name {leaf.common_name}"


def _untrusted(whose: str) -> Reason:
    return so("fingerprint_untrusted", f"No entry of the list for {whose} has this fingerprint", _UNTIL)


def _empty(whose: str, *, has_ended: bool) -> Reason:
    which = " that has not ended" if has_ended else ""
    return so("fingerprints_empty", f"The list has no entry{which} for {whose}", _UNTIL)
