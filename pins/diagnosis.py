"""Why no path exists: the one reason that helps most to repair a chain."""

from collections.abc import Iterator

from pins.certificate import Certificate, ChainCertificate
from pins.decision import Reason
from pins.issuing import MAXIMUM_DEPTH, Search, is_self_signed
from pins.validity import has_weak_signature, name_of

NO_CERTIFICATE = Reason(
    "no_certificate",
    "The server sent no certificate, so no device connects. Check that it speaks TLS on this port and has one set up.",
)
NO_WAY = Reason(
    "no_usable_path",
    "The certificates lead to a trust anchor only in ways that this kind of client does not go: over more than "
    f"{MAXIMUM_DEPTH} certificates, or past another issuer of the same name. Serve the leaf and its intermediates.",
)


def missing_anchor(search: Search) -> Reason:
    """Follows the issuers as far as they are known; the reason is about the certificate at which the chain stops."""
    last: ChainCertificate = search.start[-1]
    steps = 0
    for issuer in _known_issuers(search):
        last, steps = issuer, steps + 1
    if isinstance(last, Certificate) and is_self_signed(last):
        if last in search.store:
            return NO_WAY
        return _self_signed(last, steps, search.store.name)
    if _is_issuer_named(search, last):
        return _bad_signature(last)
    if steps == 0:
        return _missing_intermediate(last, search)
    return _untrusted(last, search)


def _known_issuers(search: Search) -> Iterator[Certificate]:
    current, seen = search.start[-1], set(search.start)
    while not is_self_signed(current):
        signed = [one for one in _named_issuers(search, current) if one not in seen and search.is_issued(current, one)]
        if not signed:
            return
        current = signed[0]
        seen.add(current)
        yield signed[0]


def _named_issuers(search: Search, certificate: ChainCertificate) -> list[Certificate]:
    candidates = (*search.served, *search.extra)
    return [*search.anchors_above(certificate), *search.above(certificate, candidates)]


def _is_issuer_named(search: Search, certificate: ChainCertificate) -> bool:
    """An issuer of that name is at hand, but none whose key made the signature."""
    named = _named_issuers(search, certificate)
    return bool(named) and not any(search.is_issued(certificate, one) for one in named)


def _self_signed(certificate: Certificate, steps: int, store: str) -> Reason:
    who = name_of(certificate)
    if steps == 0:
        return Reason(
            "self_signed",
            f"The certificate {who} is signed by itself and not in the trust store {store}, so devices refuse it. "
            "Install one from an authority that devices know, or add this one to the store.",
        )
    return Reason(
        "untrusted_root",
        f"The chain ends in {who}, which is not in the trust store {store}, so devices with that store refuse it. "
        "Use an authority that the store contains.",
    )


def _bad_signature(certificate: ChainCertificate) -> Reason:
    who = name_of(certificate)
    if isinstance(certificate, Certificate) and has_weak_signature(certificate):
        return Reason(
            "weak_signature",
            f"{who} is signed with {certificate.signature_algorithm}, which devices no longer accept. "
            "Renew it with a SHA-256 signature.",
        )
    return Reason(
        "bad_signature",
        f"The signature on {who} does not fit the key of the issuer it names, so devices refuse the chain. "
        "Serve the certificate together with the issuers it was delivered with.",
    )


def _missing_intermediate(leaf: ChainCertificate, search: Search) -> Reason:
    issuer = search.issuer_name(leaf)
    return Reason(
        "missing_intermediate",
        f"The server does not send {issuer.common_name or issuer.text}, the issuer of {name_of(leaf)}, so devices that "
        "do not know it from elsewhere refuse the connection. Add the intermediate to the served chain.",
    )


def _untrusted(last: ChainCertificate, search: Search) -> Reason:
    issuer = search.issuer_name(last)
    return Reason(
        "untrusted_root",
        f"The chain leads to {issuer.common_name or issuer.text}, which is neither served nor in the trust store "
        f"{search.store.name}, so devices with that store refuse it. Use an authority that the store contains, or "
        "serve the certificate that links it to one.",
    )
