"""Dart source that pins with http_certificate_pinning: calls, constants, and what only running tells."""

import pytest

from pins.errors import PinError, Place
from pins.formats import detect, read, replace_pins, write
from pins.pinset import EVERY_HOST, PinKind
from tests.pins.formats.samples import changed_lines, found, texts

F = "59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A"
G, X = F.replace("59", "1A"), F.replace(":", "")
SHORT = F[:59]
CLASS = f"""import 'package:http_certificate_pinning/http_certificate_pinning.dart';

class Pins {{
  static const leaf = '{F}'; // until May
  static const List<String> all = [
    leaf,
    "{G}", // next
  ];
}}
const base = 'https://api.example.com';

Future<bool> isSecure(String url) async {{
  final secure = await HttpCertificatePinning.check(
      serverURL: '$base/v1',
      headerHttp: {{'a': 'b'}},
      sha: SHA.SHA256,
      allowedSHAFingerprints: Pins.all,
      timeout: 50);
  return secure.contains('CONNECTION_SECURE');
}}
"""


def test_a_call_is_read_with_its_address_and_its_constants() -> None:
    pin_set = read(CLASS.encode())

    assert (pin_set.format, texts(pin_set)) == ("flutter", [("api.example.com", [F, G])])
    first = (pin_set.rules[0].pins or ())[0]
    assert (first.kind, first.digest, first.place) == (PinKind.CERTIFICATE_SHA256, bytes.fromhex(X), Place(6, 5))
    assert pin_set.problems == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"CertificatePinningInterceptor(allowedSHAFingerprints: ['{F}'])", [(EVERY_HOST, [F])]),
        (f"dio.interceptors.add(CertificatePinningInterceptor(['{F}', \"{G}\"]));", [(EVERY_HOST, [F, G])]),
        (f"SecureHttpClient.build(const <String>['{F}']);", [(EVERY_HOST, [F])]),
        (f"SecureHttpClient.build(['{X[:32]}' '{X[32:]}']);", [(EVERY_HOST, [X])]),
        (f"SecureHttpClient.build([r'{X[:32]}' + '{X[32:]}']);", [(EVERY_HOST, [X])]),
        (f"SecureHttpClient.build(['''{F}''', \"\"\"{G}\"\"\"]);", [(EVERY_HOST, [F, G])]),
        (f"final a = '{X[:32]}';\nSecureHttpClient.build(['${{a}}{X[32:]}', a + '{X[32:]}'])", [(EVERY_HOST, [X, X])]),
        (f"SecureHttpClient.build(['\\x35\\u0039{F[2:]}']); /* /* a */ b */", [(EVERY_HOST, [F])]),
        (f"// SecureHttpClient.build(['{G}']);\nSecureHttpClient.build(['{F}']);", [(EVERY_HOST, [F])]),
        (
            f"HttpCertificatePinning.check(serverURL: url, sha: SHA.SHA256, allowedSHAFingerprints: ['{F}']);",
            [(EVERY_HOST, [F])],
        ),
        (
            f"HttpCertificatePinning.check(serverURL: 'https://a.com:8443/x', allowedSHAFingerprints: ['{F}']);",
            [("a.com", [F])],
        ),
        (f"const List<String> a = ['{F}'];\nfinal b = ['x'];\nconst c = ['{SHORT}'];", [
            (EVERY_HOST, [F]),
            (EVERY_HOST, [SHORT]),
        ]),
    ],
)  # fmt: skip
def test_lists_are_read_in_every_form_that_dart_has(source: str, expected: list[tuple[str, list[str] | None]]) -> None:
    assert texts(read(source.encode())) == expected


def test_the_algorithm_of_the_call_decides_the_length() -> None:
    source = (
        f"HttpCertificatePinning.check(serverURL: 'https://a.com', sha: SHA.SHA1, allowedSHAFingerprints: "
        f"['{SHORT}', '{F}']);\nSecureHttpClient.build(['{SHORT}', '{F}', 'sha256/AAA', '{F[:-1]}', '{'00' * 32}']);"
    )

    assert [[one.problem for one in rule.pins or ()] for rule in read(source.encode()).rules] == [
        [None, "not_a_fingerprint"],
        ["not_a_fingerprint", None, "not_a_fingerprint", "not_a_fingerprint", "placeholder_pin"],
    ]


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        (
            "f(List<String> allowedSHAFingerprints) {\n add(CertificatePinningInterceptor(allowedSHAFingerprints));\n}",
            [("unresolved_code", False, 2)],
        ),
        ("SecureHttpClient.build(load());", [("unresolved_code", False, 1)]),
        (f"SecureHttpClient.build([\n  one,\n '{F}']);", [("unresolved_code", False, 2)]),
        ("CertificatePinningInterceptor(timeout: 3);", [("unsupported_code", False, 1)]),
        (f"void f() {{\n  if (x) {{\n    SecureHttpClient.build(['{F}']);\n  }}\n}}", [("conditional_code", False, 3)]),
        ("class A extends SecureHttpClient {}", [("no_pins_in_source", False, 1)]),
    ],
)
def test_what_only_running_tells_is_reported_with_its_line(source: str, problems: list[tuple[str, bool, int]]) -> None:
    assert found(read(source.encode()).problems) == problems


@pytest.mark.parametrize(
    "source",
    ["SecureHttpClient.build(['a);", "SecureHttpClient '${", "SecureHttpClient /* x", "SecureHttpClient '\\u{'"],
)
def test_broken_source_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source.encode())

    assert caught.value.code == "malformed_source"


def test_source_without_dart_in_it_is_not_taken() -> None:
    assert detect(f"const List<String> pins = ['{F}'];".encode()) == "flutter"
    with pytest.raises(PinError):
        detect(f"var pins = '{F}'".encode())


@pytest.mark.parametrize("source", [CLASS, CLASS.replace("\n", "\r\n"), f"SecureHttpClient.build(['{F}'])"])
def test_unchanged_source_gives_the_same_bytes(source: str) -> None:
    assert write(read(source.encode())) == source.encode()


@pytest.mark.parametrize(
    ("wanted", "gone", "come"),
    [
        (
            [X, G],
            [f"  static const leaf = '{F}'; // until May\n"],
            [f"  static const leaf = '{X}'; // until May\n"],
        ),
        ([F, X], [f'    "{G}", // next\n'], [f'    "{X}", // next\n']),
        ([F, G, X], [], [f'    "{X}",\n']),
        ([F], [f'    "{G}", // next\n'], ["    // next\n"]),
        ([G], ["    leaf,\n"], []),
    ],
)
def test_source_changes_on_the_lines_of_its_fingerprints_only(
    wanted: list[str], gone: list[str], come: list[str]
) -> None:
    assert changed_lines(CLASS.encode(), replace_pins(read(CLASS.encode()), 0, wanted).source) == (gone, come)
