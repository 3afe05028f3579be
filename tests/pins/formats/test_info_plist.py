"""Info.plist: both mechanisms of one file, XML and binary alike, and every type that the system would not take."""

from datetime import date
from typing import Any

import pytest

from pins.decision import Client
from pins.errors import PinError, Place
from pins.formats import clients_in, read
from pins.pinset import Expiration, PinRule, Position
from tests.pins.formats.plists import binary, identities, lines, transport, trustkit, xml
from tests.pins.formats.samples import G, H, N, texts

ATS, TRUSTKIT = Client.APPLE_ATS, Client.TRUSTKIT_IOS
GOOD = {"TSKPublicKeyHashes": [H, G]}


def codes(source: bytes) -> list[tuple[str, bool, str]]:
    """Code, whether it is refused, and whom it concerns."""
    return [(one.code, one.is_refused, one.scope) for one in read(source).problems]


def facts(rule: PinRule) -> tuple[Any, ...]:
    """What a rule says, without its places."""
    pins = None if rule.pins is None else tuple((pin.text, pin.digest, pin.problem) for pin in rule.pins)
    return rule.pattern, pins, rule.include_subdomains, rule.position, rule.scope, rule.is_enforced, rule.is_excluded


BOTH = {
    "CFBundleIdentifier": "com.example.app",
    **transport(
        example_org={"NSIncludesSubdomains": True, "NSPinnedLeafIdentities": identities(H, G)},
        both_org={"NSPinnedCAIdentities": identities(N), "NSPinnedLeafIdentities": identities(H)},
        none_org={},
    ),
    **trustkit(
        good_com={**GOOD, "TSKIncludeSubdomains": True, "TSKEnforcePinning": False, "TSKExpirationDate": "2027-01-31"},
        free_good_com={"kSKExcludeSubdomainFromParentPolicy": True},
    ),
}


@pytest.mark.parametrize("written", [xml, binary])
def test_both_mechanisms_are_read_from_one_file(written: Any) -> None:
    pin_set = read(written(BOTH))

    assert [(rule.pattern, rule.position, rule.scope, rule.include_subdomains) for rule in pin_set.rules] == [
        ("example.org", Position.LEAF, ATS, True),
        ("both.org", Position.CA, ATS, False),
        ("both.org", Position.LEAF, ATS, False),
        ("none.org", Position.ANY, ATS, False),
        ("good.com", Position.ANY, TRUSTKIT, True),
        ("free.good.com", Position.ANY, TRUSTKIT, False),
    ]
    assert texts(pin_set) == [
        ("example.org", [H, G]),
        ("both.org", [N]),
        ("both.org", [H]),
        ("none.org", None),
        ("good.com", [H, G]),
        ("free.good.com", None),
    ]
    assert pin_set.rules[4].expiration == Expiration("2027-01-31", date(2027, 1, 31))
    assert [(rule.is_enforced, rule.is_excluded) for rule in pin_set.rules[4:]] == [(False, False), (True, True)]
    assert clients_in(pin_set) == (ATS, TRUSTKIT)
    assert [(one.code, one.scope) for one in pin_set.problems] == [("domain_without_identities", ATS)]


def test_xml_and_binary_say_the_same() -> None:
    assert [facts(rule) for rule in read(xml(BOTH)).rules] == [facts(rule) for rule in read(binary(BOTH)).rules]


def test_pins_have_lines_in_xml_and_paths_in_binary_files() -> None:
    values = transport(example_org={"NSPinnedLeafIdentities": identities(H)})

    in_xml, in_binary = (read(written(values)).rules[0] for written in (xml, binary))

    assert (in_xml.place, (in_xml.pins or ())[0].place) == (Place(9, 9), Place(15, 15))
    path = "NSAppTransportSecurity.NSPinnedDomains.example.org"
    assert in_binary.place == Place(path=path)
    assert (in_binary.pins or ())[0].place == Place(path=f"{path}.NSPinnedLeafIdentities[0].SPKI-SHA256-BASE64")


@pytest.mark.parametrize(
    ("values", "clients"),
    [
        (transport(a_com={"NSPinnedLeafIdentities": identities(H)}), (ATS,)),
        (trustkit(a_com=GOOD), (TRUSTKIT,)),
        (BOTH, (ATS, TRUSTKIT)),
        ({"CFBundleName": "App"}, (ATS,)),
        ({"NSAppTransportSecurity": {"NSAllowsArbitraryLoads": True}}, (ATS,)),
        ({"TSKConfiguration": {}}, (ATS,)),
        ({**trustkit(a_com=GOOD), "SecTrustPinningRequired": True}, (ATS, TRUSTKIT)),
    ],
)
def test_the_file_says_whom_it_configures(values: dict[str, Any], clients: tuple[Client, ...]) -> None:
    assert clients_in(read(xml(values))) == clients


@pytest.mark.parametrize("part", ["NSAppTransportSecurity", "TSKConfiguration"])
def test_a_part_alone_is_read_too(part: str) -> None:
    whole = read(xml(BOTH))

    found = read(xml(BOTH[part]))

    assert [facts(one) for one in found.rules] == [facts(one) for one in whole.rules if one.scope in found.client_kinds]


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ({}, ["domain_without_identities"]),
        ({"NSPinnedLeafIdentities": []}, ["empty_identity_list"]),
        ({"NSPinnedLeafIdentities": H}, ["plist_wrong_type", "empty_identity_list"]),
        ({"NSPinnedLeafIdentities": [H]}, ["malformed_identity", "empty_identity_list"]),
        ({"NSPinnedCAIdentities": [{"SPKI-SHA256": H}]}, ["malformed_identity", "empty_identity_list"]),
        ({"NSPinnedCAIdentities": [{"SPKI-SHA256-BASE64": b"x"}]}, ["malformed_identity", "empty_identity_list"]),
        ({"NSPinnedCAIdentities": identities("")}, ["empty_identity_list"]),
        ({"NSPinnedCAIdentities": [H, *identities(H)]}, ["malformed_identity"]),
        ({"NSPinnedCAIdentities": identities(H), "NSIncludesSubdomains": "YES"}, ["loose_boolean"]),
        ({"NSPinnedCAIdentities": identities(H), "NSIncludesSubdomains": 1}, ["loose_boolean"]),
        ({"NSPinnedCAIdentities": identities(H), "NSIncludesSubdomain": True}, ["unknown_key"]),
        ("x", ["plist_wrong_type"]),
        ([], ["plist_wrong_type"]),
    ],
)
@pytest.mark.parametrize("written", [xml, binary])
def test_what_the_system_ignores_in_a_domain_is_reported(written: Any, domain: Any, expected: list[str]) -> None:
    assert sorted(codes(written(transport(a_com=domain)))) == [(code, False, ATS) for code in sorted(expected)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("*.a.com", "wildcard_ignored"),
        ("https://a.com", "not_a_host"),
        ("a.com:443", "not_a_host"),
        ("a.com.", "trailing_dot"),
        ("münchen.de", "unicode_domain"),
        ("", "not_a_host"),
    ],
)
def test_domains_that_cover_no_host_are_reported(name: str, code: str) -> None:
    values = {"NSAppTransportSecurity": {"NSPinnedDomains": {name: {"NSPinnedCAIdentities": identities(H)}}}}

    assert codes(xml(values)) == [(code, False, ATS)]


def test_values_that_xcode_fills_in_stay_open() -> None:
    body = transport(a_com={"NSPinnedLeafIdentities": identities("$(PIN)", H)})
    named: dict[str, Any] = {
        "NSAppTransportSecurity": {"NSPinnedDomains": {"${API_HOST}": {"NSPinnedLeafIdentities": []}}}
    }

    pins = read(xml(body)).rules[0].pins or ()
    whole = read(xml(named))

    assert [(pin.text, pin.problem) for pin in pins] == [("$(PIN)", "unresolved_code"), (H, None)]
    assert (whole.rules, whole.is_complete) == ((), False)
    assert [(one.code, one.place.line) for one in whole.problems] == [("unresolved_code", 9)]


def test_of_a_repeated_key_the_last_value_counts() -> None:
    source = lines(
        "<key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict>\n"
        "<key>a.com</key><dict><key>NSPinnedLeafIdentities</key><array/></dict>\n"
        "<key>a.com</key><dict><key>NSPinnedCAIdentities</key>"
        f"<array><dict><key>SPKI-SHA256-BASE64</key><string>{H}</string></dict></array></dict>\n"
        "</dict></dict>"
    )

    pin_set = read(source)

    assert texts(pin_set) == [("a.com", [H])]
    assert [(one.code, one.place.line) for one in pin_set.problems] == [("duplicate_key", 5)]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"CFBundleName": "App", "NSPinnedDomains": {}}, 8),
        ({**trustkit(a_com=GOOD), "NSPinnedDomains": {}}, 22),
        ({"NSAppTransportSecurity": {"NSExceptionDomains": {"NSPinnedDomains": {}}}}, 10),
    ],
)
def test_keys_in_the_wrong_place_are_reported(values: dict[str, Any], line: int) -> None:
    found = [(one.code, one.place.line) for one in read(xml(values)).problems if one.code == "misplaced_key"]

    assert found == [("misplaced_key", line)]


def test_a_comment_inside_a_value_breaks_the_whole_file() -> None:
    source = lines(
        "<key>CFBundleName</key><string><!-- later -->App</string>\n<key>a</key><string><![CDATA[<!-->]]></string>"
    )

    assert [(one.code, one.is_refused, one.place.line) for one in read(source).problems] == [
        ("no_pins_in_property_list", False, 3),
        ("comment_in_value", True, 4),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<key>a</key>", "<key> has no value."),
        ("<key>a</key><key>b</key>", "<key> has no value."),
        ("<string>a</string>", "<string> stands where a <key> belongs."),
        ("<key>a</key><b/>", "<b> stands where a value belongs."),
        ("<key>a</key><string><b/></string>", "<b> stands inside a value."),
        ("<key>a</key>x<true/>", "<dict> holds text outside its values."),
        ("<key>a</key><array>x</array>", "<array> holds text outside its values."),
    ],
)
def test_xml_that_is_no_property_list_is_called_so(body: str, message: str) -> None:
    with pytest.raises(PinError) as caught:
        read(lines(body))

    assert caught.value.code == "malformed_plist"
    assert caught.value.sentence.startswith(f"This is XML but no property list: {message}")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE plist [<!ENTITY a "b">]>',
        '<!DOCTYPE plist PUBLIC "a" "b" [<!ENTITY a "b">]>',
        '<!DOCTYPE plist SYSTEM "file:///etc/passwd" [<!ENTITY % a SYSTEM "b"> %a;]>',
        '<!DOCTYPE other SYSTEM "x">',
    ],
)
def test_a_document_type_that_declares_something_is_refused(doctype: str) -> None:
    with pytest.raises(PinError) as caught:
        read(f"{doctype}<plist><dict><key>a</key><string>&a;</string></dict></plist>".encode())

    assert caught.value.code == "forbidden_xml"
