"""Known successors: what an owner gives of the next chain, read and completed from what is served now."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pins.assumed import Placeholders, Tail
from pins.certificate import Certificate, ChainCertificate, UnknownCertificate, parse_certificates
from pins.distinguished import read_name
from pins.errors import PinError
from pins.issuing import is_signed_by
from pins.keys import PublicKey
from pins.notations import constant_problem
from pins.pem import read_blocks
from pins.scenarios import Evidence, Likelihood, Scenario, Successor
from pins.trust import TrustStore

if TYPE_CHECKING:
    from pins.csr import Request

LITERAL = re.compile(rb"\s*(sha-?256|sha-?1)/([A-Za-z0-9+/_=-]+)\s*", re.IGNORECASE)
_BARE_HASH = re.compile(rb"\s*[A-Za-z0-9+/]{43}=\s*")
SIZES = {32: "sha256", 20: "sha1"}


@dataclass(frozen=True, slots=True)
class Announced:
    """One known successor, as much of it as its owner gave: a chain or leaf, else only facts of the leaf.

    A `leaf` without `certificates` carries the key (from a request, a key or a hash) or only a fingerprint.
    """

    certificates: tuple[Certificate, ...] = ()
    leaf: UnknownCertificate | None = None
    evidence: Evidence = Evidence.REGISTERED


def announced(source: bytes) -> Announced:
    """Reads what an owner registers: PEM chain or leaf, CSR, public key, or a literal `sha256/…`; else PinError."""
    literal = LITERAL.fullmatch(source)
    if literal:
        return Announced(leaf=_hashed(literal[1].lower().replace(b"-", b""), literal[2]))
    from pins.csr import parse_public_key, parse_request  # loaded where somebody announces something

    labels = [block.label for block in read_blocks(source)]
    if any("REQUEST" in label for label in labels):
        return Announced(leaf=keyed(_requested_key(parse_request(source))))
    if any(label.endswith("PUBLIC KEY") for label in labels):
        return Announced(leaf=keyed(parse_public_key(source)))
    return _certificates(source, is_bare=labels == [""])


def keyed(key: PublicKey) -> UnknownCertificate:
    return UnknownCertificate(
        "leaf", spki_sha256=key.spki_sha256, spki_sha1=key.spki_sha1, raw_key=key.raw_key, key_kind=key.key_kind
    )


def _certificates(source: bytes, *, is_bare: bool) -> Announced:
    if _BARE_HASH.fullmatch(source):
        hash_text = source.strip().decode()
        raise PinError(f"This looks like the hash of a key. Write it as sha256/{hash_text}.", code="unreadable")
    if is_bare:  # DER says what it is only by its content
        key = _bare_key(source)
        if key:
            return Announced(leaf=keyed(key))
    try:
        return Announced(leaf_first(parse_certificates(source)))
    except PinError as error:
        if error.code != "unreadable" or not source.isascii() or b"-----BEGIN" in source:
            raise
    raise PinError(
        "This holds no certificate, request or public key. Give PEM, or the whole hash of a key written as sha256/…",
        code="unreadable",
    )


def _requested_key(request: "Request") -> PublicKey:
    if not request.is_signature_valid:
        raise PinError(
            "The signature of this request does not fit its key, so nobody proved to hold it. Create it again.",
            code="signature_invalid",
        )
    return request.public_key


def _bare_key(source: bytes) -> PublicKey | None:
    from pins.csr import parse_public_key, parse_request  # as above

    try:
        request = parse_request(source)
    except PinError:
        request = None
    if request is not None:
        return _requested_key(request)
    try:
        return parse_public_key(source)
    except PinError:
        return None


def leaf_first(certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """Chains are written leaf first; one that begins with its CAs is turned round the only leaf in it."""
    leaves = [entry for entry in certificates if not entry.is_ca]
    if len(leaves) != 1 or certificates[0] is leaves[0]:
        return certificates
    return (leaves[0], *(entry for entry in reversed(certificates) if entry is not leaves[0]))


def _hashed(algorithm: bytes, text: bytes) -> UnknownCertificate:
    """A digest may itself begin with a slash; where it is too long by one, that slash is the second of curl's two."""
    digest = _decoded(text)
    if len(digest) not in SIZES:
        text = text.removeprefix(b"/")
        digest = _decoded(text)
    if SIZES.get(len(digest)) != algorithm.decode():
        raise PinError(
            f"“{text.decode()}” is not the base64 of a {algorithm.decode()} hash. Copy the whole hash of the next key.",
            code="unreadable",
        )
    if algorithm == b"sha1":
        return UnknownCertificate("leaf", spki_sha1=digest)
    return UnknownCertificate("leaf", spki_sha256=digest)


def refuse_no_key(entry: Announced) -> Announced:
    """For who gives one anew: a hash of nothing as the next key would make the pins that never match look safe."""
    if entry.leaf is None:
        return entry
    digests = (entry.leaf.spki_sha256, entry.leaf.spki_sha1, entry.leaf.sha256)
    problem = next((found for one in digests if one and (found := constant_problem("", one))), None)
    if problem == "placeholder_pin":
        raise PinError("This is a placeholder and the hash of no key. Give the hash of the next key.", code="no_key")
    if problem:
        raise PinError(
            "This is the hash of no bytes at all: the command that made it was given no key. Compute it from the next "
            "key, or give that key itself.",
            code="no_key",
        )
    return entry


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def known_successors(
    entry: Announced, found_tails: Sequence[Tail], stores: Sequence[TrustStore], unknown: Placeholders
) -> Iterator[Successor]:
    """A full chain stands as it is; a leaf or key is completed with the issuers of what is served now."""
    scenario, evidence = Scenario(entry.evidence.value), entry.evidence
    if entry.certificates:
        leaf = entry.certificates[0]
        completed = list(_completed(entry.certificates, found_tails, stores, unknown))
        for chain, names in completed:
            yield Successor(scenario, evidence, Likelihood.EXPECTED, chain, leaf.not_before, names)
        if any(unknown.intermediate in chain for chain, _ in completed):  # whose intermediate that is stays open
            other = (leaf, unknown.intermediate, unknown.root)
            yield Successor(Scenario.OTHER_CA, Evidence.ASSUMED, Likelihood.PLAUSIBLE, other, leaf.not_before)
    elif entry.leaf:
        yield from _under_served_issuers(entry.leaf, scenario, evidence, found_tails, unknown)


def _under_served_issuers(
    leaf: UnknownCertificate,
    scenario: Scenario,
    evidence: Evidence,
    found_tails: Sequence[Tail],
    unknown: Placeholders,
) -> Iterator[Successor]:
    """The key is known, its issuer is not: the same intermediate is expected, a sibling of it plausible."""
    for tail in found_tails:
        same = (tail.leaf_of_same(leaf), *tail.same)
        yield Successor(scenario, evidence, Likelihood.EXPECTED, same, leaf.not_before, tail.stores)
        chain = (leaf, *tail.under_sibling(unknown.intermediate))
        yield Successor(
            Scenario.SIBLING_INTERMEDIATE, Evidence.ASSUMED, Likelihood.PLAUSIBLE, chain, leaf.not_before, tail.stores
        )


def _completed(
    certificates: tuple[Certificate, ...],
    found_tails: Sequence[Tail],
    stores: Sequence[TrustStore],
    unknown: Placeholders,
) -> Iterator[tuple[tuple[ChainCertificate, ...], frozenset[str] | None]]:
    leaf = certificates[0]
    if len(certificates) > 1 or leaf.is_self_issued or _is_anchored(leaf, stores):
        yield certificates, None
        return
    for tail in found_tails:
        issuer = issuer_of(leaf, tail.same)
        if issuer is None:
            yield (leaf, *tail.under_sibling(unknown.intermediate)), tail.stores
        else:
            yield (leaf, issuer, *(entry for entry in tail.same if entry is not issuer)), tail.stores


def issuer_of(leaf: Certificate, candidates: Iterable[ChainCertificate]) -> Certificate | None:
    name = read_name(leaf.issuer).comparable
    for entry in candidates:
        if isinstance(entry, Certificate) and read_name(entry.subject).comparable == name and is_signed_by(leaf, entry):
            return entry
    return None


def _is_anchored(leaf: Certificate, stores: Sequence[TrustStore]) -> bool:
    return any(issuer_of(leaf, store.named(read_name(leaf.issuer))) for store in stores)
