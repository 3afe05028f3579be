"""Whatever stands in a property list, XML and binary mean the same, and what was written reads as it was asked."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pins.errors import PinError
from pins.formats import read, replace_pins, write
from pins.pinset import PinSet
from tests.pins.formats.plists import binary, xml
from tests.pins.formats.samples import G, H, N

pytestmark = pytest.mark.slow
calm = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.sampled_from([H, G, N, "sha256/" + H, "dummy", "YES", "2027-01-31", "", " ", "a & <b>"])
SCALARS = WORDS | st.booleans() | st.integers(-1, 300) | st.binary(max_size=4)
PINS = st.lists(SCALARS, max_size=4) | SCALARS
IDENTITIES = st.lists(st.fixed_dictionaries({"SPKI-SHA256-BASE64": SCALARS}) | SCALARS, max_size=4) | SCALARS
HOSTS = st.sampled_from(["a.com", "*.a.com", "b.a.com", "com", "ä.de", "", "a.com."])
NAMES = st.text(string.ascii_letters, max_size=8)
PINNED = st.fixed_dictionaries(
    {},
    optional={
        "NSIncludesSubdomains": SCALARS,
        "NSPinnedLeafIdentities": IDENTITIES,
        "NSPinnedCAIdentities": IDENTITIES,
    },
)
POLICY = st.fixed_dictionaries(
    {},
    optional={
        "TSKPublicKeyHashes": PINS,
        "TSKIncludeSubdomains": SCALARS,
        "TSKEnforcePinning": SCALARS,
        "TSKExpirationDate": SCALARS,
        "kSKExcludeSubdomainFromParentPolicy": SCALARS,
        "TSKReportUris": PINS,
    },
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "NSAppTransportSecurity": st.fixed_dictionaries(
            {}, optional={"NSPinnedDomains": st.dictionaries(HOSTS, PINNED | SCALARS, max_size=3) | SCALARS}
        ),
        "TSKConfiguration": st.fixed_dictionaries(
            {}, optional={"TSKPinnedDomains": st.dictionaries(HOSTS, POLICY | SCALARS, max_size=3) | SCALARS}
        ),
        "CFBundleName": SCALARS,
    },
)


def meaning(pin_set: PinSet) -> tuple[Any, ...]:
    """What a pin set says, without its places."""
    rules = [
        (
            rule.pattern,
            None if rule.pins is None else [(pin.text, pin.digest, pin.problem) for pin in rule.pins],
            rule.include_subdomains,
            rule.is_enforced,
            rule.is_excluded,
            rule.expiration,
            rule.position,
            rule.scope,
        )
        for rule in pin_set.rules
    ]
    problems = sorted((one.code, one.message, one.is_refused, one.scope) for one in pin_set.problems)
    return rules, problems, pin_set.client_kinds


@calm
@given(FILES)
def test_xml_and_binary_mean_the_same(values: dict[str, Any]) -> None:
    in_xml, in_binary = read(xml(values)), read(binary(values))

    assert meaning(in_xml) == meaning(in_binary)
    assert (write(in_xml), write(in_binary)) == (xml(values), binary(values))


@calm
@given(FILES, st.data())
def test_what_was_written_reads_as_it_was_asked(values: dict[str, Any], data: st.DataObject) -> None:
    pin_set = read(xml(values))
    if not pin_set.rules:
        return
    index = data.draw(st.integers(0, len(pin_set.rules) - 1))
    wanted = data.draw(st.lists(st.sampled_from([H, G, N]), max_size=4))

    try:
        written = replace_pins(pin_set, index, wanted)
    except PinError as error:
        code = error.code
    else:
        code = ""
        assert [pin.text for pin in written.rules[index].pins or ()] == wanted
        assert write(written) == written.source

    assert code in ("", "not_writable")


PART = b"<plist><dict><key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict>%s</dict></dict></dict></plist>"
LIST = b"<key>a.com</key><dict><key>TSKPublicKeyHashes</key><array>%s</array></dict>"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"<plist>" + b"<array>" * 65, None),
        (b"<plist><array>" + b"<true/>" * 100_001, None),
        (b"<plist>" + b" " * 4_194_304, None),
        (PART % (LIST % (b"<string/>" * 20_001)), None),
        (b'let c = [kTSKPinnedDomains: ["a.com": [kTSKPublicKeyHashes: [' + b'"",' * 20_001 + b"]]]]", None),
        (b"kTSKPinnedDomains" + b" a" * 100_001, None),
        (b"kTSKPinnedDomains" + b"#" * 100_001, None),
        (b'@"a" ' * 100_001, "trustkit_code"),
    ],
)
def test_too_much_of_anything_is_refused_with_a_sentence(source: bytes, name: str | None) -> None:
    with pytest.raises(PinError) as caught:
        read(source, format=name)

    assert caught.value.code == "too_large"
