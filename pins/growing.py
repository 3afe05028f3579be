"""How each platform grows a chain from the leaf towards an anchor: whom it asks first, and whether it goes back."""

from collections.abc import Iterable, Iterator

from pins.certificate import Certificate, ChainCertificate
from pins.issuing import Search, Trail, is_self_signed


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
    """Self-issued, EC, long keys, strong hashes, late ends, late starts (Conscrypt CertificatePriorityComparator)."""
    size = "".join(one for one in certificate.key_kind if one.isdigit())
    digest = "".join(one for one in certificate.signature_algorithm[-6:] if one.isdigit())
    return (
        not certificate.is_self_issued,
        not certificate.key_kind.startswith("EC-"),
        -int(size or 0),
        -int(digest or 0),
        -certificate.not_after.timestamp(),
        -certificate.not_before.timestamp(),
    )


def openssl_trails(search: Search) -> Iterator[Trail]:
    """At most one: trusted first, one best issuer at each step, no way back (OpenSSL 3 crypto/x509/x509_vfy.c)."""
    trail = Trail(search.start)
    while not (isinstance(trail.last, Certificate) and is_self_signed(trail.last)):
        anchors = _likely(search, trail.last, search.anchors_above(trail.last))
        served = () if trail.is_anchored else _likely(search, trail.last, search.above(trail.last, search.served))
        best = next(search.issuers(trail, [*anchors, *served][:1]), None)
        if best is None:
            return
        trail = trail.to_anchor(best) if anchors else trail.to(best)
    if trail.is_anchored:
        yield trail
    elif trail.last in search.store:
        yield Trail(trail.certificates, len(trail.certificates) - 1)


def _likely(search: Search, certificate: ChainCertificate, candidates: Iterable[Certificate]) -> list[Certificate]:
    """Best first: the first that is valid now, else the latest end; a key identifier that contradicts rules one out."""
    wanted = certificate.authority_key_id if isinstance(certificate, Certificate) else None
    fitting = [one for one in candidates if wanted is None or one.subject_key_id in (None, wanted)]
    current = [one for one in fitting if one.not_before <= search.instant <= one.not_after]
    return current or sorted(fitting, key=lambda one: one.not_after, reverse=True)


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
