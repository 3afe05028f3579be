"""Built iOS apps: what the property lists say, and what of it the readers of this version understand."""

import plistlib
from typing import Any

import pytest

from pins.artefacts import Kind
from pins.artefacts.plist import read_plist
from pins.errors import PinError
from pins.formats import FORMATS
from tests.pins.artefacts.apps import ABOUT, ROOT, archive, found, ipa, problems, read
from tests.pins.formats.samples import A, G, H
from tests.pki import Authority

JSON = f'{{"hosts": [{{"host": "api.example.com", "hashes": ["{A}", "sha256/{G}"]}}]}}'.encode()
TRUST_KIT = {
    "TSKSwizzleNetworkDelegates": True,
    "TSKPinnedDomains": {"api.example.com": {"TSKEnforcePinning": True, "TSKPublicKeyHashes": [H, G]}},
}
LEAF = {"SPKI-SHA256-BASE64": H}
APPLE = {"NSPinnedDomains": {"api.example.com": {"NSPinnedLeafIdentities": [LEAF]}}}
READS_PLISTS = "info_plist" in FORMATS


@pytest.mark.parametrize("is_binary", [True, False])
def test_an_ipa_tells_what_it_is(is_binary: bool) -> None:
    artefact = read(ipa(is_binary=is_binary))

    about = (artefact.kind, artefact.platform, artefact.application_id, artefact.version_name, artefact.build)
    assert about == (Kind.IPA, "ios", "com.acme.shop", "3.1", "31")
    assert (artefact.minimum_os, artefact.found, artefact.problems) == ("14.0", (), ())


@pytest.mark.parametrize(
    ("member", "about"),
    [
        ("Info.plist", {**ABOUT, "TSKConfiguration": TRUST_KIT}),
        ("Info.plist", {**ABOUT, "NSAppTransportSecurity": APPLE}),
    ],
)
def test_a_property_list_with_pins_is_read_or_told(member: str, about: dict[str, object]) -> None:
    artefact = read(ipa(about=about))

    if READS_PLISTS:
        assert found(artefact) == [(ROOT + member, "certain", "info_plist")]
    else:
        assert problems(artefact) == [("unsupported_member", ROOT + member)]


def test_extensions_are_apps_of_their_own() -> None:
    inside = plistlib.dumps({"TSKConfiguration": TRUST_KIT}, fmt=plistlib.FMT_BINARY)
    artefact = read(ipa({"PlugIns/Share.appex/Info.plist": inside, "Frameworks/A.framework/Info.plist": inside}))

    names = [member for member, _, _ in found(artefact)] + [place for _, place in problems(artefact)]
    assert names == [ROOT + "PlugIns/Share.appex/Info.plist"]


def test_the_file_of_the_plugin_counts_nowhere_once_the_property_list_is_read() -> None:
    artefact = read(ipa({"www/pinning/pins.json": JSON}))

    assert [(one.member, one.below) for one in artefact.found] == [(ROOT + "www/pinning/pins.json", 0)]
    assert problems(artefact) == [("pins_not_built_in", ROOT + "www/pinning/pins.json")]


def test_the_file_of_the_plugin_and_what_was_made_of_it() -> None:
    artefact = read(ipa({"www/pinning/pins.json": JSON}, about={**ABOUT, "TSKConfiguration": TRUST_KIT}))

    file = next(one for one in artefact.found if one.pin_set.format == "outsystems_json")
    assert file.below == (0 if READS_PLISTS else None)
    assert problems(artefact)[-1] == ("superseded_pin_file", ROOT + "www/pinning/pins.json")


def test_bundled_certificates_are_read_or_told() -> None:
    certificate = Authority.root("Root").facts.der
    artefact = read(
        ipa({"a.cer": certificate, "www/certificates/b.cer": certificate, "Other.bundle/c.cer": certificate})
    )

    if "certificates" in FORMATS:
        assert [(member, confidence) for member, confidence, _ in found(artefact)] == [
            (ROOT + "www/certificates/", "likely"),
            (ROOT, "possible"),
        ]
    else:
        assert [place for _, place in problems(artefact)] == [ROOT + "www/certificates/b.cer", ROOT + "a.cer"]


def test_code_that_is_not_read_is_named() -> None:
    members = {"Shop": b"\xcf\xfa", "main.jsbundle": b"", "Frameworks/App.framework/App": b"", "a.dll": b""}
    artefact = read(ipa(members, about={**ABOUT, "CFBundleExecutable": "Shop"}))

    assert problems(artefact) == [
        ("code_not_read", ROOT + name) for name in ("Frameworks/App.framework/App", "main.jsbundle", "a.dll", "Shop")
    ]


def test_several_apps_in_one_archive_are_refused() -> None:
    plist = plistlib.dumps(dict(ABOUT))

    with pytest.raises(PinError) as caught:
        read(archive({"Payload/A.app/Info.plist": plist, "Payload/B.app/Info.plist": plist}))

    assert caught.value.sentence == "The archive holds several apps. Give each one by itself."


@pytest.mark.parametrize(
    "value",
    [{}, {"a": "text", "b": {"c": "é" * 20, "d": 1}, "e": [1, 2]}, {"é": True, "k" * 300: "v" * 300}],
)
def test_both_kinds_of_property_list_say_the_same(value: dict[str, Any]) -> None:
    flat = {key: one for key, one in value.items() if isinstance(one, str)}

    for layout in (plistlib.FMT_BINARY, plistlib.FMT_XML):
        parsed = read_plist(plistlib.dumps(value, fmt=layout))
        assert {key: one for key, one in parsed.items() if isinstance(one, str)} == flat
        assert parsed.keys() == value.keys()


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"bplist00",
        b"bplist00" + bytes(32),
        b"bplist00\xd1\x01\x02" + b"\0" * 6 + b"\1\1" + (1 << 60).to_bytes(8) + bytes(8) + (8).to_bytes(8),
        b"<plist><array/></plist>",
        b"<plist><dict>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><plist><dict/></plist>",
        b"<plist>" + b"<a/>" * 100_001,
        plistlib.dumps([1], fmt=plistlib.FMT_BINARY),
    ],
)
def test_a_property_list_that_cannot_be_read_is_refused(source: bytes) -> None:
    with pytest.raises(PinError):
        read_plist(source)
