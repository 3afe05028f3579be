"""The words of lists, tables, headers, commands and Dart source, for tests that put them in any order."""

from tests.pins.formats.samples import A, G, H, N

F = "59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A:5B:5C:5D:59:58:57:5A"
WORDS = {
    "curl": [
        "curl ", "--pinnedpubkey ", "pinnedpubkey = ", "CURLOPT_PINNEDPUBLICKEY", "sha256//", f"sha256//{H}", ";", "; ",
        f";sha256//{G}", "'", '"', "\\", "\\\n", "\n", " ", " -k ", "-sk ", " --next ", "https://a.com", "--url ", "=>",
        "$PIN", "setopt(h, ", ", ", ")", " = ", "#", "#define PIN ", "/*", "*/", "//", "PIN", "CURLOPT_URL, ", "next\n",
        "--pinnedpubkey=", "é",
    ],
    "hpkp": [
        "Public-Key-Pins", "-Report-Only", ": ", "pin-sha256=", f'pin-sha256="{H}"', f'pin-sha256=\\"{G}\\"', "; ", ";",
        "max-age=1", "includeSubDomains", '"', "'", "\\", "#", "\n", "\r\n", " ", "add_header ", "pin-", "=", H, "é",
    ],
    "flutter": [
        "SecureHttpClient.build(", "HttpCertificatePinning.check(", "CertificatePinningInterceptor(", "[", "]", ", ",
        "allowedSHAFingerprints: ", "serverURL: ", "'https://a.com'", f"'{F}'", f'"{F}"', "'''", '"""', "r'", "'", '"',
        ")", "const ", "<String>", "final a = ", f"const b = ['{F}'];\n", "a", "b", "${", "}", "$a", "\\u{41}", "\\x4",
        "+ ", ";", "if (x) {", "class A {", "//", "/*", "*/", "\n", "SHA.SHA1", "é",
    ],
    "csv": [
        "host,pin\n", "host;pin;subdomains;expires\n", "a.com", "*.b.com", ",", ";", "\t", "|", " ", '"', '""', "\n",
        "\r\n", H, A, F, "true", "maybe", "2027-01-31", "31.1.", "#", "//", "dummy", "é", "api.example.com:443",
    ],
    "hash_list": [
        H, G, A, f"sha256//{N}", F, F.replace(":", ""), "- ", "* ", "# x", "// y", "\n", "\r\n", " ", ",", ";", '"',
        "'", 'pin-sha256="', "sha1/", "dummy", "sha256/dummy", "a.com", "é", "=",
    ],
}  # fmt: skip
TEXTS = {
    "curl": tuple(f"sha256//{one}" for one in (H, G, N)),
    "flutter": (F, F.lower(), F[:-2] + "00"),
    **dict.fromkeys(("hpkp", "csv", "hash_list"), (H, G, N)),
}
