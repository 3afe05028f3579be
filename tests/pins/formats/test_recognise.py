"""Input that is no pin file: a sentence that says what it looks like and what to give instead."""

import io
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pins.errors import PinError
from pins.formats import FORMATS, detect, read
from tests.pins.formats.samples import A, H, nsc
from tests.pki import Authority, csr, make_key


def archive(member: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(member, "x")
    return target.getvalue()


def refusal(source: bytes, name: str = "") -> tuple[str, str]:
    with pytest.raises(PinError) as caught:
        read(source, name=name)
    return caught.value.code, caught.value.sentence


BUILT = "Run `certdash check` on the .apk, .aab or .ipa, or give the pin file from the source of the app."


@pytest.mark.parametrize(
    ("source", "name", "code", "beginning"),
    [
        (b"", "", "empty", "The file is empty."),
        (b" \n", "", "empty", "The file is empty."),
        (b"hello", "notes.txt", "unknown_format", "notes.txt is no pin file that can be read."),
        (b"\x00\x01\x02", "", "binary", "The file holds the control character U+0000"),
        (b"<html><body>404", "", "wrong_format", "This is a web page."),
        (b"\n<!DOCTYPE html><p>", "", "wrong_format", "This is a web page."),
        (b"<?xml version='1.0'?><plist/>", "", "wrong_format", "The file begins with <plist> and holds no dictionary"),
        (b"<key>NSAppTransportSecurity</key><dict/>", "", "wrong_format", "This is a part of a property list"),
        (b"bplist00x", "", "malformed_plist", "The binary property list is broken"),
        (b'{"NSAppTransportSecurity": {}}', "", "unsupported_format", "This is a property list as JSON"),
        (b"{ TSKConfiguration = {}; }", "", "unsupported_format", "This is a property list as JSON"),
        (b"<manifest package='a'/>", "", "wrong_format", "This is an AndroidManifest.xml."),
        (b"\x03\x00\x08\x00rest", "", "unsupported_format", "This is the compiled XML from inside an .apk."),
        (b"dex\n035", "", "binary", f"This is compiled code. {BUILT}"),
        (b"%PDF-1.7", "", "wrong_format", "This is a document or a picture."),
        (archive("AndroidManifest.xml"), "", "unsupported_format", f"This is a built Android app. {BUILT}"),
        (archive("Payload/A.app/x"), "", "unsupported_format", f"This is a built iOS app. {BUILT}"),
        (archive("x"), "a.ipa", "unsupported_format", f"This is a built app (.ipa). {BUILT}"),
        (archive("x"), "", "unsupported_format", "This is a ZIP archive."),
        (b'{"plugins": {"x": 1}}', "", "unsupported_format", "This looks like a Capacitor configuration"),
        (b"{}", "", "wrong_format", "This is JSON without hosts"),
    ],
)
def test_what_is_no_pin_file_is_called_by_its_name(source: bytes, name: str, code: str, beginning: str) -> None:
    found, sentence = refusal(source, name)

    assert (found, sentence[: len(beginning)]) == (code, beginning)


def test_a_request_is_sent_to_where_it_belongs() -> None:
    for source in (csr("a.com"), b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----"):
        assert refusal(source) == (
            "wrong_format",
            (
                "This is a certificate request and no certificate, and no client pins by it. Give the certificate file "
                "that the app bundles (.cer, .der, .pem or .p7b). The next certificate, its request or its key is "
                "registered as a successor."
            ),
        )


@pytest.mark.parametrize("around", ["%s", 'val p = CertificatePinner\nval k = """%s"""', "<network-security-config>%s"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_private_key_is_refused_wherever_it_stands(around: str, encoding: str) -> None:
    key = Authority.root("Root").leaf("a.com").key_pem.decode()

    assert refusal((around % key).encode(encoding))[0] == "private_key"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (nsc(""), "android_nsc"),
        (b"<plist><dict/></plist>", "info_plist"),
        (b"\n<!-- --><dict><key>NSPinnedDomains</key><dict/></dict>", "info_plist"),
        (b"bplist00" + b"\0" * 40, "info_plist"),
        (b'<!-- "hosts" CertificatePinner --><network-security-config/>', "android_nsc"),
        (b'\xef\xbb\xbf{"hosts": []}', "outsystems_json"),
        (f'CertificatePinner.Builder().add("hosts", "{A}")'.encode(), "okhttp_source"),
        (b'{"platforms": {"android": {"inject": "<network-security-config>"}}}', "capacitor_build_action"),
        (b' {"fingerprints": []}', "wultra_json"),
        (f'{{"a.com": [], "*": ["{H}"]}}'.encode(), "approov_json"),
        ("import okhttp3.CertificatePinner".encode("utf-16"), "okhttp_source"),
        (b"CertificatePinner.Builder() // -----BEGIN CERTIFICATE-----", "okhttp_source"),
        (Authority.root("Root").der, "certificates"),
        (b"subject=CN = Root\n" + Authority.root("Root").pem, "certificates"),
        (f"sha256/{H}\n{H}".encode(), "hash_list"),
        (f"a.com;{H}\n".encode("utf-8-sig"), "csv"),
        (f'a.com,"{H}"\n"sha256/{H}"\n'.encode(), "csv"),
        (f"curl --pinnedpubkey sha256//{H} https://a.com".encode(), "curl"),
        (f'pinnedpubkey = "sha256//{H}"'.encode(), "curl"),
        (f'Public-Key-Pins: pin-sha256="{H}"'.encode(), "hpkp"),
        (make_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "curl"),
        (make_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "curl"),
    ],
)
def test_each_dialect_is_told_from_its_contents(source: bytes, expected: str) -> None:
    assert detect(source) == expected


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(PinError) as caught:
        read(b"x", format="toml")

    assert caught.value.sentence == (f"The format toml is not known. Choose one of {', '.join(FORMATS)}.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "format_name"),
    [
        (nsc("<domain-config><domain>a</domain><pin-set>" + "<pin/>" * 20_001 + "</pin-set></domain-config>"), None),
        (nsc("<a/>" * 100_001), None),
        (nsc("<a>" * 65), None),
        (b'{"hosts":[{"host":"a","hashes":[' + b'"",' * 20_000 + b'""]}]}', None),
        (b'{"hosts":' + b"[" * 100_000, None),
        (b"[" * 65, "outsystems_json"),
        (b"<network-security-config>" + b" " * 4_194_304, None),
        (b'CertificatePinner.Builder().add("a"' + b',""' * 20_001 + b")", None),
        (b"CertificatePinner" + b" a" * 100_001, None),
        (b"CertificatePinner " + b'"${' * 9, None),
        (b'CertificatePinner "' + b"$a" * 100_001 + b'"', None),
        (nsc("<!---->" * 200_001), None),
        (nsc("<a " + " ".join(f'a{number}=""' for number in range(100_001)) + "/>"), None),
        (nsc("<domain-config>" + "".join(f"<domain>a{n}</domain>" for n in range(60_001)) + "</domain-config>"), None),
        (nsc("\n" * 400_001), None),
    ],
)
def test_too_much_of_anything_is_refused_with_a_sentence(source: bytes, format_name: str | None) -> None:
    with pytest.raises(PinError) as caught:
        read(source, format=format_name)

    assert caught.value.code == "too_large"
