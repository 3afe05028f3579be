"""Releases of one app compared host by host: what each covers, pins, enforces, and until when.

What a client makes of it is decided in `clients`; here the files are compared, whatever dialect each is in.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pins.errors import Place
from pins.findings import CATALOGUE
from pins.identify import NOTHING_KNOWN, KnownKeys, identify
from pins.notations import DEAD
from pins.pinset import Pin, PinRule, PinSet, Problem

MOST_NAMED = 4


class Aspect(StrEnum):
    """In what two releases can differ for one host."""

    HOSTS = "hosts"
    PINS = "pins"
    EXPIRATION = "expiration"
    ENFORCEMENT = "enforcement"


class Reach(StrEnum):
    """Which names of a domain a rule is for."""

    HOST = "host"
    ONE_LABEL = "one_label"
    SUBDOMAINS = "subdomains"


@dataclass(frozen=True, slots=True)
class Build:
    """One release with all of its pin sets; `label` is what people call it."""

    label: str
    pin_sets: tuple[PinSet, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin that can match; equal for one key or one certificate, however its file writes it."""

    identity: bytes | str
    is_certificate: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What one release has for one host. `ends` are the days on which its pins are switched off, None for never."""

    reach: frozenset[Reach]
    pins: frozenset[Pinned]
    ends: frozenset[date | None]
    is_enforced: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Difference:
    """A host on which the releases disagree; `sides` in the order of `Drift.labels`, None where there is no rule."""

    host: str
    aspects: tuple[Aspect, ...]
    sides: tuple[Side | None, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    labels: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare(builds: Sequence[Build], known: KnownKeys = NOTHING_KNOWN) -> Drift:
    """Rule by rule. A release without any rule is not compared: its pins are unknown and not absent.

    With what is `known`, the SHA-1 of a key and its SHA-256 are one pin, as are a bundled certificate and its hash.
    """
    found = [(build.label, _sides(build, known)) for build in builds]
    pinned = [(label, sides) for label, sides in found if sides]
    labels = tuple(label for label, _ in pinned)
    if len(pinned) < 2:
        return Drift(labels, ())
    hosts = sorted({host for _, sides in pinned for host in sides})
    compared = (_difference(host, [sides.get(host) for _, sides in pinned]) for host in hosts)
    return Drift(labels, tuple(one for one in compared if one.aspects))


def drift_finding(drift: Drift, own: int) -> Problem | None:
    """For the file of release number `own`, at its first rule that differs; None where all agree."""
    if not drift.differences:
        return None
    kind = CATALOGUE["platforms_drift"]
    hosts = [one.host for one in drift.differences]
    more = f" and {len(hosts) - MOST_NAMED} more" if len(hosts) > MOST_NAMED else ""
    what = f"{' and '.join(drift.labels)} differ for {', '.join(hosts[:MOST_NAMED])}{more}."
    sides = [side for one in drift.differences if (side := one.sides[own]) is not None]
    place = sides[0].place if sides else Place()
    return Problem(kind.code, f"{what} {kind.why} {kind.remedy}", place)


def _sides(build: Build, known: KnownKeys) -> Mapping[str, Side]:
    rules: defaultdict[str, list[PinRule]] = defaultdict(list)
    for pin_set in build.pin_sets:
        for rule in pin_set.rules:
            if rule.pins is not None and not rule.is_excluded:
                rules[_host(rule)].append(rule)
    return {host: _side(entries, known) for host, entries in rules.items()}


def _side(rules: Sequence[PinRule], known: KnownKeys) -> Side:
    """Rules for one host count together, such as its list for leaves and its list for authorities."""
    return Side(
        frozenset(reach for rule in rules for reach in _reach(rule)),
        frozenset(_pinned(pin, known) for rule in rules for pin in rule.pins or () if _counts(pin)),
        frozenset(rule.expiration.day if rule.expiration else None for rule in rules),
        all(rule.is_enforced for rule in rules),
        rules[0].place,
    )


def _host(rule: PinRule) -> str:
    """`*.a.com`, `**.a.com` and `a.com` are rules about the one domain."""
    return rule.pattern if rule.is_for_every_host else rule.pattern.strip().lower().lstrip("*").strip(".")


def _reach(rule: PinRule) -> Iterator[Reach]:
    if rule.pattern.startswith("*.") and not rule.is_for_every_host:
        yield Reach.ONE_LABEL
        return
    yield Reach.HOST  # OkHttp's ** too takes the domain itself
    if rule.include_subdomains or rule.pattern.startswith("**."):
        yield Reach.SUBDOMAINS


def _counts(pin: Pin) -> bool:
    return pin.problem not in DEAD or pin.problem == "unresolved_code"


def _pinned(pin: Pin, known: KnownKeys) -> Pinned:
    is_certificate = pin.kind.is_of_certificate
    identity = identify(pin, known)
    certificate = pin.certificate or identity.certificate
    if certificate is not None and identity.is_intended:
        return Pinned(certificate.sha256 if is_certificate else certificate.spki_sha256, is_certificate)
    return Pinned(pin.digest or pin.text, is_certificate)


def _difference(host: str, sides: Sequence[Side | None]) -> Difference:
    there = [side for side in sides if side is not None]
    aspects = {
        Aspect.HOSTS: len(there) < len(sides) or len({side.reach for side in there}) > 1,
        Aspect.PINS: len({side.pins for side in there}) > 1,
        Aspect.EXPIRATION: len({side.ends for side in there}) > 1,
        Aspect.ENFORCEMENT: len({side.is_enforced for side in there}) > 1,
    }
    return Difference(host, tuple(aspect for aspect, differs in aspects.items() if differs), tuple(sides))
