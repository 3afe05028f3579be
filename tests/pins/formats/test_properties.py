"""Whatever the bytes, a reader gives a pin set that writes back as it was, or a PinError; never anything else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pins.errors import PinError
from pins.formats import FORMATS, read, replace_pins, write
from pins.lint import lint
from pins.pinset import PinSet
from tests.pins.formats import pieces, words_of_lines
from tests.pins.formats.samples import A, B, G, H, N, nsc
from tests.pki import Authority

pytestmark = pytest.mark.slow
ROOT = Authority.root("Root")
LEAF = ROOT.leaf("a.com")
PIECES = {
    "android_nsc": [
        "<domain-config>", "</domain-config>", "<domain>a.com</domain>", "<domain includeSubdomains='1'>*.ü</domain>",
        "<pin-set>", "<pin-set expiration='27-1-1x'>", "<pin-set/>", "</pin-set>", "<pin digest='SHA-256'>", "</pin>",
        f'<pin digest="SHA-256">{H}</pin>', f"<pin digest='sha-1'> {G}\n</pin>", H, "<!-- x -->", "<![CDATA[", "]]>",
        "<trust-anchors>", "</trust-anchors>", "<certificates src='system' overridePins='true'/>", "<base-config/>",
        "<debug-overrides>", "</debug-overrides>", "&amp;", "&x;", "<!DOCTYPE a>", " ", "\r\n", "\t", "é",
    ],
    "info_plist": [
        "<dict>", "</dict>", "<array>", "</array>", "<array/>", "<key>", "</key>", "<string>", "</string>", "<true/>",
        "<false/>", "<key>NSAppTransportSecurity</key>", "<key>NSPinnedDomains</key>", "<key>a.com</key>",
        "<key>NSPinnedLeafIdentities</key>", "<key>NSPinnedCAIdentities</key>", "<key>SPKI-SHA256-BASE64</key>",
        f"<string>{H}</string>", f"<dict><key>SPKI-SHA256-BASE64</key><string>{G}</string></dict>",
        "<key>TSKConfiguration</key>", "<key>TSKPinnedDomains</key>", "<key>TSKPublicKeyHashes</key>", "<!-- x -->",
        "<key>TSKExpirationDate</key>", "<string>2027-01-31</string>", "<key>TSKEnforcePinning</key>", "&amp;", "\t",
        "<plist>", "</plist>", "<string>$(PIN)</string>", "<![CDATA[", "]]>", "\r\n", "é", "<real>x</real>",
        "<integer>1</integer>", "<date>1</date>",
    ],
    "outsystems_json": [
        "{", "}", "[", "]", ",", ":", '"hosts"', '"host"', '"hashes"', f'"{A}"', f'"{B}"', '"a.com"', '"\\u0000"',
        '{"host":"a.com","hashes":[', '"dummy"', "1", "null", "true", "\n", "  ", '"\\ud83d\\ude00"', '"fqdn"', "é",
    ],
    "trustkit_code": [
        "kTSKPinnedDomains", "kTSKPublicKeyHashes", "kTSKExpirationDate", "kTSKIncludeSubdomains", ":", "[", "]", "{",
        "}", '"a.com"', f'"{H}"', f'"{G}"', f'@"{H}"', f'@"{G}" ', "@", "@[", "@{", ",", "let PIN = ", "PIN", "var ",
        "\n", "+",
        f'["{H}", "{G}"]', f'[kTSKPinnedDomains: ["a.com": [kTSKPublicKeyHashes: ["{H}", ', f'"{G}"]]]]', "true", "@NO",
        "#if X", "#endif", "#define PIN ", ";", "if x {", "func f(PIN: String) {", "?", "as String", '"\\(', ")", "(",
        "initSharedInstanceWithConfiguration:", "TrustKit(configuration: ", "NSString *const PIN = ", "=", "// c\n",
        "/*", "*/", '"""', '#"', '"#', "\\", "é", ".", "in", "struct A {", "A.PIN", "'", "self", "guard",
    ],
    "okhttp_source": [
        "CertificatePinner.Builder()", "new ", ".add(", ")", "(", ",", ".build()", '"a.com"', f'"{A}"', f'"{B}"',
        "HOST",
        "PIN", f'const val PIN = "{A}"\n', 'val HOST = "a.com"\n', "*PINS", "val PINS = arrayOf(", "if (x) ", "{", "}",
        ".apply {", "add(", " + ", '"sha256/$PIN"', '"${', '}"', "// c\n", "/* c */", "/*", "\n", "fun f(HOST: String)",
        "String PIN = ", ";", '"""', "it", "->", "class A {", "companion object {", "A.PIN", "?", ":", "'", "\\", "é",
    ],
    "certificates": [
        ROOT.pem.decode(), LEAF.pem.decode(), LEAF.public_key_pem.decode(), "-----BEGIN CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n", "-----BEGIN PKCS7-----\n", "-----END PKCS7-----\n", "MIIB", "MAA=", "\n", "é",
    ],
    **words_of_lines.WORDS,
}  # fmt: skip
PIECES |= pieces.PIECES
AROUND = {
    "info_plist": ("<plist><dict>", "</dict></plist>"),
    "android_nsc": ("<network-security-config>", "</network-security-config>"),
    "outsystems_json": ('{"hosts":[', "]}"),
}
AROUND |= pieces.AROUND
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16")
TEXTS: dict[str, tuple[str, ...]] = {
    "android_nsc": (H, G, N),
    "info_plist": (H, G, N),
    "outsystems_json": (A, B, "sha256/" + N),
    "trustkit_code": (H, G, N),
    "okhttp_source": (A, B, "sha256/" + N),
    "certificates": (LEAF.facts.sha256.hex(),),
    **words_of_lines.TEXTS,
}
TEXTS |= pieces.TEXTS
calm = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, bytes]:
    """Text made of a dialect's own words in any order."""
    name = draw(st.sampled_from(FORMATS))
    words = draw(st.lists(st.sampled_from(PIECES[name]), max_size=30))
    before, after = AROUND.get(name, ("CertificatePinner kTSKPinnedDomains ", "")) if draw(st.booleans()) else ("", "")
    return name, (before + "".join(words) + after).encode(draw(st.sampled_from(ENCODINGS)))


@calm
@given(sources())
def test_words_of_a_dialect_in_any_order_give_a_pin_set_or_a_sentence(case: tuple[str, bytes]) -> None:
    name, source = case
    pin_set = _read(source, name)
    if pin_set is None:
        return
    assert write(pin_set) == source
    assert set(pin_set.problems) <= set(lint(pin_set))


@calm
@given(sources(), st.data())
def test_a_changed_pin_set_reads_as_asked_or_is_refused(case: tuple[str, bytes], data: st.DataObject) -> None:
    name, source = case
    try:
        pin_set = read(source, format=name)
        index = data.draw(st.integers(0, len(pin_set.rules) - 1)) if pin_set.rules else None
        wanted = data.draw(st.lists(st.sampled_from(TEXTS[name]), max_size=4))
        written = pin_set if index is None else replace_pins(pin_set, index, wanted)
    except PinError:
        return
    if index is not None:
        assert [one.text for one in written.rules[index].pins or ()] == wanted
        assert write(written) == written.source


@calm
@given(st.binary(max_size=300))
def test_any_bytes_give_a_pin_set_or_a_sentence(source: bytes) -> None:
    for name in (None, *FORMATS):
        pin_set = _read(source, name)
        assert pin_set is None or write(pin_set) == source


@calm
@given(st.integers(0, len(LEAF.der) - 1), st.binary(max_size=3))
def test_a_certificate_with_any_bytes_in_it_gives_a_pin_set_or_a_sentence(at: int, put: bytes) -> None:
    source = LEAF.der[:at] + put + LEAF.der[at + len(put) :]
    pin_set = _read(source, None)
    assert pin_set is None or write(pin_set) == source


@calm
@given(st.text(max_size=60))
def test_any_text_as_domain_and_pin_keeps_its_bytes(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    source = nsc(f"<domain-config><domain>{escaped}</domain><pin-set><pin>{escaped}</pin></pin-set></domain-config>")
    pin_set = _read(source, None)
    assert pin_set is None or write(pin_set) == source


def _read(source: bytes, name: str | None) -> PinSet | None:
    """None where the reader has a sentence; anything but PinError is a failure."""
    try:
        return read(source, format=name)
    except PinError:
        return None
