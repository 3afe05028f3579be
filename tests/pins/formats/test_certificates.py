"""Bundled certificates: every form in which an app holds them, and what is no certificate."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from pins.errors import PinError, Place
from pins.formats import clients_of, detect, read, replace_pins, sharing_rules, write
from pins.lint import lint
from pins.pinset import EVERY_HOST, Pin, PinKind, PinSet
from tests.pki import Authority, Issued, csr

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("www.example.com")
EXPIRED = ISSUING.leaf("old.example.com", not_after=datetime(2026, 10, 2, tzinfo=UTC))
NOTE = b"Bag Attributes\n    friendlyName: www\n"


def pkcs7(*issued: Issued, encoding: Encoding = Encoding.DER) -> bytes:
    return serialize_certificates([one.certificate for one in issued], encoding)


def pins(source: bytes) -> tuple[Pin, ...]:
    return read(source).rules[0].pins or ()


def told(source: bytes) -> list[tuple[str, str | None, str]]:
    """Subject, problem and place of each pin."""
    return [
        ((one.certificate.subject_text if one.certificate else ""), one.problem, str(one.place)) for one in pins(source)
    ]


def codes(pin_set: PinSet) -> list[str]:
    return [problem.code for problem in pin_set.problems]


def refusal(source: bytes) -> tuple[str, str, str]:
    with pytest.raises(PinError) as caught:
        read(source, format="certificates")
    return caught.value.code, str(caught.value.place), caught.value.sentence


def test_a_certificate_is_one_pin_for_every_host() -> None:
    pin_set = read(ISSUING.der)

    rule = pin_set.rules[0]
    assert (pin_set.format, len(pin_set.rules), rule.pattern, rule.is_for_every_host) == (
        "certificates",
        1,
        EVERY_HOST,
        True,
    )
    assert rule.pins == (
        Pin(
            ISSUING.facts.sha256.hex(),
            PinKind.CERTIFICATE_SHA256,
            ISSUING.facts.sha256,
            Place(),
            None,
            ISSUING.facts,
        ),
    )
    assert pin_set.problems == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (LEAF.der, [("CN=www.example.com", None, "")]),
        (
            LEAF.der + ISSUING.der,  # two files of an app, joined
            [("CN=www.example.com", None, "certificate 1"), ("CN=Issuing", None, "certificate 2")],
        ),
        (LEAF.pem, [("CN=www.example.com", "pem_certificate", "line 1")]),
        (
            LEAF.pem + b"\n\n" + ISSUING.pem,
            [("CN=www.example.com", "pem_certificate", "line 1"), ("CN=Issuing", "further_certificate", "line 15")],
        ),
        (NOTE + ISSUING.pem, [("CN=Issuing", "text_before_certificate", "line 3")]),
        (b"\n" + ISSUING.pem, [("CN=Issuing", "text_before_certificate", "line 2")]),
        (b"\xef\xbb\xbf" + ISSUING.pem, [("CN=Issuing", "text_before_certificate", "line 1")]),
        (ISSUING.pem.replace(b"CERTIFICATE", b"X509 CERTIFICATE"), [("CN=Issuing", "pem_certificate", "line 1")]),
        (pkcs7(ISSUING), [("CN=Issuing", "pkcs7_certificate", "certificate 1")]),
        (
            pkcs7(ISSUING, encoding=Encoding.PEM),
            [("CN=Issuing", "pkcs7_pem_certificate", "line 1, certificate 1")],
        ),
    ],
)
def test_each_form_is_kept_because_clients_differ_in_what_they_read(
    source: bytes, expected: list[tuple[str, str | None, str]]
) -> None:
    assert detect(source) == "certificates"
    assert told(source) == expected


def test_all_certificates_of_a_pkcs7_file_are_read_and_only_the_first_counts() -> None:
    found = told(pkcs7(LEAF, ISSUING, ROOT))

    assert sorted(name for name, _, _ in found) == ["CN=Issuing", "CN=Root", "CN=www.example.com"]
    assert [problem for _, problem, _ in found] == ["pkcs7_certificate", "further_certificate", "further_certificate"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (LEAF.der, ["leaf_as_only_anchor"]),
        (LEAF.der + EXPIRED.der, ["leaf_as_only_anchor"]),
        (LEAF.der + ISSUING.der, []),
        (ISSUING.pem + LEAF.public_key_pem, ["not_a_certificate"]),
    ],
)
def test_what_the_file_shows_by_itself_is_reported(source: bytes, expected: list[str]) -> None:
    assert codes(read(source)) == expected


def test_lint_names_expired_certificates_copies_and_forms_and_never_asks_for_a_backup_key() -> None:
    at = datetime(2026, 10, 3, tzinfo=UTC)
    found = [(one.code, one.place.line) for one in lint(read(EXPIRED.pem + EXPIRED.pem + ISSUING.pem), at)]

    assert found == [
        ("pem_certificate", 1),
        ("expired_certificate_bundled", 1),
        ("further_certificate", 13),
        ("duplicate_certificates", 13),
        ("expired_certificate_bundled", 13),
        ("further_certificate", 25),
    ]
    assert [one.code for one in lint(read(ISSUING.der), at)] == []
    assert [one.code for one in lint(read(EXPIRED.der + ISSUING.der))] == []


@pytest.mark.parametrize(
    ("source", "place", "what"),
    [
        (csr("www.example.com"), "", "This is a certificate request and no certificate"),
        (LEAF.public_key_der, "", "This is a public key and no certificate"),
        (LEAF.public_key_pem, "line 1", "This is a public key and no certificate"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----", "line 1", "This is a certif"),
        (b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----", "line 1", "This is a revocation list and no cert"),
        (
            pkcs7(LEAF).replace(bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703")),
            "",
            "This is a P",
        ),
        (b"hello", "", "This holds no certificate, and no client pins by it."),
    ],
)
def test_what_is_no_certificate_is_called_by_its_name(source: bytes, place: str, what: str) -> None:
    code, found, sentence = refusal(source)

    assert (code, found, sentence[: len(what)]) == ("wrong_format", place, what)
    assert sentence.endswith("The next certificate, its request or its key is registered as a successor.")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (LEAF.der[:-1], "unreadable"),
        (LEAF.der + b"\n", "unreadable"),
        (pkcs7(LEAF)[:-1], "unreadable"),
        (LEAF.pem.replace(b"-----END", b"----END"), "unreadable"),
        (b"\x30\x80" + bytes(300), "unreadable"),
        (LEAF.pem + LEAF.key_pem, "private_key"),
        (b"0" * 4_194_305, "too_large"),
        ((b"\x30\x81\x80" + bytes(128)) * 5_001, "too_large"),
    ],
)
def test_hostile_and_damaged_input_gets_a_sentence(source: bytes, code: str) -> None:
    assert refusal(source)[0] == code


def test_a_text_that_begins_with_a_zero_is_no_certificate() -> None:
    with pytest.raises(PinError) as caught:
        read(b"0123456789 is no pin file")

    assert caught.value.code == "unknown_format"


@pytest.mark.parametrize("source", [LEAF.der, LEAF.der + ISSUING.der, NOTE + LEAF.pem, pkcs7(LEAF, ISSUING)])
def test_an_unchanged_file_is_the_same_and_a_changed_one_is_never_written(source: bytes) -> None:
    pin_set = read(source)
    changed = replace(pin_set, rules=(replace(pin_set.rules[0], pins=()),))

    assert write(pin_set) == source
    assert sharing_rules(pin_set, 0) == (0,)
    for attempt in (lambda: write(changed), lambda: replace_pins(pin_set, 0, ["00" * 32])):
        with pytest.raises(PinError) as caught:
            attempt()
        assert (caught.value.code, caught.value.sentence) == (
            "not_writable",
            (
                "Bundled certificates are not written back: nobody but its authority can make one. Replace the bundled "
                "file by the new certificate."
            ),
        )


def test_every_client_that_bundles_certificates_reads_the_format() -> None:
    assert [str(one) for one in clients_of("certificates")] == [
        "alamofire_certificates",
        "alamofire_public_keys",
        "afnetworking_certificates",
        "afnetworking_public_keys",
        "cordova_advanced_http_android",
        "cordova_advanced_http_ios",
        "react_native_ssl_pinning_android",
        "react_native_ssl_pinning_ios",
        "capgo_android",
        "capgo_ios",
    ]
