"""TrustKit on Apple's systems, loaded: which policy speaks for a host, and what its own key hashing makes of a path."""

from collections.abc import Mapping
from dataclasses import dataclass

from pins.certificate import ChainCertificate
from pins.decision import Outcome, Reason
from pins.encounter import Encounter
from pins.hosts import SuffixList, wire_host
from pins.paths import PathOrder
from pins.pinset import Expiration, Pin
from pins.rules.answer import Answer, Path
from pins.rules.compare import KeyPins
from pins.rules.expiry import Deadline, Enforcement
from pins.rules.ordinary import ordinary_path, settled
from pins.rules.reasons import conditional, expired, matched, mismatched, no_rule, so, unresolved
from pins.rules.select import covering_domains
from pins.rules.versions import Version

LONGEST_MATCH_SINCE: Version = (1, 6, 2)  # TrustKit 96045ef
NO_CRASH_SINCE: Version = (1, 7)  # ErrorCouldNotGenerateSpkiHash instead of an exception
RSA_3072_SINCE: Version = (3, 0, 5)  # TrustKit 84508a8

_OLD_KEYS = frozenset({"RSA-2048", "RSA-4096", "EC-P-256", "EC-P-384"})  # TSKSPKIHashCache.m


@dataclass(frozen=True, slots=True)
class Edition:
    """One build of TrustKit: its version, its suffix list, and whether it takes hosts that the list does not know."""

    version: Version
    suffixes: SuffixList
    takes_unknown_suffixes: bool = False

    @property
    def hashable_keys(self) -> frozenset[str]:
        return _OLD_KEYS | {"RSA-3072"} if self.version >= RSA_3072_SINCE else _OLD_KEYS


@dataclass(frozen=True, slots=True)
class Domain:
    """The policy of one pinned domain."""

    name: str
    pins: KeyPins
    include_subdomains: bool
    is_enforced: bool
    is_excluded: bool
    expiration: Expiration | None
    deadline: Deadline | None
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class TrustKit:
    """A configuration that TrustKit has loaded; `is_complete` False: it may have more than could be read."""

    domains: Mapping[str, Domain]
    edition: Edition
    is_complete: bool = True

    def answer(self, encounter: Encounter) -> Answer:
        path = ordinary_path(encounter, PathOrder.APPLE)
        if isinstance(path, Answer):  # TSKPinningValidator.m: blocks even where pins are not enforced
            return path
        candidates = self._candidates(encounter.host)
        if not candidates:
            return self._unpinned(encounter.host, path)
        answers = [settled(_validated(domain, encounter, path, self.edition), encounter) for domain in candidates]
        if len({answer.outcome for answer in answers}) > 1:
            return Answer(Outcome.INDETERMINATE, _ambiguous(candidates, encounter.host), path=path)
        return answers[0]

    def _unpinned(self, host: str, path: Path) -> Answer:
        if self.is_complete:
            return Answer(Outcome.NOT_PINNED, no_rule(host), path=path)
        return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return tuple(pin for domain in self._candidates(host) for pin in domain.pins.pins)

    def _candidates(self, host: str) -> list[Domain]:
        """More than one only before 1.6.2, which took the first of an unordered dictionary."""
        name = wire_host(host)
        if name in self.domains:  # configuration_utils.m: letter case counts
            return [self.domains[name]]
        above = covering(self.domains, name, self.edition.suffixes)
        return above[:1] if self.edition.version >= LONGEST_MATCH_SINCE else above


def covering(domains: Mapping[str, Domain], host: str, suffixes: SuffixList) -> list[Domain]:
    """The policies of parents that include their subdomains, longest name first."""
    including = [name for name, domain in domains.items() if domain.include_subdomains]
    return [domains[name] for name in sorted(covering_domains(including, host, suffixes), key=len, reverse=True)]


def _validated(domain: Domain, encounter: Encounter, path: Path, edition: Edition) -> Answer:
    """TSKPinningValidator.m evaluateTrust:forHostname:, for a path that ordinary validation accepts."""
    host = encounter.host
    if domain.expiration and domain.deadline and domain.deadline.enforcement(encounter.instant) is Enforcement.OFF:
        return Answer(Outcome.FAILS_OPEN, expired(domain.expiration, host), path=path)
    if domain.is_excluded:
        what = f"{host} is excluded from its parent's policy"
        return Answer(Outcome.NOT_PINNED, so("host_excluded", what, "ordinary validation alone decides"), path=path)
    for certificate in reversed(path):  # ssl_pin_verifier.m: anchor to leaf
        if not _is_hashable(certificate, edition):
            return _unhashable(certificate, path, edition)
        match = domain.pins.first_match((certificate,))
        if match:
            return Answer(Outcome.CONNECTS, matched(match, path, host), match, path)
    return _mismatch(domain, host, path)


def _mismatch(domain: Domain, host: str, path: Path) -> Answer:
    if domain.pins.has_unknown:
        return Answer(Outcome.INDETERMINATE, unresolved(host), path=path)
    if domain.is_conditional:
        return Answer(Outcome.INDETERMINATE, conditional(host), path=path)
    if domain.is_enforced:
        return Answer(Outcome.BLOCKED_BY_PIN, mismatched(len(domain.pins.pins), path, host), path=path)
    what = f"No pin for {host} matches and the policy only reports"
    return Answer(Outcome.FAILS_OPEN, so("report_only", what, "the app connects all the same"), path=path)


def _is_hashable(certificate: ChainCertificate, edition: Edition) -> bool:
    """A key that is not known yet is taken to be of the usual kind."""
    return certificate.key_kind is None or certificate.key_kind in edition.hashable_keys


def _unhashable(certificate: ChainCertificate, path: Path, edition: Edition) -> Answer:
    what = f"This TrustKit cannot hash the {certificate.key_kind} key that it meets before a matching pin"
    if edition.version < NO_CRASH_SINCE:
        return Answer(Outcome.CONFIG_ERROR, so("crashes_on_key_type", what, "the app crashes"), path=path)
    return Answer(Outcome.BLOCKED_BY_PIN, so("key_type_not_hashable", what, "the app cannot connect"), path=path)


def _ambiguous(candidates: list[Domain], host: str) -> Reason:
    names = " and ".join(domain.name for domain in candidates)
    what = f"The policies of {names} include {host} and this TrustKit takes either"
    return so("several_parents_match", what, "some devices connect and others do not")
