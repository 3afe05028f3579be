"""Findings about pins by whose keys they are: what only knowledge of certificates and keys can tell of a file."""

from collections.abc import Collection, Iterator
from datetime import datetime

from pins.certificate import Certificate
from pins.distrust import distrust_of
from pins.findings import CATALOGUE
from pins.habits import PUBLISHED_KEYS
from pins.identify import Identifier, Identity, KnownKeys, OwnerKind, PinRole, identify
from pins.lint import live_pins
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position, Problem
from pins.validity import day

AUTHORITIES = frozenset({PinRole.INTERMEDIATE, PinRole.ROOT})
_CERTIFICATE = frozenset({Identifier.CERTIFICATE_SHA256, Identifier.CERTIFICATE_SHA1})


def key_findings(
    pin_set: PinSet, known: KnownKeys, at: datetime, *, in_use: Collection[bytes] = (), knows_all: bool = True
) -> Iterator[Problem]:
    """`in_use` are the key hashes of all that servers send now. `knows_all` False: a key that is not in `known` may
    well be on record elsewhere, so that nothing is said of it. A pin that stands in several lists is told once.
    """
    told: set[tuple[str, Pin]] = set()
    for rule in pin_set.rules:
        for pin in live_pins(rule):
            for problem in _about_pin(pin, rule, known, at, knows_all=knows_all):
                if (problem.code, pin) not in told:
                    told.add((problem.code, pin))
                    yield problem
        yield from _about_backup(rule, in_use)


def _about_pin(pin: Pin, rule: PinRule, known: KnownKeys, at: datetime, *, knows_all: bool) -> Iterator[Problem]:
    if pin.digest is None:
        return
    identity = identify(pin, known)
    if not identity.is_intended:
        yield from _about_mistake(pin, identity)
    elif identity.role is PinRole.UNKNOWN:
        if knows_all and pin.digest not in PUBLISHED_KEYS:
            yield _problem("pin_never_seen", pin, "belongs to no certificate on record")
    else:
        yield from _about_owner(pin, identity)
        yield from _about_position(pin, rule, identity)
        yield from _about_authority(pin, identity, known, at)


def _about_owner(pin: Pin, identity: Identity) -> Iterator[Problem]:
    if identity.owner.kind is OwnerKind.PLATFORM:
        what = "is the certificate" if pin.kind.is_of_certificate else "is the key of the certificate"
        yield _problem("platform_key_pinned", pin, f"{what} of {identity.owner.name}")


def _about_mistake(pin: Pin, identity: Identity) -> Iterator[Problem]:
    """Such a pin matches nothing: something else was hashed than what its client compares."""
    if pin.kind.is_of_certificate:
        if pin.base64 is None:  # a list that belongs to no client says nothing certain of what was hashed
            yield _problem("key_hash_pin", pin, f"is the hash of the key of {identity.label}")
    elif identity.identifier in _CERTIFICATE:
        yield _problem("certificate_hash_pin", pin, f"is the fingerprint of the certificate {identity.label}")
    elif identity.identifier is Identifier.PEM_SHA256 and pin.kind is PinKind.SPKI_SHA256:
        yield _problem("pem_hash_pin", pin, f"is the hash of the printed key of {identity.label}")


def _about_position(pin: Pin, rule: PinRule, identity: Identity) -> Iterator[Problem]:
    if rule.position is Position.CA and identity.role is PinRole.LEAF:
        yield _problem("leaf_in_ca_list", pin, f"is the key of {identity.label}, which is no authority")
    if rule.position is Position.LEAF and identity.role in AUTHORITIES:
        yield _problem("ca_in_leaf_list", pin, f"is the key of the authority {identity.label}")


def _about_authority(pin: Pin, identity: Identity, known: KnownKeys, at: datetime) -> Iterator[Problem]:
    """One key can be in several certificates of an authority, and holds for as long as the last of them."""
    authority = identity.certificate
    if authority is None or identity.role not in AUTHORITIES:
        return
    end = known.ends.get(pin.digest or b"", authority.not_after)
    fact = distrust_of(authority)
    if end < at and pin.certificate is None:
        yield _problem("expired_ca_pin", pin, f"is {_whose(pin, authority)}, which ended on {day(end)}")
    elif fact is not None:
        yield _problem("distrusted_ca_pin", pin, f"is {_whose(pin, authority)}. {fact.text}")


def _about_backup(rule: PinRule, in_use: Collection[bytes]) -> Iterator[Problem]:
    """Of a single pin another finding speaks; whole certificates have no spare ones."""
    digests = {pin.digest for pin in live_pins(rule) if not pin.kind.is_of_certificate}
    if len(digests) > 1 and all(digest in in_use for digest in digests):
        kind = CATALOGUE["no_backup_key"]
        what = f"All {len(digests)} pins for {_host(rule)} are keys that servers use now."
        yield Problem(kind.code, f"{what} {kind.why} {kind.remedy}", rule.place)


def _host(rule: PinRule) -> str:
    return "every host" if rule.is_for_every_host else rule.pattern


def _whose(pin: Pin, authority: Certificate) -> str:
    what = "the certificate" if pin.kind.is_of_certificate else "the key"
    return f"{what} of {authority.common_name or authority.subject_text}"


def _problem(code: str, pin: Pin, what: str) -> Problem:
    kind = CATALOGUE[code]
    return Problem(code, f"{pin.text[:80]} {what}. {kind.why} {kind.remedy}", pin.place)
