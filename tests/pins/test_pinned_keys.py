"""Findings about pins by whose keys they are."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from pins.certificate import Certificate
from pins.errors import Place
from pins.formats import read
from pins.identify import KnownKey, KnownKeys, Owner, OwnerKind, know
from pins.keys import pem_sha256
from pins.lint import early_ends
from pins.pinned_keys import key_findings
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position
from pins.trust import TrustStore
from tests.pins.cases import STRANGER, android
from tests.pki import NOW, Authority

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("a.com")
ENDED = ROOT.authority("Old CA", not_after=datetime(2025, 3, 1, tzinfo=UTC))
DISTRUSTED = Authority.root(
    subject=x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Entrust, Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, "Entrust Root Certification Authority - G2"),
        ]
    )
)
KNOWN = know(one.facts for one in (LEAF, ISSUING, ROOT, ENDED, DISTRUSTED))
PLACE = Place(3, 4)


def of(digest: bytes, kind: PinKind = PinKind.SPKI_SHA256) -> Pin:
    return Pin(base64.b64encode(digest).decode(), kind, digest, PLACE)


def found(
    *pins: Pin, known: KnownKeys = KNOWN, in_use: tuple[bytes, ...] = (), position: Position = Position.ANY
) -> list[str]:
    value = PinSet("", b"", (PinRule("a.com", Place(2), pins, position=position),))
    return [problem.code for problem in key_findings(value, known, NOW, in_use=in_use)]


def key(certificate: Certificate) -> Pin:
    return of(certificate.spki_sha256)


def test_the_key_of_an_authority_that_has_ended_is_told_with_its_day() -> None:
    value = PinSet("", b"", (PinRule("a.com", Place(2), (key(ENDED.facts), key(ISSUING.facts))),))

    assert [(one.code, one.message, one.place) for one in key_findings(value, KNOWN, NOW)] == [
        (
            "expired_ca_pin",
            (
                f"{key(ENDED.facts).text} is the key of Old CA, which ended on 1 March 2025. Nothing that this "
                "authority signs is valid any more, so the pin saves nobody. Replace it with the authority in use now "
                "or with a backup key."
            ),
            PLACE,
        )
    ]


def test_an_authority_holds_as_long_as_the_last_certificate_of_its_key() -> None:
    renewed = ROOT.reissue(ENDED)

    assert found(key(ENDED.facts), known=know([ENDED.facts, renewed.facts])) == []


def test_the_key_of_a_distrusted_authority_is_told_with_the_fact() -> None:
    value = PinSet("", b"", (PinRule("a.com", Place(2), (key(DISTRUSTED.facts),)),))

    assert [(one.code, one.message.partition(". Devices")[0]) for one in key_findings(value, KNOWN, NOW)] == [
        (
            "distrusted_ca_pin",
            (
                f"{key(DISTRUSTED.facts).text} is the key of Entrust Root Certification Authority - G2. Chrome, "
                "Mozilla and Apple distrust what Entrust issued after November 2024"
            ),
        )
    ]


def test_a_leaf_is_told_in_a_list_for_authorities_and_an_authority_in_one_for_leaves() -> None:
    pins = (key(LEAF.facts), key(ISSUING.facts), key(ROOT.facts))

    assert found(*pins, position=Position.CA) == ["leaf_in_ca_list"]
    assert found(*pins, position=Position.LEAF) == ["ca_in_leaf_list", "ca_in_leaf_list"]
    assert found(*pins, position=Position.ANY) == []


def test_what_was_hashed_instead_of_the_key_is_told() -> None:
    leaf = LEAF.facts

    assert found(of(leaf.sha256)) == ["certificate_hash_pin"]
    assert found(of(pem_sha256(leaf.spki))) == ["pem_hash_pin"]
    assert found(of(leaf.spki_sha256, PinKind.CERTIFICATE_SHA256)) == ["key_hash_pin"]
    assert found(of(leaf.sha256, PinKind.CERTIFICATE_SHA256), of(leaf.sha1, PinKind.CERTIFICATE_SHA1)) == []


def test_a_list_that_belongs_to_no_client_is_not_told_what_was_hashed() -> None:
    pin = replace(of(LEAF.facts.spki_sha256, PinKind.CERTIFICATE_SHA256), base64="")

    assert found(pin) == []


def test_pins_that_servers_all_use_now_leave_no_backup() -> None:
    leaf, issuing = LEAF.facts, ISSUING.facts
    in_use = (leaf.spki_sha256, issuing.spki_sha256)

    assert found(key(leaf), key(issuing), in_use=in_use) == ["no_backup_key"]
    assert found(key(leaf), key(issuing), of(b"?" * 31 + b"!"), in_use=in_use) == ["pin_never_seen"]
    assert found(key(leaf), key(ROOT.facts), in_use=in_use) == []
    assert found(key(leaf), key(leaf), in_use=in_use) == []  # the linter tells of a single pin


def test_a_registered_key_is_a_backup() -> None:
    spare = b"!" * 31 + b"?"
    known = know([LEAF.facts, ISSUING.facts], keys=[KnownKey("spare", spki_sha256=spare)])
    in_use = (LEAF.facts.spki_sha256, ISSUING.facts.spki_sha256)

    assert found(key(LEAF.facts), key(ISSUING.facts), of(spare), known=known, in_use=in_use) == []


def test_a_key_of_the_platform_is_told_and_a_key_that_authorities_publish_is_no_stranger() -> None:
    known = know([LEAF.facts], owners={LEAF.facts.sha256: Owner(OwnerKind.PLATFORM, "*.cloud.example")})
    isrg = of(base64.b64decode("C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="))

    assert found(key(LEAF.facts), isrg, known=known) == ["platform_key_pinned"]
    assert found(of(base64.b64decode(STRANGER))) == ["pin_never_seen"]


def test_who_does_not_know_everything_says_nothing_of_strangers() -> None:
    assert list(key_findings(android(STRANGER), KNOWN, NOW, knows_all=False)) == []


def test_an_authority_belongs_to_its_organisation() -> None:
    known = know([ISSUING.facts], stores=[TrustStore("devices", (DISTRUSTED.facts,))])

    assert [known.by_identifier[one.facts.sha256].owner for one in (ISSUING, DISTRUSTED)] == [
        Owner(OwnerKind.AUTHORITY, "Issuing"),
        Owner(OwnerKind.AUTHORITY, "Entrust, Inc."),
    ]


def test_a_date_before_or_soon_after_the_rotation_is_told_for_the_hosts_it_concerns() -> None:
    rotation = datetime(2027, 1, 14, tzinfo=UTC)

    def ends(day: str, host: str = "acme.cloud.example") -> list[str]:
        return [one.code for one in early_ends(android(STRANGER, expiration=day), {host: rotation})]

    assert [ends("2027-01-10"), ends("2027-04-13"), ends("2027-04-14")] == [
        ["expires_before_rotation"],
        ["expires_before_rotation"],
        [],
    ]
    assert ends("2027-01-10", host="www.example.org") == []
    assert early_ends(android(STRANGER), {"acme.cloud.example": rotation}) == ()


def test_the_end_is_told_in_words() -> None:
    rotation = datetime(2027, 1, 14, tzinfo=UTC)

    assert [
        one.message for one in early_ends(android(STRANGER, expiration="2027-01-10"), {"x.cloud.example": rotation})
    ] == [
        (
            "The pins for cloud.example end on 2027-01-10, and the certificate changes by 14 January 2027. The pins "
            "are switched off before or soon after that, and then nothing protects the app. Ship a release whose pins "
            "hold and whose date is later."
        )
    ]


def test_entries_that_end_by_themselves_have_a_finding_of_their_own() -> None:
    source = b'{"fingerprints": [{"name": "a.com", "fingerprint": "%s", "expires": 1767225600}]}'
    entries = read(source % base64.b64encode(LEAF.facts.sha256))

    assert early_ends(entries, {"a.com": datetime(2027, 1, 14, tzinfo=UTC)}) == ()
