"""Which cells nothing tells apart, so that one is judged for all: like hosts, and pin sets that say the same."""

import base64
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from certdash.queries.judging.forecasts import Forecast
from certdash.queries.judging.subjects import Pinned, Subject
from pins.certificate import Certificate, ChainCertificate
from pins.habits import PUBLISHED_KEYS
from pins.hosts import BUNDLED_SUFFIXES
from pins.pinset import Pin, PinKind, PinRule, PinSet
from pins.trust import TrustStore

OWN = "\ue000"  # no label of any name
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.((?:[a-z0-9-]+\.)+[a-z-]+)")
_LENGTHS = {PinKind.SPKI_SHA256: 32, PinKind.SPKI_SHA1: 20}
Digests = frozenset[bytes]
Known = tuple[Digests, Digests]


class Likeness:
    """Keep one for a whole run, and with it alive whatever it was asked about: it tells values apart by identity.

    `identified` are the digests that belong to a certificate ever seen, registered or trusted.
    """

    def __init__(self, identified: Mapping[bytes, str], stores: tuple[TrustStore, ...]) -> None:
        self._known = frozenset(identified) | frozenset(PUBLISHED_KEYS)
        self._known |= {digest for store in stores for one in store.anchors for digest in _digests(one)}
        self._numbers: dict[Hashable, int] = {}
        self._shapes: dict[tuple[int, str, int, Digests], int] = {}
        self._rules: dict[tuple[int, Digests], _Rules] = {}
        self._siblings: dict[tuple[int, int, str], tuple[Any, ...]] = {}
        self._named: dict[int, frozenset[str]] = {}
        self._parents: dict[int, tuple[tuple[str, str, int], ...]] = {}
        self._outlooks: dict[int, tuple[tuple[frozenset[str], ...], Digests]] = {}

    def of(self, subject: Subject, outlook: Forecast, host: str) -> tuple[Any, ...]:
        """Equal for two cells of one outlook exactly when no rule, no pin and no known leaf makes a difference.

        As it is for hosts of one parent that neither a rule nor a leaf names: most of those below a wildcard.
        """
        if host in self._names_of(subject) or any(host in one for one in self._outlook(outlook)[0]):
            return self._of(subject, outlook, host)
        key = id(subject), id(outlook), host.partition(".")[2]
        if key not in self._siblings:
            self._siblings[key] = self._of(subject, outlook, host)
        return self._siblings[key]

    def _names_of(self, subject: Subject) -> frozenset[str]:
        """What the rules name, as a pattern and as the place that it stands for."""
        if id(subject) not in self._named:
            patterns = [rule.pattern for pinned in subject.pin_sets for rule in pinned.value.rules]
            self._named[id(subject)] = frozenset(name for one in patterns for name in (one, _bare(one)))
        return self._named[id(subject)]

    def _parents_of(self, subject: Subject) -> tuple[tuple[str, str, int], ...]:
        """For each rule the place that its pattern stands for, that with a dot before it, and how many dots it has."""
        if id(subject) not in self._parents:
            bare = (_bare(rule.pattern) for pinned in subject.pin_sets for rule in pinned.value.rules)
            self._parents[id(subject)] = tuple((one, f".{one}", one.count(".")) for one in bare)
        return self._parents[id(subject)]

    def _of(self, subject: Subject, outlook: Forecast, host: str) -> tuple[Any, ...]:
        names, met = self._outlook(outlook)
        wildcard = "*." + host.partition(".")[2]
        covering = tuple(host in one or wildcard in one for one in names)
        places = tuple(_places(self._parents_of(subject), host))
        met = met.union(subject.backup_keys) if subject.backup_keys else met
        pins = tuple(self._pinned(pinned, host, id(outlook), met) for pinned in subject.pin_sets)
        keys = frozenset(subject.backup_keys.items())
        return (id(outlook), pins, subject.lead, keys, places, covering, host.count("."))

    def _outlook(self, outlook: Forecast) -> tuple[tuple[frozenset[str], ...], Digests]:
        """The names of the known leaves, and every digest of the chains that are served or may come."""
        if id(outlook) not in self._outlooks:
            chains = [entry.chain for entry in outlook.served] + [entry.chain for entry in outlook.successors]
            leaves = dict.fromkeys(chain[0] for chain in chains if isinstance(chain[0], Certificate))
            names = tuple(frozenset(name.lower() for name in leaf.dns_names) for leaf in leaves)
            met = frozenset(digest for chain in chains for one in chain for digest in _digests(one))
            self._outlooks[id(outlook)] = names, met
        return self._outlooks[id(outlook)]

    def _pinned(self, pinned: Pinned, host: str, outlook: int, met: Digests) -> tuple[Any, ...]:
        value = pinned.value
        own = host if any(rule.pattern == host for rule in value.rules) else ""
        key = (id(value), own, outlook, met)
        if key not in self._shapes:
            self._shapes[key] = self._number(self._shape(value, own, met))
        return self._shapes[key], pinned.clients, pinned.client_version

    def _shape(self, value: PinSet, own: str, met: Digests) -> tuple[int, ...]:
        """All that a pin set says, without its source, in numbers: a rule for the host itself counts as one for "this
        host" among hosts of one parent. A name that is a public suffix, or none at all, is like no other.
        """
        rules, name = self._rules_of(value, met), _PLAIN_NAME.fullmatch(own)
        if name is None or BUNDLED_SUFFIXES.registry_length(own) >= len(own):
            return rules.told, *rules.numbers
        among = f"{OWN}.{name[1]}"
        numbers = (
            self._number(replace(rule, pattern=among)) if rule.pattern == own else number
            for rule, number in zip(rules.shapes, rules.numbers, strict=True)
        )
        return rules.told, *numbers

    def _rules_of(self, value: PinSet, met: Digests) -> "_Rules":
        """Made once for all hosts that a file names: hundreds of them would cost a square of that."""
        key = id(value), met
        if key not in self._rules:
            strangers: dict[bytes, int] = {}
            shapes = tuple(_rule(rule, (self._known, met), strangers) for rule in value.rules)
            told = (value.format, value.problems, value.default_anchors, value.debug_anchors)
            whole = self._number((*told, value.is_complete, value.client_kinds))
            self._rules[key] = _Rules(shapes, tuple(map(self._number, shapes)), whole)
        return self._rules[key]

    def _number(self, what: Hashable) -> int:
        """The same for all that are equal; comparing numbers is cheap."""
        return self._numbers.setdefault(what, len(self._numbers))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the rules of a pin set say, each with its number; `told` is that of all else in it."""

    shapes: tuple[PinRule, ...]
    numbers: tuple[int, ...]
    told: int


def _rule(rule: PinRule, known: Known, strangers: dict[bytes, int]) -> PinRule:
    """A key that nobody knows is like any other: sentences count pins and name known keys alone."""
    if not any(_is_stranger(pin, known) for pin in rule.pins or ()):
        return rule
    return replace(rule, pins=tuple(_pin(pin, known, strangers) for pin in rule.pins or ()))


def _pin(pin: Pin, known: Known, strangers: dict[bytes, int]) -> Pin:
    if not _is_stranger(pin, known) or pin.digest is None:
        return pin
    number = strangers.setdefault(pin.digest, len(strangers))
    written = base64.b64encode(pin.digest).decode()
    signs = "".join(sign for sign in "+/" if sign in written)
    return replace(pin, digest=b"%d" % number, text=pin.text.replace(written, f"{OWN}{number}{signs}"))


def _is_stranger(pin: Pin, known: Known) -> bool:
    """A plain key pin, written in base64, of no certificate on record."""
    digest = pin.digest
    if digest is None or len(digest) != _LENGTHS.get(pin.kind) or any(digest in one for one in known):
        return False
    is_plain = pin.problem is None and pin.certificate is None and pin.base64 is None
    return is_plain and pin.text.endswith(base64.b64encode(digest).decode())


def _digests(certificate: ChainCertificate) -> Iterator[bytes]:
    for digest in (certificate.spki_sha256, certificate.spki_sha1, certificate.sha256, certificate.sha1):
        if digest:
            yield digest


def _bare(pattern: str) -> str:
    return pattern.strip().lower().lstrip("*").lstrip(".").rstrip(".")


def _places(parents: tuple[tuple[str, str, int], ...], host: str) -> Iterator[int]:
    """How many labels the host has more than each rule's parent, -1 where it does not lie below."""
    dots = host.count(".")
    for parent, below, its_dots in parents:
        yield 0 if host == parent else dots - its_dots if host.endswith(below) else -1
