"""`fetch` of react-native-ssl-pinning: the host of each call, its key hashes, or the names of its certificate files."""

import pytest

from pins.errors import Place
from pins.formats import clients_in, read
from pins.lint import lint
from pins.pinset import PinKind, PinSet
from tests.pins.formats.samples import A, B, G, found

LIBRARY = "import { fetch } from 'react-native-ssl-pinning';\n"
ANDROID, IOS = (f"react_native_ssl_pinning_{one}" for one in ("android", "ios"))


def call(address: str, options: str, *, before: str = "") -> PinSet:
    return read(f"{LIBRARY}{before}\nfetch({address}, {options});\n".encode())


def android(pin_set: PinSet) -> list[tuple[str, list[str]]]:
    return [(one.pattern, [two.text for two in one.pins or ()]) for one in pin_set.rules if one.scope == ANDROID]


KEYS = f"{{ pkPinning: true, sslPinning: {{ certs: ['{A}', \"{B}\"] }} }}"
FILES = "{ sslPinning: { certs: ['leaf', 'root'] } }"


@pytest.mark.parametrize(
    ("address", "before", "host"),
    [
        ("'https://api.example.com/v1'", "", "api.example.com"),
        ("'https://api.example.com'", "", "api.example.com"),
        ("'https://user:x@api.example.com:8443/v1'", "", "api.example.com"),
        ("`https://api.example.com/items/${id}`", "", "api.example.com"),
        ("`${BASE}/items/${id}`", "const BASE = 'https://api.example.com';", "api.example.com"),
        ("BASE + '/v1?q=' + q", "const HOST = 'api.example.com'\nconst BASE = `https://${HOST}`", "api.example.com"),
        ("url", "const url = `https://api.example.com/${id}`", "api.example.com"),
        ("'https://[2001:db8::1]/v1'", "", "[2001:db8::1]"),
    ],
)
def test_the_host_of_a_call_is_read_as_far_as_it_is_sure(address: str, before: str, host: str) -> None:
    pin_set = call(address, KEYS, before=before)

    assert (android(pin_set), pin_set.is_complete) == ([(host, [A, B])], True)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("'https://api.example.com' + path", "“path” is not defined in this file"),
        ("`https://${host}/v1`", "“host” is not defined in this file"),
        ("url", "“url” is not defined in this file"),
        ("'/v1'", "it is no address"),
        ("build('/v1')", "it is the result of build(…)"),
    ],
)
def test_a_host_that_only_running_tells_is_reported(address: str, why: str) -> None:
    pin_set = call(address, KEYS)

    assert (android(pin_set), pin_set.is_complete) == ([], False)
    assert [one.message for one in pin_set.problems] == [
        f"The host of this fetch is not known, because {why}. Write it as a literal or as a constant of the same file."
    ]


def test_key_hashes_are_for_android_and_ios_takes_the_keys_of_its_bundle() -> None:
    rules = call("'https://a.com/'", KEYS).rules

    assert [(one.scope, one.place, one.group) for one in rules] == [(ANDROID, Place(3, 7), 1), (IOS, Place(3, 7), 1)]
    assert [[(two.text, two.kind, two.problem) for two in one.pins or ()] for one in rules] == [
        [(A, PinKind.SPKI_SHA256, None), (B, PinKind.SPKI_SHA256, None)],
        [("*.cer", PinKind.SPKI_SHA256, "certificate_not_given")],
    ]


def test_certificate_files_are_named_and_not_given() -> None:
    pin_set = call("'https://a.com/'", FILES)

    assert [[(two.text, two.kind, two.digest, two.problem) for two in one.pins or ()] for one in pin_set.rules] == [
        [
            ("leaf", PinKind.CERTIFICATE_SHA256, None, "certificate_not_given"),
            ("root", PinKind.CERTIFICATE_SHA256, None, "certificate_not_given"),
        ],
        [("*.cer", PinKind.CERTIFICATE_SHA256, None, "certificate_not_given")],
    ]
    assert [one.code for one in lint(pin_set)] == ["certificate_not_given"] * 3
    assert [client.value for client in clients_in(pin_set)] == [ANDROID, IOS]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (f"{{ pkPinning: true, sslPinning: {{ certs: ['{G}'] }} }}", [("wrong_prefix", True, 3)]),
        ("{ pkPinning: true, sslPinning: { certs: ['sha256/%'] } }", [("not_base64", True, 3)]),
        ("{ pkPinning: flag, sslPinning: { certs: ['a'] } }", [("unresolved_code", False, 3)]),
        ("{ sslPinning: { certs: names } }", [("unresolved_code", False, 3)]),
        ("{ sslPinning: { certs: [name] } }", [("unresolved_code", False, 3)]),
        ("{ sslPinning: options }", [("unresolved_code", False, 3)]),
        ("{ sslPinning: {} }", [("unresolved_code", False, 3)]),
        ("{ ...defaults, method: 'GET' }", [("unresolved_code", False, 3)]),
        ("options", [("unresolved_code", False, 3)]),
        ("{ disableAllSecurity: true }", [("security_disabled", False, 3)]),
    ],
)
def test_what_is_wrong_or_open_is_reported(options: str, expected: list[tuple[str, bool, int]]) -> None:
    assert found(call("'https://a.com/'", options).problems) == expected


def test_a_host_with_www_is_told_apart() -> None:
    pin_set = call("'https://www.a.com/'", KEYS)

    assert [(one.code, one.scope) for one in pin_set.problems] == [("www_not_pinned", ANDROID)]
    assert call("'https://www.a.com/'", FILES).problems == ()


def test_a_fetch_of_the_platform_is_no_pinning_call() -> None:
    source = f"fetch('https://b.com/', {{ method: 'GET' }});\nfetch('https://a.com/', {KEYS});"

    assert android(read(source.encode())) == [("a.com", [A, B])]


def test_a_call_under_a_condition_and_a_call_by_another_name() -> None:
    source = f"""import {{ fetch as pinned }} from 'react-native-ssl-pinning';
if (secure) pinned('https://a.com/', {KEYS});
function fetch(url, sslPinning) {{}}
"""

    pin_set = read(source.encode())

    assert [(one.pattern, one.is_conditional) for one in pin_set.rules] == [("a.com", True), ("a.com", True)]
    assert [one.code for one in pin_set.problems] == ["conditional_code"]
