"""A Capacitor build action: XML inside JSON texts, a TrustKit configuration, and both written back."""

import base64
import json
import plistlib
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pins.decide import decide
from pins.decision import Client, Outcome
from pins.errors import PinError, Place
from pins.formats import clients_in, read, replace_pins, sharing_rules, write
from pins.pinset import Expiration, Pin, PinKind, PinRule
from tests.pins.encounters import BAD, cast, encounter
from tests.pins.formats.samples import G, H, N, changed_lines, found

C = cast()
RULE = f"""<domain-config>
  <domain includeSubdomains="true">a.example.com</domain>
  <pin-set>
    <pin digest="SHA-256">{H}</pin>
    <pin digest="SHA-256">{G}</pin>
  </pin-set>
</domain-config>"""
EMPTY = "<domain-config><domain>b.example.com</domain><pin-set/></domain-config>"
POLICY = {"TSKEnforcePinning": True, "TSKIncludeSubdomains": False, "TSKPublicKeyHashes": [H, G]}


def action(*rules: str, domains: dict[str, Any] | None = None) -> bytes:
    entries = [
        {"resFile": "xml/network_security_config.xml", "target": "network-security-config", "inject": one}
        for one in rules
    ]
    configuration = {"TSKConfiguration": {"TSKSwizzleNetworkDelegates": True, "TSKPinnedDomains": domains or {}}}
    ios = {"plist": [{"replace": True, "entries": [configuration]}]}
    platforms = {"android": {"xml": entries}, **({} if domains is None else {"ios": ios})}
    return json.dumps({"platforms": platforms}, indent=2).encode()


SOURCE = action(RULE, EMPTY, domains={"a.example.com": POLICY})


def test_both_platforms_get_rules_of_their_own() -> None:
    pin_set = read(SOURCE)

    domains = "platforms.ios.plist[0].entries[0].TSKConfiguration.TSKPinnedDomains.a.example.com"
    assert pin_set.rules == (
        PinRule(
            pattern="a.example.com",
            place=Place(8, 76, "platforms.android.xml[0].inject"),
            pins=(
                _pin(H, Place(8, 141, "platforms.android.xml[0].inject")),
                _pin(G, Place(8, 221, "platforms.android.xml[0].inject")),
            ),
            include_subdomains=True,
            scope="android_nsc",
        ),
        PinRule(
            pattern="b.example.com",
            place=Place(13, 45, "platforms.android.xml[1].inject"),
            pins=(),
            scope="android_nsc",
        ),
        PinRule(
            pattern="a.example.com",
            place=Place(26, 20, domains),
            pins=(
                _pin(H, Place(30, 24, f"{domains}.TSKPublicKeyHashes[0]")),
                _pin(G, Place(31, 24, f"{domains}.TSKPublicKeyHashes[1]")),
            ),
            scope="trustkit_ios",
        ),
    )
    assert clients_in(pin_set) == (Client.ANDROID_NSC, Client.TRUSTKIT_IOS)
    assert [(one.code, one.scope) for one in pin_set.problems] == [("empty_pin_set", "android_nsc")]


def test_each_platform_is_decided_by_its_own_rules() -> None:
    pin_set = read(action(RULE.replace(H, BAD), domains={"other.example.com": POLICY}))
    met = encounter("sub.a.example.com", C.l1, C.i1, C.r1)

    assert decide(Client.ANDROID_NSC, pin_set, met).outcome is Outcome.BLOCKED_BY_PIN
    assert decide(Client.TRUSTKIT_IOS, pin_set, met).outcome is Outcome.NOT_PINNED


def test_a_build_action_may_address_one_platform_only() -> None:
    assert clients_in(read(action(RULE))) == (Client.ANDROID_NSC,)
    assert clients_in(read(action(domains={"a.com": POLICY}))) == (Client.TRUSTKIT_IOS,)


def test_problems_stand_where_they_are_in_the_json() -> None:
    source = action(RULE.replace(H, "dummy"), RULE, domains={"a.com": {"TSKPublicKeyHashes": [H, "sha256/" + G]}})

    pin_set = read(source)

    assert [(one.code, one.is_refused, one.place.path) for one in pin_set.problems] == [
        ("not_base64", True, "platforms.android.xml[0].inject"),
        ("duplicate_domain", True, "platforms.android.xml[1].inject"),
        (
            "not_base64",
            True,
            "platforms.ios.plist[0].entries[0].TSKConfiguration.TSKPinnedDomains.a.com.TSKPublicKeyHashes[1]",
        ),
    ]
    assert [one.problem for one in pin_set.rules[2].pins or ()] == [None, "wrong_prefix"]


def test_what_trustkit_reads_otherwise_than_it_is_written_is_reported() -> None:
    policy = {**POLICY, "TSKEnforcePinning": "NO", "TSKExpirationDate": "31.01.2027", "TSKHashes": []}

    pin_set = read(action(domains={"a.com": policy, "b.com": 1}))

    assert [one[:2] for one in found(pin_set.problems)] == [
        ("loose_boolean", False),
        ("expiration_not_read", False),
        ("unknown_key", False),
        ("plist_wrong_type", True),
    ]
    assert (pin_set.rules[0].is_enforced, pin_set.rules[0].expiration) == (False, Expiration("31.01.2027", None))


@pytest.mark.parametrize(
    "policy",
    [
        POLICY,
        {**POLICY, "TSKExpirationDate": "2027-1-5"},
        {**POLICY, "TSKExpirationDate": 20270105},
        {**POLICY, "TSKIncludeSubdomains": 1, "TSKEnforcePinning": "no"},
        {**POLICY, "TSKPublicKeyAlgorithms": ["TSKAlgorithmRsa2048"], "TSKReportUris": ["not a URL"]},
        {**POLICY, "TSKExcludeSubdomainFromParentPolicy": True},
        {"kSKExcludeSubdomainFromParentPolicy": True},
        {"TSKPublicKeyHashes": [H]},
        {"TSKPublicKeyHashes": [H, H]},
        {"TSKPublicKeyHashes": []},
        {"TSKPublicKeyHashes": [H, 1, "dummy", "aGV4"]},
        {"TSKPublicKeyHashes": H},
        {"Hashes": [H, G]},
        "no policy",
    ],
)
@pytest.mark.parametrize("domain", ["a.com", "*.a.com", "a.com.", "münchen.example"])
def test_trustkit_is_read_here_as_in_a_property_list(domain: str, policy: object) -> None:
    domains = {domain: policy}
    injected = read(action(domains=domains))
    written = read(plistlib.dumps({"TSKConfiguration": {"TSKPinnedDomains": domains}}))

    assert [nowhere(one) for one in injected.rules] == [nowhere(one) for one in written.rules]
    assert Counter((one.code, one.is_refused) for one in injected.problems) == Counter(
        (one.code, one.is_refused) for one in written.problems
    )


def nowhere(rule: PinRule) -> PinRule:
    pins = rule.pins and tuple(replace(one, place=Place()) for one in rule.pins)
    return replace(rule, place=Place(), pins=pins)


def test_an_end_on_ios_is_read() -> None:
    pin_set = read(action(domains={"a.com": {**POLICY, "TSKExpirationDate": "2027-01-31"}}))

    assert pin_set.rules[0].expiration == Expiration("2027-01-31", date(2027, 1, 31))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b'{"platforms": {"android": {"xml": [{"target": "network-security-config"}]}}}', "no_pins_injected"),
        (
            b'{"platforms": {"android": {"xml": [{"target": "x", "inject": "<pin>network-security-config"}]}}}',
            "pins_not_read",
        ),
        (
            b'{"platforms": {"ios": {"plist": [{"entries": [{"NSAppTransportSecurity": {}}, "TSKConfiguration"]}]}}}',
            "pins_not_read",
        ),
    ],
)
def test_what_is_not_followed_is_reported(source: bytes, code: str) -> None:
    assert [one.code for one in read(source).problems][:1] == [code]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b'{"platforms": 1, "network-security-config": 1}', "wrong_format"),
        (b'{"platforms": {"TSKConfiguration"', "malformed_json"),
        (action("<domain-config>"), "malformed_xml"),
        (action("<!DOCTYPE a [<!ENTITY b 'c'>]><domain-config>&b;</domain-config>"), "malformed_xml"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(source: bytes, code: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source, format="capacitor_build_action")

    assert caught.value.code == code
    assert caught.value.place.line is not None


def test_unchanged_it_is_written_back_as_it_was_however_its_texts_are_escaped() -> None:
    escaped = SOURCE.replace(b"/mIkG", rb"\/mIkG").replace(b"<domain-config>", rb"\u003cdomain-config>")

    assert write(read(SOURCE)) == SOURCE
    assert write(read(escaped)) == escaped
    assert [one.text for one in read(escaped).rules[0].pins or ()] == [H, G]
    assert replace_pins(read(escaped), 0, [N, G]).source == escaped.replace(
        H.replace("/mIkG", r"\/mIkG").encode(), N.encode(), 1
    )


@pytest.mark.parametrize("wanted", [[N], [H, G, N], [N, H, G], [H, N, G], [G], [H], [], [G, H]])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_pins_are_written_inside_the_texts_with_their_escapes(index: int, wanted: list[str]) -> None:
    written = replace_pins(read(SOURCE), index, wanted)

    assert [one.text for one in written.rules[index].pins or ()] == wanted
    assert sharing_rules(written, index) == (index,)
    others = [one for one in (0, 1, 2) if one != index]
    assert [written.rules[one].pins for one in others if one < index] == [
        read(SOURCE).rules[one].pins for one in others if one < index
    ]


def test_an_added_pin_gets_a_line_of_its_own_in_the_xml() -> None:
    written = replace_pins(read(SOURCE), 0, [H, G, N])

    gone, come = changed_lines(SOURCE, written.source)
    new = f'<pin digest=\\"SHA-256\\">{G}</pin>\\n    <pin digest=\\"SHA-256\\">{N}</pin>\\n  </pin-set>'
    assert come == [gone[0].replace(f'<pin digest=\\"SHA-256\\">{G}</pin>\\n  </pin-set>', new)]


def test_a_removed_pin_leaves_no_blank_line_in_the_xml() -> None:
    written = replace_pins(read(SOURCE), 0, [H])

    injected = json.loads(written.source)["platforms"]["android"]["xml"][0]["inject"]
    assert injected == RULE.replace(f'\n    <pin digest="SHA-256">{G}</pin>', "")


def test_the_end_of_a_pin_set_is_written_with_escaped_quotes() -> None:
    pin_set = read(SOURCE)
    end = Expiration("2028-01-31", date(2028, 1, 31))

    written = write(replace(pin_set, rules=(replace(pin_set.rules[0], expiration=end), *pin_set.rules[1:])))

    assert read(written).rules[0].expiration == end
    assert written == SOURCE.replace(b"<pin-set>", b'<pin-set expiration=\\"2028-01-31\\">')


def _pin(text: str, place: Place) -> Pin:
    return Pin(text, PinKind.SPKI_SHA256, base64.b64decode(text), place)
