"""Stacks of an app that get round the pins of its configuration."""

import pytest

from tests.pins.artefacts.apps import PATH, ROOT, apk, ipa, pinning, problems, read
from tests.pins.artefacts.building import axml, dex
from tests.pins.artefacts.test_android import compiled
from tests.pins.formats.samples import G, H

CONFIG = compiled(pinning(H, G))


def bypassing(source: bytes) -> list[str]:
    return [member for code, member in problems(read(source)) if code == "pins_bypassed"]


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("lib/arm64-v8a/libapp.so", b"snapshot"),
        ("assets/www/plugins/cordova-plugin-advanced-http/www/helpers.js", b"cordova"),
        ("assets/public/plugins/cordova-plugin-advanced-http/www/helpers.js", b"cordova"),
        ("classes2.dex", dex("Lcom/silkimen/http/HttpRequest;")),
        ("classes.dex", dex("Lcom/toyberman/RNSslPinningModule;")),
        ("assets/public/certs/api.cer", b"-----BEGIN CERTIFICATE-----"),
    ],
)
def test_a_stack_that_never_looks_at_the_configuration_is_told_by_its_member(member: str, content: bytes) -> None:
    assert bypassing(apk({**CONFIG, member: content})) == [member]


def test_what_the_platform_covers_bypasses_nothing() -> None:
    assert bypassing(apk({**CONFIG, "classes.dex": dex("Lokhttp3/CertificatePinner;")})) == []


def test_where_nothing_is_pinned_nothing_is_bypassed() -> None:
    assert bypassing(apk({PATH: axml(pinning()), "lib/arm64-v8a/libapp.so": b"snapshot"})) == []


def test_flutter_on_ios_gets_round_the_pins_of_the_property_list() -> None:
    domains = {"api.example.com": {"NSPinnedLeafIdentities": [{"SPKI-SHA256-BASE64": H}]}}
    about = {"CFBundleIdentifier": "com.acme.shop", "NSAppTransportSecurity": {"NSPinnedDomains": domains}}
    code = {"Frameworks/App.framework/App": b"snapshot"}

    assert bypassing(ipa(code, about=about)) == [f"{ROOT}Frameworks/App.framework/App"]
    assert bypassing(ipa(code)) == []


def test_the_sentence_says_what_gets_round_the_pins_and_what_to_do() -> None:
    artefact = read(apk({**CONFIG, "lib/arm64-v8a/libapp.so": b"snapshot"}))

    assert [one.message for one in artefact.problems if one.code == "pins_bypassed"] == [
        (
            "lib/arm64-v8a/libapp.so: Flutter's HTTP client brings its own TLS and never looks at the pins of the "
            "configuration. Pin in it too, or make it use the platform's TLS, or its connections go unpinned."
        )
    ]
