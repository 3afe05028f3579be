"""Roots that trust stores stop trusting on a day that is known, and what follows for the next chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pins.certificate import Certificate
from pins.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Distrust:
    """From `since` the trust stores named in `text` no longer trust what is issued under this root."""

    roots: tuple[str, ...]
    since: datetime
    scenario: Scenario
    text: str
    source: str


DISTRUSTED = (
    Distrust(
        ("DigiCert Global Root CA", "DigiCert Assured ID Root CA", "DigiCert High Assurance EV Root CA"),
        datetime(2026, 4, 15, tzinfo=UTC),
        Scenario.NEW_ROOT,
        "Chrome and Mozilla stop trusting this first DigiCert hierarchy on 15 April 2026",
        "knowledge.digicert.com: migration to G2 root certificates",
    ),
    Distrust(
        ("GlobalSign Root CA - R3",),
        datetime(2027, 4, 15, tzinfo=UTC),
        Scenario.NEW_ROOT,
        "Chrome and Mozilla stop trusting root keys made in 2008 and 2009 on 15 April 2027",
        "support.globalsign.com: upcoming changes to TLS roots and certificate profiles",
    ),
    Distrust(
        (
            "Entrust Root Certification Authority",
            "Entrust Root Certification Authority - G2",
            "Entrust Root Certification Authority - EC1",
        ),
        datetime(2024, 11, 12, tzinfo=UTC),
        Scenario.OTHER_CA,
        "Chrome, Mozilla and Apple distrust what Entrust issued after November 2024",
        "security.googleblog.com 2024-06-27; support.apple.com/121668",
    ),
)


def distrust_of(certificate: Certificate) -> Distrust | None:
    """The dated distrust of this very authority, whether its day has come or not."""
    names = values_of(certificate.subject_text, "CN=", "OU=")
    return next((fact for fact in DISTRUSTED if not names.isdisjoint(fact.roots)), None)


def distrust_before(path: Iterable[Certificate], instant: datetime) -> Distrust | None:
    """The first dated distrust of an issuer on this path that falls before `instant`."""
    facts = (distrust_of(certificate) for certificate in path)
    return next((fact for fact in facts if fact is not None and fact.since <= instant), None)


def values_of(name: str, *attributes: str) -> set[str]:
    """Of an RFC 4514 string; names with escaped commas are nobody's here."""
    parts = name.replace("+", ",").split(",")
    return {part.partition("=")[2] for part in parts if part.startswith(attributes)}
