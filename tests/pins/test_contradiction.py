"""What is served against what was announced: another key, another certificate, another issuer, and what is neither."""

import base64

import pytest

from pins.announced import Announced, keyed
from pins.certificate import Certificate, UnknownCertificate
from pins.contradiction import contradiction
from pins.csr import parse_public_key
from tests.pki import Authority, Issued, facts

ROOT = Authority.root("Root")
CA, OTHER = ROOT.authority("CA"), ROOT.authority("Other CA")
NEXT, STRANGER = CA.leaf("a.com"), CA.leaf("a.com")
REISSUED = CA.renew(NEXT, "a.com")
MOVED = OTHER.renew(NEXT, "a.com")
CHAIN = Announced(facts(NEXT, CA))
KEY = Announced(leaf=keyed(parse_public_key(NEXT.public_key_pem)))
FINGERPRINT = Announced(leaf=UnknownCertificate("leaf", sha256=NEXT.facts.sha256))


def pin(issued: Issued) -> str:
    return f"sha256/{base64.b64encode(issued.facts.spki_sha256).decode()}"


def fingerprints(seen: Issued) -> str:
    hashes = f"{seen.facts.sha256.hex()}; announced was {NEXT.facts.sha256.hex()}."
    return f"A new certificate is served with the fingerprint {hashes}"


def another_key(seen: Issued) -> str:
    return f"A new certificate is served with the key {pin(seen)}; announced as the next one was {pin(NEXT)}."


@pytest.mark.parametrize(
    ("announced", "served", "told"),
    [
        (CHAIN, facts(NEXT, CA), ""),
        (CHAIN, facts(NEXT), ""),
        (CHAIN, facts(NEXT, CA, ROOT), ""),
        (CHAIN, facts(STRANGER, CA), another_key(STRANGER)),
        (CHAIN, facts(REISSUED, CA), f"{fingerprints(REISSUED)} Both have the same key."),
        (Announced(facts(NEXT)), facts(NEXT, OTHER), ""),
        (KEY, facts(REISSUED, CA), ""),
        (KEY, facts(MOVED, OTHER), ""),
        (KEY, facts(STRANGER, CA), another_key(STRANGER)),
        (FINGERPRINT, facts(NEXT, CA), ""),
        (FINGERPRINT, facts(REISSUED, CA), fingerprints(REISSUED)),
    ],
)
def test_only_what_was_announced_can_be_contradicted(
    announced: Announced, served: tuple[Certificate, ...], told: str
) -> None:
    assert contradiction(announced, served) == told


def test_the_announced_leaf_under_another_intermediate_is_told_with_both_keys() -> None:
    assert contradiction(CHAIN, facts(NEXT, OTHER)) == (
        f"The announced certificate is served under an intermediate with the key {pin(OTHER)}; announced was {pin(CA)}."
    )
