"""Which pins the calls of React Native libraries set up, and what is reported because only running it would tell."""

from datetime import date

import pytest

from pins.decision import Client
from pins.errors import PinError, Place
from pins.formats import clients_in, read
from pins.pinset import Expiration, PinKind, PinRule, PinSet
from tests.pins.formats.samples import G, H, N, found, texts

LIBRARY = "import { initializeSslPinning } from 'react-native-ssl-public-key-pinning';\n"
ANDROID, IOS = (f"react_native_ssl_public_key_pinning_{one}" for one in ("android", "ios"))


def script(options: str, *, before: str = "") -> PinSet:
    return read(f"{before}\ninitializeSslPinning({options});\n".encode())


def test_a_domain_is_a_rule_with_its_options_and_places() -> None:
    source = f"""{LIBRARY}
await initializeSslPinning({{
  'example.com': {{
    includeSubdomains: true,
    publicKeyHashes: [
      '{H}',
    ],
    expirationDate: '2027-01-31',
  }},
}});
"""

    pin_set = read(source.encode())

    rule = pin_set.rules[0]
    assert (rule.pattern, rule.place, rule.include_subdomains) == ("example.com", Place(4, 4), True)
    assert rule.expiration == Expiration("2027-01-31", date(2027, 1, 31))
    assert [(one.text, one.kind, one.place, one.problem) for one in rule.pins or ()] == [
        (H, PinKind.SPKI_SHA256, Place(7, 7), None)
    ]
    assert (pin_set.problems, pin_set.is_complete, len(pin_set.rules)) == ((), True, 1)
    assert [client.value for client in clients_in(pin_set)] == [ANDROID, IOS]


@pytest.mark.parametrize(
    ("before", "options", "expected"),
    [
        ("", f"{{ 'a.com': {{ publicKeyHashes: ['{H}', \"{G}\"] }} }}", [("a.com", [H, G])]),
        (f"const PIN = '{H}'", "{ 'a.com': { publicKeyHashes: [PIN] } }", [("a.com", [H])]),
        (f"const PINS = ['{H}', '{G}'] as const;", "{ 'a.com': { publicKeyHashes: PINS } }", [("a.com", [H, G])]),
        (f"const P = ['{H}']", f"{{ 'a.com': {{ publicKeyHashes: [...P, '{G}'] }} }}", [("a.com", [H, G])]),
        ("const H = 'a'", f"{{ [H + '.com']: {{ publicKeyHashes: ['{H}'] }} }}", [("a.com", [H])]),
        ("const H = 'a'", f"{{ [`${{H}}.com`]: {{ publicKeyHashes: ['{H}'] }} }}", [("a.com", [H])]),
        (
            f"const Keys = {{ leaf: '{H}', all: {{ backup: '{G}' }} }};",
            "{ 'a.com': { publicKeyHashes: [Keys.leaf, Keys.all.backup] } }",
            [("a.com", [H, G])],
        ),
        (
            f"const base = {{ includeSubdomains: true, publicKeyHashes: ['{H}'] }}",
            "{ 'a.com': base, 'b.com': { ...base } }",
            [("a.com", [H]), ("b.com", [H])],
        ),
        (f"const all = {{ 'a.com': {{ publicKeyHashes: ['{H}'] }} }}\n", "all", [("a.com", [H])]),
        (f"const all = Object.freeze({{ 'a.com': {{ publicKeyHashes: ['{H}'] }} }})", "all", [("a.com", [H])]),
        (f"const publicKeyHashes: string[] = ['{H}'];", "{ 'a.com': { publicKeyHashes } }", [("a.com", [H])]),
        (f"let pins = ['{H}'];", "{ 'a.com': { publicKeyHashes: pins! } }", [("a.com", [H])]),
        ("", f"{{ 'a.com': {{ publicKeyHashes: ['{H[:20]}' + '{H[20:]}'] }} }}", [("a.com", [H])]),
        ("", f"{{ 'a.com': {{ publicKeyHashes: ['\\x72{H[1:]}', '\\u0069{G[1:]}'] }} }}", [("a.com", [H, G])]),
        (f"// '{G}'\n/* it's */", f"{{ 'a.com': {{ publicKeyHashes: [/* '{N}' */ '{H}'] }} }}", [("a.com", [H])]),
        ("const r = /['\"`]/g; <T>Don't / stop</T>;", f"{{ a: {{ publicKeyHashes: ['{H}'] }} }}", [("a", [H])]),
        ("", "{ 'a.com': undefined, 'b.com': { publicKeyHashes: [] } }", [("b.com", [])]),
    ],
)  # fmt: skip
def test_constants_are_read_as_they_would_run(before: str, options: str, expected: list[tuple[str, list[str]]]) -> None:
    pin_set = script(options, before=before)

    assert texts(pin_set) == expected
    assert ([one for one in pin_set.problems if one.code == "unresolved_code"], pin_set.is_complete) == ([], True)


@pytest.mark.parametrize(
    ("before", "options", "why"),
    [
        ("import { PINS } from './pins'", "PINS", "“PINS” comes from another file (“./pins”)"),
        ("import PINS from '../pins.json'", "PINS", "“PINS” comes from another file (“../pins.json”)"),
        ("", "PINS", "“PINS” is not defined in this file"),
        ("", "getPins()", "it is the result of getPins(…)"),
        ("", "__DEV__ ? {} : other", "a condition decides it when the app runs"),
        ("let a = {}; a = load();", "a", "“a” is assigned more than once"),
        ("const a = a;", "a", "“a” refers to itself"),
        ("const { a } = config;", "a", "“a” is known only when the app runs"),
        ("", "[1]", "it is no object"),
    ],
)
def test_domains_that_only_running_tells_are_reported(before: str, options: str, why: str) -> None:
    pin_set = script(options, before=before)

    assert (pin_set.rules, pin_set.is_complete) == ((), False)
    assert [one.message for one in pin_set.problems] == [
        f"The domains are not known, because {why}. Write it as a literal or as a constant of the same file."
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{ 'a.com': { publicKeyHashes: [PIN] } }", [("a.com", [("PIN", "unresolved_code")])]),
        ("{ 'a.com': { publicKeyHashes: PINS } }", [("a.com", [("publicKeyHashes", "unresolved_code")])]),
        ("{ 'a.com': { publicKeyHashes: [...PINS] } }", [("a.com", [("...PINS", "unresolved_code")])]),
        ("{ 'a.com': { publicKeyHashes: [`${x}=`] } }", [("a.com", [("`${x}=`", "unresolved_code")])]),
        ("{ 'a.com': { publicKeyHashes: [1] } }", [("a.com", [("1", "unresolved_code")])]),
        ("{ 'a.com': options }", []),
        ("{ ...domains }", []),
        ("{ [domain]: {} }", []),
    ],
)
def test_parts_that_only_running_tells_are_reported(
    options: str, expected: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    pin_set = script(options)

    assert [(one.pattern, [(two.text, two.problem) for two in one.pins or ()]) for one in pin_set.rules] == expected
    assert {one.code for one in pin_set.problems} == {"unresolved_code"}


def test_a_parameter_hides_a_constant_of_the_file() -> None:
    source = (
        f"const PIN = '{H}'; function f(PIN) {{ initializeSslPinning({{ 'a.com': {{ publicKeyHashes: [PIN] }} }}) }}"
    )

    assert [one.problem for one in read(source.encode()).rules[0].pins or ()] == ["unresolved_code"]


@pytest.mark.parametrize(
    ("around", "is_conditional"),
    [
        ("if (!__DEV__) {{ {} }}", True),
        ("if (x) {}", True),
        ("x && {}", True),
        ("const f = x ? {} : null", True),
        ("hosts.forEach(h => {{ {} }})", True),
        ("if (x) return; else {}", True),
        ("useEffect(() => {{ {} }}, [])", False),
        ("async function f() {{ try {{ await {} }} catch (e) {{}} }}", False),
        ("class A {{ m() {{ {} }} }}", False),
        ("export default {{ start: () => {} }}", False),
    ],
)
def test_a_condition_around_the_call_is_reported(around: str, is_conditional: bool) -> None:
    call = f"initializeSslPinning({{ 'a.com': {{ publicKeyHashes: ['{H}', '{G}'] }} }})"

    pin_set = read(around.format(call).encode())

    assert pin_set.rules[0].is_conditional is is_conditional
    assert [one.code for one in pin_set.problems] == (["conditional_code"] if is_conditional else [])


@pytest.mark.parametrize(
    ("date_text", "android", "ios", "codes"),
    [
        ("2027-1-31T12:00", date(2027, 1, 31), None, ["expiration_not_read", "expiration_misread"]),
        ("2027-02-30", date(2027, 3, 2), None, ["expiration_not_read", "expiration_misread"]),
        ("2027-13-01", date(2028, 1, 1), None, ["expiration_not_read", "expiration_misread"]),
        ("soon", None, None, ["expiration_not_read", "expiration_rejected"]),
    ],
)
def test_an_odd_date_is_read_for_each_platform(
    date_text: str, android: date | None, ios: date | None, codes: list[str]
) -> None:
    pin_set = script(f"{{ 'a.com': {{ publicKeyHashes: ['{H}'], expirationDate: '{date_text}' }} }}")

    assert [(one.scope, one.expiration) for one in pin_set.rules] == [
        (ANDROID, Expiration(date_text, android)),
        (IOS, Expiration(date_text, ios)),
    ]
    assert [one.code for one in pin_set.problems] == codes


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{ '*.a.com': { publicKeyHashes: [] } }", [("wildcard_ignored", False, 2)]),
        ("{ 'https://a.com': { publicKeyHashes: [] } }", [("not_a_host", False, 2)]),
        ("{ 'a.com': { publicKeyHashes: [], pins: [] } }", [("unknown_key", False, 2)]),
        ("{ 'a.com': {} }", [("key_hashes_missing", False, 2), ("key_hashes_missing", True, 2)]),
        ("", [("unresolved_code", False, 2)]),
        ("{ 'a.com': { publicKeyHashes: [], includeSubdomains: x } }", [("unresolved_code", False, 2)]),
        ("{ 'a.com': { publicKeyHashes: [], expirationDate: x } }", [("unresolved_code", False, 2)]),
    ],
)
def test_what_is_wrong_or_open_is_reported(options: str, expected: list[tuple[str, bool, int]]) -> None:
    assert found(script(options).problems) == expected


def test_pins_with_a_prefix_are_told() -> None:
    pin_set = script(f"{{ 'a.com': {{ publicKeyHashes: ['sha256/{H}'] }} }}")

    assert [one.problem for one in pin_set.rules[0].pins or ()] == ["wrong_prefix"]


OBJECT = f"{{ 'a.com': {{ publicKeyHashes: ['{H}', '{G}'] }} }}"
MODULE = "'react-native-ssl-public-key-pinning'"


@pytest.mark.parametrize(
    "source",
    [
        f'{{"a.com": {{"publicKeyHashes": ["{H}", "{G}"]}}}}',
        f"export const PINS = {OBJECT};",
        f"module.exports = {{ pinning: {OBJECT} }};",
        f"import {{ initializeSslPinning as init }} from {MODULE}\ninit({OBJECT})",
        f"const {{ initializeSslPinning: init }} = require({MODULE})\ninit({OBJECT})",
        f"Pinning.initializeSslPinning({OBJECT})",
    ],
)
def test_the_object_is_found_however_it_is_handed_over(source: str) -> None:
    assert texts(read(source.encode())) == [("a.com", [H, G])]


def test_several_calls_are_several_configurations() -> None:
    call = "initializeSslPinning({{ 'a.com': {{ publicKeyHashes: ['{}'] }} }});\n"

    pin_set = read((call.format(H) + call.format(G) + "disableSslPinning();").encode())

    assert [(one.group, [two.text for two in one.pins or ()]) for one in pin_set.rules] == [(1, [H]), (2, [G])]
    assert [one.code for one in pin_set.problems] == ["conditional_code"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("function publicKeyHashes() {}", "wrong_format"),
        ('{"publicKeyHashes": []}', "wrong_format"),
        ('{"a.com": {"publicKeyHashes": []}', "malformed_json"),
        ("const sslPinning = `", "malformed_source"),
        ("fetch('https://a.com') // sslPinning", "wrong_format"),
        ("initializeSslPinning" + "(" * 300, "too_large"),
        ("sslPinning " + "`${" * 9, "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(source: str, code: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source.encode(), format="react_native")

    assert caught.value.code == code


def test_with_calls_of_both_libraries_each_client_has_its_own_rules() -> None:
    fetch = f"fetch('https://b.com', {{ pkPinning: true, sslPinning: {{ certs: ['sha256/{N}'] }} }});"
    source = f"initializeSslPinning({{ 'a.com': {{ publicKeyHashes: ['{H}', '{G}'] }} }});\n{fetch}"

    pin_set = read(source.encode())

    assert [(one.pattern, one.scope) for one in pin_set.rules] == [
        ("a.com", ANDROID),
        ("a.com", IOS),
        ("b.com", "react_native_ssl_pinning_android"),
        ("b.com", "react_native_ssl_pinning_ios"),
    ]
    assert clients_in(pin_set) == (
        Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_ANDROID,
        Client.REACT_NATIVE_SSL_PUBLIC_KEY_PINNING_IOS,
        Client.REACT_NATIVE_SSL_PINNING_ANDROID,
        Client.REACT_NATIVE_SSL_PINNING_IOS,
    )


def test_rules_are_whole_values() -> None:
    rule = script(f"{{ 'a.com': {{ publicKeyHashes: ['{N}'] }} }}").rules[0]

    assert rule == PinRule("a.com", Place(2, 25), rule.pins, group=1)
