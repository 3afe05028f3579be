"""Builders of pin sets and encounters, and a small cast of certificates with stable names."""

import base64
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.decision import Reason
from pins.device import Device
from pins.encounter import Encounter
from pins.errors import Place
from pins.paths import PathOrder, ValidatedPaths
from pins.pinset import AnchorSource, Expiration, Pin, PinKind, PinRule, PinSet
from tests.pki import NOW, Authority

BAD = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlIT0="
BAD_2 = "YW5vdGhlciBzaXh0ZWVuIGFuZCBzaXh0ZWVuIG1vcmU="
ANY_DEVICE = Device()
MISSING_INTERMEDIATE = Reason("missing_intermediate", "The server does not send the intermediate.")


@dataclass(frozen=True)
class Cast:
    """Two roots that each issued an intermediate and a leaf, a leaf that renews the first, and a stranger."""

    r1: Certificate
    i1: Certificate
    l1: Certificate
    l1_renewed: Certificate
    r2: Certificate
    i2: Certificate
    l2: Certificate
    x: Certificate
    r2_by_r1: Certificate
    i3072: Certificate


@cache
def cast() -> Cast:
    first, second = Authority.root("Root 1"), Authority.root("Root 2")
    issuing, other = first.authority("Issuing 1"), second.authority("Issuing 2")
    leaf = issuing.leaf("www.example.com")
    return Cast(
        r1=first.facts,
        i1=issuing.facts,
        l1=leaf.facts,
        l1_renewed=issuing.renew(leaf, "www.example.com").facts,
        r2=second.facts,
        i2=other.facts,
        l2=other.leaf("www.example.com").facts,
        x=Authority.root("Stranger").leaf("x.example.net").facts,
        r2_by_r1=first.cross_sign(second).facts,
        # The kind alone counts for the clients; a real key of this size takes a second to make.
        i3072=replace(issuing.facts, key_kind="RSA-3072"),
    )


def spki(certificate: Certificate) -> str:
    """The pin of a certificate's key, as the commands of every vendor print it."""
    return base64.b64encode(certificate.spki_sha256).decode()


def spki_sha1(certificate: Certificate) -> str:
    return base64.b64encode(certificate.spki_sha1).decode()


def amazon_root(pin: str) -> UnknownCertificate:
    """A root of which only the published hash of its key is at hand."""
    return UnknownCertificate("root", spki_sha256=base64.b64decode(pin))


def pin(text: str) -> Pin:
    return Pin(text, PinKind.SPKI_SHA256, None, Place())


def rule(
    pattern: str,
    *texts: str,
    pins: bool = True,
    sub: bool = False,
    until: str = "",
    enforced: bool = True,
    excluded: bool = False,
    anchors: tuple[AnchorSource, ...] | None = None,
) -> PinRule:
    """`pins` False leaves the list out, which is not the same as an empty one."""
    return PinRule(
        pattern=pattern,
        place=Place(),
        pins=tuple(map(pin, texts)) if pins else None,
        include_subdomains=sub,
        expiration=Expiration(until, date.fromisoformat(until)) if until else None,
        is_enforced=enforced,
        is_excluded=excluded,
        anchors=anchors,
    )


def pin_set(*rules: PinRule) -> PinSet:
    return PinSet("android_nsc", b"", rules)


def encounter(
    host: str,
    *path: ChainCertificate,
    problem: Reason | None = None,
    at: datetime = NOW,
    covers: bool = True,
    device: Device = ANY_DEVICE,
) -> Encounter:
    """A connection on which every path builder finds `path`, or none for the reason of `problem`."""
    paths = ValidatedPaths("system", (path,) if path else (), problem)
    return Encounter(host, path, "system", dict.fromkeys(PathOrder, paths), at, covers, device)
