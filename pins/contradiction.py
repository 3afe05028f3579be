"""Does what is served now contradict what was announced as next: another key, another certificate, another issuer."""

import base64
from collections.abc import Sequence

from pins.announced import Announced
from pins.certificate import Certificate, UnknownCertificate
from pins.issuing import is_self_signed


def contradiction(announced: Announced, served: Sequence[Certificate]) -> str:
    """One sentence with both hashes; empty where what is served may well be what was announced.

    Only what was announced can be contradicted: of a key its hash, of a fingerprint that, of a chain also the issuer. A
    server that sends no intermediate contradicts none.
    """
    leaf = served[0]
    if announced.leaf is not None:
        return _of_facts(announced.leaf, leaf)
    expected = announced.certificates[0]
    if expected.spki_sha256 != leaf.spki_sha256:
        return _key(leaf.spki_sha256, expected.spki_sha256)
    if expected.sha256 != leaf.sha256:
        return f"{_certificate(leaf.sha256, expected.sha256)} Both have the same key."
    return _of_issuers(announced.certificates[1:], served[1:])


def _of_facts(expected: UnknownCertificate, leaf: Certificate) -> str:
    if expected.spki_sha256 is not None:
        return "" if expected.spki_sha256 == leaf.spki_sha256 else _key(leaf.spki_sha256, expected.spki_sha256)
    if expected.spki_sha1 is not None:
        return "" if expected.spki_sha1 == leaf.spki_sha1 else _key(leaf.spki_sha1, expected.spki_sha1)
    if expected.sha256 is not None and expected.sha256 != leaf.sha256:
        return _certificate(leaf.sha256, expected.sha256)
    return ""


def _of_issuers(expected: Sequence[Certificate], seen: Sequence[Certificate]) -> str:
    """By their keys: a pinned intermediate that was issued again with its key matches all the same."""
    wanted = [one.spki_sha256 for one in expected if not is_self_signed(one)]
    sent = [one.spki_sha256 for one in seen if not is_self_signed(one)]
    if not wanted or not sent or wanted[0] in sent:
        return ""
    return (
        f"The announced certificate is served under an intermediate with the key {_pin(sent[0])}; "
        f"announced was {_pin(wanted[0])}."
    )


def _key(seen: bytes, expected: bytes) -> str:
    return f"A new certificate is served with the key {_pin(seen)}; announced as the next one was {_pin(expected)}."


def _certificate(seen: bytes, expected: bytes) -> str:
    return f"A new certificate is served with the fingerprint {seen.hex()}; announced was {expected.hex()}."


def _pin(digest: bytes) -> str:
    return f"{'sha256' if len(digest) == 32 else 'sha1'}/{base64.b64encode(digest).decode()}"
