"""Certificate facts: identifiers, names, odd but legal contents, and refusals."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from pins.certificate import Certificate, UnknownCertificate, parse_certificate, parse_certificates
from pins.errors import PinError, Place
from tests.faulty_pki import forge
from tests.pki import Authority, KeyKind, facts, make_key, pem

ROOT = Authority.root("Root")
CA = ROOT.authority("CA", path_length=3, permitted=("example.com",), excluded=("bad.example.com",))
LEAF = CA.leaf("www.example.com", "*.example.com", "192.0.2.7", "2001:db8::1")


def refusal(source: bytes) -> tuple[str, Place]:
    with pytest.raises(PinError) as caught:
        parse_certificates(source)
    return caught.value.code, caught.value.place


def altered(old: bytes, new: bytes) -> Certificate:
    """A correctly signed leaf with some bytes of its body exchanged."""
    return parse_certificate(forge(LEAF, CA, lambda body: body.replace(old, new)))


def test_all_identifiers_come_from_the_bytes_of_the_certificate() -> None:
    spki = LEAF.public_key_der

    found = LEAF.facts

    assert found.der == LEAF.der
    assert found.sha256 == hashlib.sha256(LEAF.der).digest()
    assert found.sha1 == hashlib.sha1(LEAF.der, usedforsecurity=False).digest()
    assert found.spki == spki
    assert found.spki_sha256 == hashlib.sha256(spki).digest()
    assert found.spki_sha1 == hashlib.sha1(spki, usedforsecurity=False).digest()
    assert found.raw_key == spki[-65:]


def test_names_dates_and_serial_are_read() -> None:
    leaf = CA.leaf(
        "www.example.com",
        "*.example.com",
        "192.0.2.7",
        "2001:db8::1",
        serial=12345,
        not_before=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        not_after=datetime(2051, 2, 3, 4, 5, 6, tzinfo=UTC),
    ).facts

    assert (leaf.subject_text, leaf.issuer_text, leaf.common_name) == (
        "CN=www.example.com",
        "CN=CA",
        "www.example.com",
    )
    assert (leaf.dns_names, leaf.ip_addresses) == (("www.example.com", "*.example.com"), ("192.0.2.7", "2001:db8::1"))
    assert leaf.serial == 12345
    assert leaf.not_before == datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert leaf.not_after == datetime(2051, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_rights_and_limits_of_an_authority_are_read() -> None:
    found = CA.facts

    assert (found.is_ca, found.path_length, found.can_sign_certificates) == (True, 3, True)
    assert (found.permitted_dns, found.excluded_dns) == (("example.com",), ("bad.example.com",))
    assert found.authority_key_id == ROOT.facts.subject_key_id


def test_a_leaf_has_no_rights_of_an_authority() -> None:
    found = LEAF.facts

    assert (found.is_ca, found.path_length, found.can_sign_certificates, found.is_server_auth) == (
        False,
        None,
        False,
        True,
    )
    assert (found.permitted_dns, found.excluded_dns) == (None, ())


def test_a_certificate_without_extensions_has_the_defaults_of_the_standard() -> None:
    found = CA.leaf("www.example.com", has_extensions=False).facts

    assert (found.is_ca, found.can_sign_certificates, found.is_server_auth) == (False, True, True)
    assert (found.dns_names, found.subject_key_id) == ((), None)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("P-256", "EC-P-256"),
        ("P-384", "EC-P-384"),
        ("P-521", "EC-P-521"),
        ("RSA-1024", "RSA-1024"),
        ("Ed25519", "Ed25519"),
    ],
)
def test_key_kinds_are_named(kind: KeyKind, expected: str) -> None:
    assert CA.leaf("www.example.com", key=kind).facts.key_kind == expected


def test_a_key_on_a_curve_that_nothing_supports_still_has_its_identifiers() -> None:
    p256, unknown = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f")

    found = altered(p256, unknown)

    assert found.key_kind == "other"
    assert found.spki == LEAF.public_key_der.replace(p256, unknown)
    assert found.spki_sha256 == hashlib.sha256(found.spki).digest()


def test_signature_algorithms_are_named() -> None:
    by_rsa = ROOT.authority("RSA", key=make_key("RSA-1024")).leaf("a.example.com")
    by_edwards = ROOT.authority("Ed", key="Ed25519").leaf("a.example.com")

    assert [one.facts.signature_algorithm for one in (LEAF, by_rsa, by_edwards)] == [
        "ecdsa-with-SHA256",
        "sha256WithRSAEncryption",
        "Ed25519",
    ]


def test_certificates_are_equal_when_their_bytes_are() -> None:
    again = parse_certificate(LEAF.der)

    assert again == LEAF.facts
    assert hash(again) == hash(LEAF.facts)
    assert LEAF.facts != CA.facts


def test_an_unknown_certificate_equals_only_itself() -> None:
    one, other = UnknownCertificate("leaf"), UnknownCertificate("leaf")

    assert one == one  # noqa: PLR0124
    assert one != other


def test_self_issued_means_the_same_name_whatever_its_string_type_and_case() -> None:
    same = forge(ROOT, ROOT, lambda body: body.replace(b"\x0c\x04Root", b"\x13\x04ROOT", 1))

    assert ROOT.facts.is_self_issued
    assert parse_certificate(same).is_self_issued
    assert not CA.facts.is_self_issued


def test_a_negative_serial_is_a_fact_and_no_error() -> None:
    leaf = CA.leaf("www.example.com", serial=0x1234)

    found = parse_certificate(forge(leaf, CA, lambda body: body.replace(b"\x02\x02\x12\x34", b"\x02\x02\xff\x34")))

    assert found.serial == -204


def test_names_that_are_no_utf8_are_shown_with_replacement_marks() -> None:
    found = altered(b"www.example", b"ww\xff.exampl\xfe")

    assert found.subject_text == "CN=ww\ufffd.exampl\ufffd.com"
    assert found.dns_names == ("ww\\xff.exampl\\xfe.com", "*.example.com")


def test_control_characters_in_names_are_escaped() -> None:
    found = altered(b"www.example", b"www\x00example")

    assert found.common_name == "www\\00example.com"
    assert found.dns_names == ("www\\00example.com", "*.example.com")


def test_special_characters_in_names_are_escaped_for_people() -> None:
    leaf = CA.leaf("a.example.com", common_name=' Widgets, "Best" + more ')

    assert leaf.facts.subject_text == 'CN=\\ Widgets\\, \\"Best\\" \\+ more\\ '


def test_ten_thousand_names_are_read() -> None:
    names = tuple(f"host-{number}.example.com" for number in range(10_000))

    assert CA.leaf(*names).facts.dns_names == names


def test_a_bundle_keeps_its_order_and_ignores_text_between() -> None:
    bundle = b"# our chain\n" + LEAF.pem + b"\nissued by:\r\n" + CA.pem.replace(b"\n", b"\r\n") + ROOT.pem

    assert parse_certificates(bundle) == facts(LEAF, CA, ROOT)


def test_der_and_bare_base64_are_read() -> None:
    assert parse_certificates(LEAF.der) == (LEAF.facts,)
    assert parse_certificates(base64.encodebytes(LEAF.der)) == (LEAF.facts,)


def test_other_armoured_objects_are_passed_over() -> None:
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

    assert parse_certificates(parameters + LEAF.pem) == (LEAF.facts,)


@pytest.mark.parametrize("source", [b"", b"hello", b"-----BEGIN CERTIFICATE", LEAF.public_key_pem, b"\x00" * 100])
def test_what_holds_no_certificate_is_refused(source: bytes) -> None:
    assert refusal(source) == ("unreadable", Place())


def test_a_cut_off_bundle_is_refused_at_the_line_of_the_certificate() -> None:
    lines = LEAF.pem.count(b"\n")

    assert refusal(LEAF.pem + CA.pem[:200]) == ("unreadable", Place(line=lines + 1))


def test_damaged_base64_is_refused_at_the_line_of_the_certificate() -> None:
    assert refusal(b"\n" + LEAF.pem.replace(b"MII", b"M*I", 1)) == ("unreadable", Place(line=2))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 10, 50, 150, 250, -1])
def test_truncated_der_is_refused(length: int) -> None:
    with pytest.raises(PinError):
        parse_certificate(LEAF.der[:length])


def test_bytes_behind_the_certificate_are_refused() -> None:
    with pytest.raises(PinError) as caught:
        parse_certificate(LEAF.der + b"\x00")

    assert caught.value.sentence == (
        "This is not well-formed DER: 1 bytes follow its end. It may be cut off or altered; "
        "export the certificate or key again."
    )


def test_an_impossible_date_is_refused() -> None:
    with pytest.raises(PinError):
        altered(b"261001000000Z", b"261301000000Z")


def test_a_certificate_above_a_megabyte_is_refused() -> None:
    with pytest.raises(PinError) as caught:
        parse_certificate(b"\x30" + b"\x00" * 1024 * 1024)

    assert caught.value.code == "too_large"


def test_a_bundle_above_sixteen_megabytes_is_refused() -> None:
    assert refusal(b"\n" * (16 * 1024 * 1024 + 1)) == ("too_large", Place())


def test_a_bundle_of_too_many_certificates_is_refused() -> None:
    assert refusal(b"-----BEGIN CERTIFICATE-----\n" * 5001) == ("too_large", Place())


KEY = make_key()


@pytest.mark.parametrize(
    "source",
    [
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        KEY.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        make_key("RSA-1024").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
        base64.b64encode(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        pem(LEAF, CA) + LEAF.key_pem,
        serialize_key_and_certificates(b"x", LEAF.key, LEAF.certificate, None, NoEncryption()),
        LEAF.key_pem.replace(b"PRIVATE KEY", b"CERTIFICATE"),
        b"PuTTY-User-Key-File-3: ssh-ed25519\n",
    ],
    ids=["pkcs8", "sec1", "pkcs8 der", "sec1 der", "pkcs1 der", "openssh", "base64", "bundle", "pkcs12", "label",
         "putty"],
)  # fmt: skip
def test_a_private_key_is_refused(source: bytes) -> None:
    assert refusal(source)[0] == "private_key"


def test_an_address_of_the_issuer_is_read_and_a_damaged_one_is_none() -> None:
    leaf = CA.leaf("www.example.com", issuer_address="http://ca.example/ca.cer")
    damaged = forge(leaf, CA, lambda body: body.replace(b"\x86\x18http://", b"\x86\x7fhttp://"))

    assert [leaf.facts.has_issuer_address, LEAF.facts.has_issuer_address] == [True, False]
    assert parse_certificate(damaged).has_issuer_address is False
