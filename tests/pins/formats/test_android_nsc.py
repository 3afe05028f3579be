"""What Android's parser accepts, refuses and skips in a Network Security Config."""

from datetime import date

import pytest

from pins.errors import PinError, Place
from pins.formats import read
from pins.pinset import AnchorSource, Expiration, Pin, PinKind, PinRule
from tests.pins.formats.samples import G, H, found, nsc, pin, rule, texts


def test_a_rule_holds_domain_pins_and_their_places() -> None:
    source = nsc(
        f"""<domain-config>
  <domain includeSubdomains="true">\n android.com </domain>
  <pin-set expiration="2027-01-31"><pin digest="sha-256">{H}</pin></pin-set>
</domain-config>"""
    )

    pin_set = read(source)

    digest = bytes.fromhex("aff988906dde12955d9bebbf928fdcc31cce328d5b9384f21c8941ca26e20391")
    assert pin_set.rules == (
        PinRule(
            pattern="android.com",
            place=Place(4, 2),
            pins=(Pin(H, PinKind.SPKI_SHA256, digest, Place(5, 58)),),
            include_subdomains=True,
            expiration=Expiration("2027-01-31", date(2027, 1, 31)),
        ),
    )
    assert pin_set.problems == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("<base-config><trust-anchors/></base-config>", []),
        ("<domain-config><domain>a.com</domain><domain>A.com</domain></domain-config>", ["duplicate_domain"]),
        (
            (
                '<domain-config><domain>a.com</domain></domain-config><domain-config><domain includeSubdomains="true">'
                "a.com</domain></domain-config>"
            ),
            ["duplicate_domain"],
        ),
        ("<base-config><pin-set/></base-config>", ["misplaced_pin_set"]),
        ("<base-config><domain>a.com</domain></base-config>", ["misplaced_domain"]),
        ("<base-config><domain-config/></base-config>", ["misplaced_domain_config"]),
        ("<base-config/><domain-config><domain>a</domain></domain-config><base-config/>", ["several_base_configs"]),
        ("<debug-overrides/><debug-overrides/>", ["several_debug_overrides"]),
        ("<domain-config/>", ["domain_missing"]),
        ("<domain-config><domain> </domain></domain-config>", ["empty_domain"]),
        ("<domain-config><domain>a<b/></domain></domain-config>", ["domain_with_elements"]),
        (
            "<domain-config><domain>a</domain><trust-anchors/><trust-anchors/></domain-config>",
            ["several_trust_anchors"],
        ),
        (
            "<base-config><trust-anchors><certificates/></trust-anchors></base-config>",
            ["missing_src"],
        ),
        ('<base-config><trust-anchors><certificates src="me"/></trust-anchors></base-config>', ["unknown_src"]),
    ],
)
def test_the_parser_refuses_what_stands_wrong(body: str, expected: list[str]) -> None:
    assert [one.code for one in read(nsc(body)).problems if one.is_refused] == expected


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ("<pin>" + H + "</pin>", [("unknown_digest", True, 2)]),  # bad_config1
        ('<pin digest="SHA-1">' + H + "</pin>", [("unknown_digest", True, 2)]),  # bad_config0
        ('<pin digest="SHA-256"/>', [("empty_pin", True, 2)]),  # bad_config2
        (pin("dummy"), [("not_base64", True, 2)]),
        (pin("sha256/" + H), [("wrong_prefix", True, 2)]),  # vector 17
        (pin(H + "="), [("not_base64", True, 2)]),
        (pin("0123456789abcdef" * 4), [("hex_pin", True, 2)]),
        (pin("AAAA"), [("wrong_length", True, 2)]),
        (pin("<b/>" + H), [("pin_with_elements", True, 2)]),
        (pin(H) + pin(H), []),
        (pin("[" + H[:20] + "\n" + H[20:-1] + "]"), []),  # §15.1: foreign characters are skipped
        ("", [("empty_pin_set", False, 2)]),
        ("</pin-set><pin-set>", [("several_pin_sets", True, 2), ("empty_pin_set", False, 2)]),
    ],
)
def test_a_pin_is_refused_exactly_where_android_refuses_it(pins: str, expected: list[tuple[str, bool, int]]) -> None:
    assert sorted(found(read(rule(pins)).problems)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-1-5", date(2027, 1, 5)),
        (" \t2027-01-31 ", date(2027, 1, 31)),
        ("2027-01-31T12:00", date(2027, 1, 31)),
        ("2026-11-2O", date(2026, 11, 2)),
        ("27-01-31", date(27, 1, 31)),
        ("12027-01-31", date.max),
        ("2027-02-30", None),
        ("2027-13-01", None),
        ("0-01-01", None),
        ("2027/01/31", None),
        ("31.01.2027", None),
        ("", None),
        ("9" * 39 + "-01-01", None),
    ],
)
def test_dates_are_read_as_leniently_as_android_does(text: str, expected: date | None) -> None:
    pin_set = read(rule(pin(H), attributes=f' expiration="{text}"'))

    assert [one.expiration for one in pin_set.rules] == [
        Expiration(text.replace("\t", " "), expected)  # XML turns a tab in an attribute into a blank
    ]
    assert [one.is_refused for one in pin_set.problems if one.code == "invalid_expiration"] == [True] * (
        expected is None
    )


def test_a_nested_rule_inherits_pins_date_and_anchors_each_as_a_whole() -> None:
    pin_set = read(
        nsc(
            f"""<domain-config>
  <trust-anchors><certificates src="@raw/ca"/></trust-anchors>
  <domain>outer.com</domain>
  <domain-config><domain>unrelated.org</domain></domain-config>
  <domain-config><domain>empty.outer.com</domain><pin-set/></domain-config>
  <domain-config><domain>own.outer.com</domain><pin-set>{pin(G)}</pin-set><trust-anchors/></domain-config>
  <pin-set expiration="2027-01-31">{pin(H)}</pin-set>
</domain-config>
<base-config><trust-anchors><certificates src="system" overridePins="true"/></trust-anchors></base-config>
<domain-config><domain>plain.com</domain></domain-config>"""
        )
    )

    ca, system = (AnchorSource("@raw/ca", False),), (AnchorSource("system", True),)
    end = Expiration("2027-01-31", date(2027, 1, 31))
    assert [(one.pattern, one.expiration, one.anchors) for one in pin_set.rules] == [
        ("outer.com", end, ca),
        ("unrelated.org", end, ca),
        ("empty.outer.com", None, ca),
        ("own.outer.com", None, ()),
        ("plain.com", None, system),
    ]
    assert texts(pin_set) == [
        ("outer.com", [H]),
        ("unrelated.org", [H]),
        ("empty.outer.com", []),
        ("own.outer.com", [G]),
        ("plain.com", None),
    ]
    assert pin_set.default_anchors == system
    assert found(pin_set.problems) == [("empty_pin_set", False, 6), ("pins_overridden", False, 10)]


def test_errors_in_the_debug_part_stop_debuggable_builds_only() -> None:
    pin_set = read(
        nsc(
            '<debug-overrides><trust-anchors><certificates src="user"/><certificates src="x"/></trust-anchors>'
            "</debug-overrides>"
        )
    )

    assert pin_set.debug_anchors == (AnchorSource("user", overrides_pins=True, debug_only=True),)
    assert found(pin_set.problems) == [("debug_only_error", False, 2)]


def test_what_android_skips_without_a_word_is_noted() -> None:
    pin_set = read(
        nsc(
            f"""{pin(H)}
<domain-config>
<domain>*.example.com</domain>
<domain>example.org.</domain>
<domain>müller.de</domain>
<domain includeSubdomains="yes">https://a.example.net/</domain>
<pins/>
{pin(H)}
<certificateTransparency enabled="true"/>
</domain-config>
<trustkit-config enforcePinning="true"/>"""
        )
    )

    assert found(pin_set.problems) == [
        ("pin_outside_pin_set", False, 2),
        ("wildcard_ignored", False, 4),
        ("trailing_dot", False, 5),
        ("unicode_domain", False, 6),
        ("not_a_boolean", False, 7),
        ("not_a_host", False, 7),
        ("unknown_element", False, 8),
        ("pin_outside_pin_set", False, 9),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, (True, [])) for value in ("true", "TRUE", "True", " true ", "1", "2", "-1", "+1", "0x10")),
        *((value, (False, [])) for value in ("false", "FALSE", "False", "0", "00", "0x0")),
        *((value, (False, ["not_a_boolean"])) for value in ("yes", "tRUE", "on", "", "1.5", "@bool/sub")),
    ],
)
def test_a_boolean_is_what_the_resource_compiler_makes_one(value: str, expected: tuple[bool, list[str]]) -> None:
    pin_set = read(rule(pin(H), domain=f'<domain includeSubdomains="{value}">a.com</domain>'))

    assert (pin_set.rules[0].include_subdomains, [one.code for one in pin_set.problems]) == expected


def test_a_part_of_the_file_is_sent_back_with_what_is_missing() -> None:
    with pytest.raises(PinError) as caught:
        read(b"<domain-config><domain>a.com</domain></domain-config>")

    assert caught.value.sentence == (
        "This is only the <domain-config> part of a Network Security Config. Put it into "
        "<network-security-config>…</network-security-config>, as it stands in the app, and try again."
    )


def test_a_refused_pin_is_named_with_what_it_should_perhaps_read() -> None:
    problem = read(rule(pin("sha256/" + H))).problems[0]

    assert problem.message == (
        f"The pin “sha256/{H}” is no base64. It should perhaps read {H}. "
        "Android refuses the whole file, so the app cannot connect at all. Repair it."
    )
    assert problem.place == Place(2, 79)
