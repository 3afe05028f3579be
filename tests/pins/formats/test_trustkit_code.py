"""TrustKit in Swift and Objective-C: what the text alone tells, and what stays open with its line."""

from datetime import date

import pytest

from pins.decision import Client
from pins.errors import PinError, Place
from pins.formats import clients_in, read
from pins.pinset import Expiration, PinSet
from tests.pins.formats.samples import G, H, N, found, texts

SWIFT = f"""import TrustKit

final class AppDelegate: UIResponder {{
    static let backup = "{G}" /* offline /* key */ */

    func start() {{
        let config = [
            kTSKSwizzleNetworkDelegates: false,
            kTSKPinnedDomains: [
                "example.com": [
                    kTSKIncludeSubdomains: true,
                    kTSKEnforcePinning: NSNumber(value: false),
                    kTSKExpirationDate: "2027-01-31",
                    kTSKPublicKeyHashes: ["{H}", AppDelegate.backup],
                ],
                "free.example.com": [kTSKExcludeSubdomainFromParentPolicy: true],
            ]] as [String: Any]
        TrustKit.initSharedInstance(withConfiguration: config)
    }}
}}
"""
OBJECTIVE_C = f"""#import <TrustKit/TrustKit.h>
#define BACKUP @"{G}"
static NSString * const kHost = @"example.com";

@implementation AppDelegate
- (void)start {{
    NSDictionary *config = @{{
        kTSKSwizzleNetworkDelegates : @NO,
        kTSKPinnedDomains : @{{
            kHost : @{{
                kTSKIncludeSubdomains : @YES,
                kTSKEnforcePinning : @(NO),
                kTSKExpirationDate : @"2027-" @"01-31", // joined
                kTSKPublicKeyHashes : @[ @"{H}", BACKUP ],
            }},
            @"free.example.com" : @{{ kTSKExcludeSubdomainFromParentPolicy : @YES }},
        }}
    }};
    [TrustKit initSharedInstanceWithConfiguration:config];
}}
@end
"""


@pytest.mark.parametrize("source", [SWIFT, OBJECTIVE_C])
def test_a_configuration_is_read_in_both_languages(source: str) -> None:
    pin_set = read(source.encode())

    assert pin_set.format == "trustkit_code"
    assert texts(pin_set) == [("example.com", [H, G]), ("free.example.com", None)]
    first, free = pin_set.rules
    assert (first.include_subdomains, first.is_enforced) == (True, False)
    assert first.expiration == Expiration("2027-01-31", date(2027, 1, 31))
    assert (free.is_excluded, pin_set.is_complete, pin_set.problems) == (True, True, ())
    assert clients_in(pin_set) == (Client.TRUSTKIT_IOS,)


def test_pins_and_domains_have_their_places() -> None:
    rule = read(SWIFT.encode()).rules[0]

    assert (rule.place, [pin.place for pin in rule.pins or ()]) == (Place(10, 17), [Place(14, 43), Place(14, 91)])


def swift(pins: str = f'"{H}", "{G}"', *, before: str = "", settings: str = "", domain: str = '"a.com"') -> bytes:
    """One domain; its line is the second one behind `before`."""
    policy = f"[{settings}kTSKPublicKeyHashes: [{pins}]]"
    return f"{before}let config: [String: Any] = [\nkTSKPinnedDomains: [{domain}: {policy}]]\n".encode()


def open_codes(pin_set: PinSet) -> list[tuple[str, int | None]]:
    return [(one.code, one.place.line) for one in pin_set.problems]


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (f'let pin = "{H}"\n', "pin"),
        (f'let head = "{H[:9]}", tail = "{H[9:]}"\n', f'"{H[:9]}" + "{H[9:]}"'),
        (f'let tail = "{H[9:]}"\n', f'"{H[:9]}\\(tail)"'),
        (f'let tail = "{H[9:]}"\n', f'("{H[:9]}"\n + tail)'),
        (f'enum Pins {{ static let leaf = "{H}" }}\n', "Pins.leaf"),
        (f'extension Pins {{ static let leaf: String = "{H}" }}\n', "Pins.leaf"),
        (f'struct Pins {{ static let leaf = #"{H}"# }}\n', "Pins.leaf"),
        ("", f'"{H.replace("/", chr(92) + "u{2F}")}"'),
        ("", f'"{H}" as String'),
    ],
)
def test_constants_and_sums_of_texts_are_followed(before: str, written: str) -> None:
    pin_set = read(swift(f'{written}, "{G}"', before=before))

    assert (texts(pin_set), pin_set.problems) == ([("a.com", [H, G])], ())


@pytest.mark.parametrize(
    ("before", "written", "why"),
    [
        ("", "pin", "“pin” is not defined in this file"),
        (f'var pin = "{H}"\n', "pin", "“pin” can change while the app runs"),
        (f'let pin = "{H}"\nlet pin = "{G}"\n', "pin", "“pin” is defined more than once"),
        ("let pin = load()\n", "pin", "it is the result of load(…)"),
        ("let isProduction = true\n", f'isProduction ? "{H}" : "{N}"', "a condition decides it when the app runs"),
        ("", 'Bundle.main.object(forInfoDictionaryKey: "PIN")', "it is the result of object(…)"),
        ("let pin = pin\n", "pin", "“pin” refers to itself"),
        ("", f'"""\n{H}\n"""', "its spelling is not understood"),
        ("", "pins[0]", "it is computed when the app runs"),
    ],
)
def test_a_pin_that_only_running_tells_stays_open(before: str, written: str, why: str) -> None:
    pin_set = read(swift(f'{written}, "{G}"', before=before))

    assert [(pin.problem, pin.digest is None) for pin in pin_set.rules[0].pins or ()] == [
        ("unresolved_code", True),
        (None, False),
    ]
    assert [one.message for one in pin_set.problems] == [
        f"The pin is not known, because {why}. Write it as a literal or as a constant."
    ]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        (swift(domain="host"), "unresolved_code", 2),
        (swift(domain='"a.com": policy, "b.com"'), "unresolved_code", 2),
        (b"let c = [kTSKPinnedDomains:\n domains]", "unresolved_code", 2),
        (b"TrustKit.initSharedInstance(\nwithConfiguration: load())", "unresolved_code", 2),
        (b"[TrustKit initSharedInstanceWithConfiguration:\n@[]];", "unresolved_code", 2),
        (b"config[kTSKPinnedDomains] = [:]", "unsupported_code", 1),
        (swift() + b"config[kTSKPinnedDomains] = domains", "unsupported_code", 3),
        (swift() + b"func policy() -> [String: Any] { return [kTSKPublicKeyHashes: pins] }", "unsupported_code", 3),
    ],
)
def test_what_is_not_followed_leaves_the_source_incomplete(source: bytes, code: str, line: int) -> None:
    pin_set = read(source)

    assert (pin_set.is_complete, (code, line) in open_codes(pin_set)) == (False, True)


@pytest.mark.parametrize(
    "settings",
    ["kTSKEnforcePinning: isEnforced, ", "kTSKIncludeSubdomains: all, ", "kTSKExpirationDate: end, ", "key: 1, "],
)
def test_a_setting_that_only_running_tells_makes_its_rule_conditional(settings: str) -> None:
    pin_set = read(swift(settings=settings))

    assert (pin_set.rules[0].is_conditional, open_codes(pin_set)) == (True, [("unresolved_code", 2)])


def test_reading_the_configuration_changes_nothing() -> None:
    pin_set = read(swift() + b"print(config[kTSKPinnedDomains])")

    assert (pin_set.is_complete, pin_set.problems) == (True, ())


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("#if DEBUG\n", "#endif", 2),
        ("func f() {\nif isProduction {\n", "}}", 3),
        ("func f() {\nguard isProduction else {\n", "}}", 3),
        ("func f() { switch stage {\ncase .production:\n", "}}", 3),
    ],
)
def test_a_configuration_under_a_condition_is_conditional(before: str, after: str, line: int) -> None:
    pin_set = read(swift(before=before) + after.encode())

    assert (pin_set.rules[0].is_conditional, open_codes(pin_set)) == (True, [("conditional_code", line)])


@pytest.mark.parametrize(
    "around",
    [
        "class A {{ lazy var kit: TrustKit = {{ {} return kit }}() }}",
        "func f() {{ do {{ {} }} }}",
        "func f() {{ DispatchQueue.main.async {{ {} }} }}",
        "// #if DEBUG\n{}",
    ],
)
def test_blocks_that_decide_nothing_are_no_condition(around: str) -> None:
    assert read(around.format(swift().decode()).encode()).rules[0].is_conditional is False


def test_the_guard_of_a_header_is_no_condition() -> None:
    body = OBJECTIVE_C.replace("#import <TrustKit/TrustKit.h>", "#ifndef PINS_H\n#define PINS_H 1")

    assert [rule.is_conditional for rule in read((body + "#endif").encode()).rules] == [False, False]


def test_a_ternary_between_configurations_makes_both_conditional() -> None:
    policy = f'[kTSKPinnedDomains: ["a.com": [kTSKPublicKeyHashes: ["{H}", "{G}"]]]]'

    pin_set = read(f"let config: [String: Any]? = isProduction\n? {policy}\n: {policy}".encode())

    assert [(rule.group, rule.is_conditional) for rule in pin_set.rules] == [(0, True), (1, True)]
    assert open_codes(pin_set) == [("conditional_code", 2), ("conditional_code", 3), ("several_configurations", 3)]


def test_what_crashes_is_refused_where_there_is_one_configuration() -> None:
    lonely = swift(f'"{H}"')

    assert found(read(lonely).problems) == [("too_few_distinct_pins", True, 2)]
    assert [one[:2] for one in found(read(lonely + lonely.replace(b"config", b"other")).problems)] == [
        ("too_few_distinct_pins", False),
        ("several_configurations", False),
        ("too_few_distinct_pins", False),
    ]


def test_the_documented_key_as_a_text_excludes_nothing() -> None:
    source = b'let c: [String: Any] = ["TSKPinnedDomains": ["a.com": ["TSKExcludeSubdomainFromParentPolicy": true]]]'

    pin_set = read(source)

    assert [(rule.pattern, rule.is_excluded) for rule in pin_set.rules] == [("a.com", False)]
    assert sorted(one.code for one in pin_set.problems) == ["exclusion_key_not_read", "too_few_distinct_pins"]


def test_an_objective_c_list_with_a_forgotten_comma_holds_one_long_text() -> None:
    source = OBJECTIVE_C.replace(f'@"{H}", BACKUP', f'@"{H}" @"{G}", BACKUP')

    pin_set = read(source.encode())

    assert [pin.text for pin in pin_set.rules[0].pins or ()] == [H + G, G]
    assert found(pin_set.problems) == [("not_base64", True, 14)]


@pytest.mark.parametrize(
    ("source", "code", "beginning"),
    [
        (
            b"TrustKit.initializeWithNetworkSecurityConfiguration(this)",
            "wrong_format",
            "This code starts TrustKit for An",
        ),
        (
            b"import com.datatheorem.android.trustkit.TrustKit;\nTrustKit.getInstance();",
            "wrong_format",
            "This code star",
        ),
        (b"let kit = TrustKit.sharedInstance()", "wrong_format", "The source has no configuration of TrustKit in it."),
        (b'let a = [kTSKPinnedDomains: "', "malformed_source", "The text that begins here has no end"),
        (b"/* kTSKPinnedDomains", "malformed_source", "The comment that begins here has no end"),
        (b"let a = kTSKPinnedDomains " + b'"\\(' * 9, "too_large", "The source cannot be read"),
        (b"kTSKPinnedDomains" + b"(" * 300, "too_large", "The source has brackets nested deeper than 256"),
        (swift() * 65, "too_large", "The source has more than 64 configurations"),
    ],
)
def test_source_without_a_configuration_is_refused_with_a_sentence(source: bytes, code: str, beginning: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source)

    assert (caught.value.code, caught.value.sentence[: len(beginning)]) == (code, beginning)
