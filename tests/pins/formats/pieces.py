"""Words of the dialects that embed others or are code of an app, for the property tests."""

from tests.pins.formats.samples import A, B, G, H, N

PIECES = {
    "capacitor_build_action": [
        "{", "}", "[", "]", ",", ":", '"platforms":{"android":{"xml":[', '"ios":{"plist":[{"entries":[',
        '{"target":"network-security-config","inject":"', '"}', '"TSKConfiguration":{"TSKPinnedDomains":{',
        '"a.com":{"TSKPublicKeyHashes":[', f'"{H}"', f'"{G}"', '"TSKExpirationDate":"2027-01-31"', "true", '"YES"',
        "<domain-config>", "</domain-config>", "<domain>a.com</domain>", "<pin-set>", "</pin-set>", "<pin-set/>",
        f'<pin digest=\\"SHA-256\\">{H}</pin>', "\\n  ", "\\u003c", "<trustkit-config/>", "\n", "é", "\\ud83d\\ude00",
    ],
    "react_native": [
        "initializeSslPinning(", "fetch(", ")", "{", "}", "[", "]", ",", ":", ";", "\n", "'a.com'", "publicKeyHashes",
        "includeSubdomains: true", "expirationDate: '2027-1-1x'", f"'{H}'", f'"{G}"', "`${", "`", "const P = ", "P",
        "...P", " + ", "?", "=>", "if (x) ", "sslPinning: { certs: ", "pkPinning: true", "'https://a.com/'", "// c\n",
        "/* c */", "/*", "'", "\\", "é", "import { P } from './p'\n", "function f(P) {", "await ", " as const", "/a/g",
        "<T>it's</T>", "'a.com': { publicKeyHashes: [",
    ],
    "wultra_json": [
        "{", "}", "[", "]", ",", ":", '"name"', '"fingerprint"', '"expires"', '"signature"', '"a.com"', f'"{H}"',
        '{"name":"a.com","fingerprint":"', '","expires":1893456000}', "1e400", "-1", "1893456000000", "null", "é",
    ],
    "approov_json": ["{", "}", "[", "]", ",", ":", '"a.com"', '"*"', f'"{H}"', f'"{G}"', "[]", "1", '"x"', "\n", "é"],
}  # fmt: skip
AROUND = {
    "capacitor_build_action": ('{"platforms":{"android":{"xml":[', "]}}}"),
    "react_native": ("initializeSslPinning({", "})"),
    "wultra_json": ('{"fingerprints":[', "]}"),
    "approov_json": ("{", "}"),
}
TEXTS: dict[str, tuple[str, ...]] = {
    "capacitor_build_action": (H, G, N),
    "react_native": (H, G, A, B),
    "wultra_json": (H, G, N),
    "approov_json": (H, G, N),
}
