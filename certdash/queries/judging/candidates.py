"""Successors as people give them: what kind of material it is, what is wrong with it, and what was put right."""

import base64
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import Max, Q, QuerySet

from certdash.models import Certificate as CertificateRow
from certdash.models import Endpoint, Observation, PlatformDomain, Successor, SuccessorKind
from certdash.queries.loading import trust_stores
from pins.announced import Announced, announced, refuse_no_key
from pins.certificate import Certificate, UnknownCertificate
from pins.csr import parse_request
from pins.errors import PinError
from pins.lifetimes import lifetime_days, maximum_days
from pins.names import covers
from pins.paths import PathOrder, validated_paths
from pins.scenarios import Evidence

# Bare, or with what `openssl x509 -fingerprint` writes in front of it.
FINGERPRINT = re.compile(rb"\s*(?:sha-?256 fingerprint\s*=\s*)?((?:[0-9a-f]{2}:?){31}[0-9a-f]{2})\s*", re.IGNORECASE)
MAXIMUM_CHAIN = 10


@dataclass(frozen=True, slots=True)
class Target:
    """Where the successor is to be served: one endpoint, or every host below a platform domain."""

    platform_domain: PlatformDomain | None = None
    endpoint: Endpoint | None = None

    @property
    def host(self) -> str:
        """A name that the next certificate must cover."""
        if self.endpoint is not None:
            return self.endpoint.host
        return f"any-host.{self.platform_domain.domain}" if self.platform_domain else ""

    @property
    def name(self) -> str:
        return self.endpoint.host if self.endpoint else str(self.platform_domain)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`material` is what is kept, as text; `notes` say what was put right and what is worth a second look."""

    kind: SuccessorKind
    announced: Announced
    material: str
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read_material(material: bytes) -> Announced:
    """Stored material as a value; a certificate's fingerprint is hex, a key's hash is written `sha256/…`."""
    if fingerprint := FINGERPRINT.fullmatch(material):
        digest = bytes.fromhex(fingerprint[1].decode().replace(":", ""))
        return Announced(leaf=UnknownCertificate("leaf", sha256=digest))
    return announced(material)


def read_candidate(source: bytes, target: Target, *, now: datetime) -> Candidate:
    """Raises PinError, with a sentence, for what cannot be served at the target next."""
    value = read_material(source)
    refuse_no_key(value)
    if value.certificates:
        return _from_certificates(value.certificates, target, now)
    kind = _kind(source)
    if kind is SuccessorKind.CSR:
        _check_request(source, target)
    return Candidate(kind, value, _text(source, kind), _key_notes(value, target))


def sighted(candidate: Candidate, target: Target) -> Candidate:
    """The same as found in a public log, where nobody has announced it; PinError where that cannot be."""
    value = candidate.announced
    if not value.certificates:
        raise PinError("A log holds certificates. Give the one that you found, or clear this box.", code="no_leaf")
    rows = Successor.objects.filter(platform_domain=target.platform_domain, endpoint=target.endpoint)
    if rows.filter(withdrawn_at=None, is_logged=False).exists():
        raise PinError(
            f"The next certificate of {target.name} is announced, which counts more than a log. Withdraw that first "
            "if it no longer holds.",
            code="announced_already",
        )
    newest = _served(target).aggregate(newest=Max("chain__leaf__not_before"))["newest"]
    if newest and value.certificates[0].not_before <= newest:
        raise PinError(
            f"{target.name} serves a certificate that was issued on {newest:%-d %b %Y}, after this one. Give a newer "
            "one, or clear this box if its owner announced it.",
            code="older_than_served",
        )
    return replace(candidate, announced=replace(value, evidence=Evidence.LOGGED))


def last_expiry(target: Target) -> datetime | None:
    """When the last certificate that is served there ends; None where nothing was read yet."""
    found: datetime | None = _served(target).aggregate(last=Max("chain__leaf__not_after"))["last"]
    return found


def _served(target: Target) -> QuerySet[Observation]:
    rows = Observation.objects.filter(ended_at=None, chain__isnull=False)
    if target.endpoint is not None:
        return rows.filter(endpoint=target.endpoint)
    return rows.filter(endpoint__platform_domain=target.platform_domain)


def _from_certificates(certificates: Sequence[Certificate], target: Target, now: datetime) -> Candidate:
    chain, notes = _ordered(certificates)
    leaf = chain[0]
    _check_leaf(leaf, target, now)
    kind = SuccessorKind.CHAIN if len(chain) > 1 else SuccessorKind.LEAF
    notes = (*notes, *_lifetime_notes(leaf), *(_trust_notes(chain, now) if len(chain) > 1 else ()))
    return Candidate(kind, Announced(chain), "".join(map(_pem, chain)), notes)


def _check_leaf(leaf: Certificate, target: Target, now: datetime) -> None:
    if leaf.is_ca:
        raise PinError(
            "This is an authority's certificate. Give the server's own certificate, leaf first.", code="no_leaf"
        )
    if not covers(leaf, target.host):
        names = ", ".join(leaf.dns_names[:3]) or "no host at all"
        raise PinError(
            f"This certificate is for {names}, so {target.name} could not serve it. Give the one for {target.name}.",
            code="name_mismatch",
        )
    if leaf.not_after <= now:
        raise PinError(
            f"This certificate expired on {leaf.not_after:%-d %b %Y}, so it will not come next. Give its successor.",
            code="expired",
        )
    if _is_served(leaf, target):
        raise PinError(
            f"{target.name} serves this certificate already, so nothing would change. Give the one that comes next.",
            code="served_already",
        )


def _is_served(leaf: Certificate, target: Target) -> bool:
    """By all hosts of a platform domain: while only some serve it, the others still change to it."""
    rows, same = _served(target), Q(chain__leaf__sha256=leaf.sha256.hex())
    return rows.filter(same).exists() and (target.endpoint is not None or not rows.exclude(same).exists())


def _ordered(certificates: Sequence[Certificate]) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    """Leaf first, each followed by its issuer; what belongs to no path is left out, and both are said."""
    given = tuple(dict.fromkeys(certificates))
    leaves = [one for one in given if not one.is_ca] or [given[0]]
    if len(leaves) > 1:
        raise PinError(
            f"This holds {len(leaves)} server certificates. Give one, with its intermediates.", code="several_leaves"
        )
    chain = [leaves[0]]
    while len(chain) < MAXIMUM_CHAIN:
        issuer = next((one for one in given if one.subject == chain[-1].issuer and one not in chain), None)
        if issuer is None:
            break
        chain.append(issuer)
    if len(chain) == 1 and len(given) > 1:
        raise PinError(
            "None of the other certificates issued the server's. Give the intermediates that belong to it.",
            code="chain_broken",
        )
    notes = []
    if len(chain) < len(given):
        notes.append(f"{len(given) - len(chain)} certificate(s) that are not part of the path were left out.")
    if tuple(chain) != given[: len(chain)]:
        notes.append("The chain was out of order and has been put right: leaf first, each followed by its issuer.")
    return tuple(chain), tuple(notes)


def _lifetime_notes(leaf: Certificate) -> tuple[str, ...]:
    limit, days = maximum_days(leaf.not_before), lifetime_days(leaf.not_before, leaf.not_after)
    if limit is None or days <= limit:
        return ()
    return (f"It is valid for {days} days, more than the {limit} that browsers accept. Have it issued again.",)


def _trust_notes(chain: tuple[Certificate, ...], now: datetime) -> tuple[str, ...]:
    instant = max(now, chain[0].not_before)
    distrusting = [
        store.name for store in trust_stores() if not validated_paths(chain, store, instant, PathOrder.CONSCRYPT).paths
    ]
    if not distrusting:
        return ()
    return (f"No path leads to an anchor of {', '.join(distrusting)}: devices there would refuse this chain.",)


def _check_request(source: bytes, target: Target) -> None:
    request = parse_request(source)
    if not request.is_signature_valid:
        raise PinError(
            "The signature of this request does not fit its key, so nobody proved to hold it. Create it again.",
            code="signature_invalid",
        )
    parent = "*." + target.host.partition(".")[2]
    names = {name.lower() for name in request.dns_names}
    if names and not names & {target.host, parent}:
        raise PinError(
            f"This request is for {', '.join(request.dns_names[:3])}, not for {target.name}. Give the one for it.",
            code="name_mismatch",
        )


def _key_notes(value: Announced, target: Target) -> tuple[str, ...]:
    digest = value.leaf.spki_sha256 if value.leaf else None
    if digest is None:
        return ()
    known = CertificateRow.objects.filter(spki_sha256=digest.hex()).order_by("-not_after").first()
    if known is None:
        return ()
    if known.is_ca:
        return (f"This is the key of the authority {known.common_name}, not of a server. Is that what you mean?",)
    return (f"This key is in use already: {known.common_name}, valid until {known.not_after:%-d %b %Y}.",)


def _kind(source: bytes) -> SuccessorKind:
    if FINGERPRINT.fullmatch(source):
        return SuccessorKind.FINGERPRINT
    if source.strip().lower().startswith(b"sha"):
        return SuccessorKind.SPKI_HASH
    try:
        parse_request(source)
    except PinError:
        return SuccessorKind.PUBLIC_KEY
    return SuccessorKind.CSR


LABELS = {SuccessorKind.CSR: "CERTIFICATE REQUEST", SuccessorKind.PUBLIC_KEY: "PUBLIC KEY"}


def _text(source: bytes, kind: SuccessorKind) -> str:
    if source[:1] == b"\x30" and kind in LABELS:
        return _armoured(LABELS[kind], source)
    return source.decode(errors="replace").strip()


def _pem(certificate: Certificate) -> str:
    return _armoured("CERTIFICATE", certificate.der)


def _armoured(label: str, der: bytes) -> str:
    lines = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
