"""How each platform grows a chain from the leaf towards an anchor: whom it asks first, and whether it goes back."""

import re
from collections.abc import Iterable, Iterator

from pins import signatures
from pins.certificate import Certificate, ChainCertificate, UnknownCertificate
from pins.issuing import Search, Trail, is_self_signed, may_be_issuer

_DIGEST = re.compile(r"sha(?:512|384|256|224|1)(?!\d)|md5", re.IGNORECASE)
_PREFERRED_DIGESTS = ("sha512", "sha384", "sha256", "sha224", "sha1", "md5")


def conscrypt_trails(search: Search) -> Iterator[Trail]:
    """Anchors before served certificates before cached ones, depth first (Conscrypt TrustManagerImpl.java)."""
    leaf = search.start[-1]
    twin = search.store.twin_of(leaf) if isinstance(leaf, Certificate) else None
    if twin is None:
        return _conscrypt(search, Trail(search.start))
    return _conscrypt(search, Trail((twin,), anchored_at=0))


def _conscrypt(search: Search, trail: Trail) -> Iterator[Trail]:
    last = trail.last
    if isinstance(last, Certificate) and last.is_self_issued:
        if trail.is_anchored:
            yield trail
        return
    is_anchor_issued = False
    for anchor in search.issuers(trail, _preferred(search.anchors_above(last))):
        is_anchor_issued = True
        yield from _conscrypt(search, trail.to_anchor(anchor))
    if trail.is_anchored:
        # An anchor that is not self-signed ends the path only where no other anchor issued it.
        if not is_anchor_issued:
            yield trail
        return
    for served in search.issuers(trail, search.above(last, search.served)):
        yield from _conscrypt(search, trail.to(served))
    for cached in search.issuers(trail, _preferred(tuple(search.above(last, search.extra)))):
        yield from _conscrypt(search, trail.to(cached))


def _preferred(candidates: tuple[Certificate, ...]) -> Iterable[Certificate]:
    return sorted(candidates, key=_conscrypt_priority) if len(candidates) > 1 else candidates


def _conscrypt_priority(certificate: Certificate) -> tuple[bool, bool, int, int, float, float]:
    """Self-issued, EC, long keys, strong hashes, late ends, late starts (Conscrypt CertificatePriorityComparator).

    A signature algorithm that Conscrypt does not know, such as RSASSA-PSS, comes before all that it knows.
    """
    size = "".join(one for one in certificate.key_kind if one.isdigit())
    digest = _DIGEST.search(certificate.signature_algorithm)
    return (
        not certificate.is_self_issued,
        not certificate.key_kind.startswith("EC-"),
        -int(size or 0),
        _PREFERRED_DIGESTS.index(digest[0].lower()) if digest else -1,
        -certificate.not_after.timestamp(),
        -certificate.not_before.timestamp(),
    )


def openssl_trails(search: Search) -> Iterator[Trail]:
    """At most one: trusted first, one best issuer at each step, no way back (OpenSSL 3 crypto/x509/x509_vfy.c)."""
    trail = Trail(search.start)
    while not (isinstance(trail.last, Certificate) and is_self_signed(trail.last)):
        anchors = _likely(search, trail.last, search.anchors_above(trail.last))
        unused = (one for one in search.above(trail.last, search.served) if one not in trail.certificates)
        served = () if trail.is_anchored else _likely(search, trail.last, unused)
        best = next(search.issuers(trail, [*anchors, *served][:1]), None)
        if best is None:
            return
        trail = trail.to_anchor(best) if anchors else trail.to(best)
    if trail.is_anchored:
        yield trail
    elif trail.last in search.store:
        yield Trail(trail.certificates, len(trail.certificates) - 1)


def _likely(search: Search, certificate: ChainCertificate, candidates: Iterable[Certificate]) -> list[Certificate]:
    """Best first: the first that is valid now, else the latest end."""
    fitting = [one for one in candidates if _could_have_issued(one, certificate)]
    current = [one for one in fitting if one.not_before <= search.instant <= one.not_after]
    return current or sorted(fitting, key=lambda one: one.not_after, reverse=True)


def _could_have_issued(issuer: Certificate, certificate: ChainCertificate) -> bool:
    """Without a look at signature and rights: the identifiers and the type of the key contradict nothing."""
    # OpenSSL 3 crypto/x509/v3_purp.c ossl_x509_likely_issued
    if isinstance(certificate, UnknownCertificate):
        return True
    fits_key = signatures.fits_key(certificate.signature_algorithm, issuer.key_kind)
    return fits_key and may_be_issuer(issuer, certificate)


def apple_trails(search: Search) -> Iterator[Trail]:
    """Every path, anchored wherever a certificate of the store is reached (Apple SecTrustServer.c)."""
    return _apple(search, Trail(search.start))


def _apple(search: Search, trail: Trail) -> Iterator[Trail]:
    last = trail.last
    if last in search.store:
        yield Trail(trail.certificates, len(trail.certificates) - 1)
    if is_self_signed(last):
        return
    parents = (*search.above(last, search.served), *search.anchors_above(last), *search.above(last, search.extra))
    for parent in search.issuers(trail, dict.fromkeys(parents)):
        yield from _apple(search, trail.to(parent))
