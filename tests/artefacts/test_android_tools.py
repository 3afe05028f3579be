"""Apps as Android's own tools build them from a known source say what the source says."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pins import formats
from pins.artefacts import Artefact, read_artefact
from pins.errors import Place
from pins.pinset import Pin, PinRule, PinSet
from tests.artefacts.conftest import MANIFEST, Tools
from tests.pins.formats.samples import A, B, G, H
from tests.pki import Authority

SOURCE = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- Pins of the shop -->
<network-security-config xmlns:tools="http://schemas.android.com/tools">
  <base-config cleartextTrafficPermitted="false">
    <trust-anchors><certificates src="system"/><certificates src="@raw/ca" overridePins="TRUE"/></trust-anchors>
  </base-config>
  <domain-config>
    <domain includeSubdomains="true">example.com</domain>
    <domain includeSubdomains="1"> api.example.org </domain>
    <domain includeSubdomains="yes" tools:ignore="x">odd.example.org</domain>
    <pin-set expiration="2027-01-31">
      <pin digest="SHA-256">{H}</pin>
      <pin digest="sha-256"> {G} </pin>
    </pin-set>
    <domain-config><domain>nested.example.com</domain><pin-set/></domain-config>
  </domain-config>
  <domain-config><domain>year.example.com</domain><pin-set expiration="2027"><pin>{H}</pin></pin-set></domain-config>
  <debug-overrides><trust-anchors><certificates src="user"/></trust-anchors></debug-overrides>
</network-security-config>
"""
NAMES = {"renamed": "@0x7f020000"}
XML = "res/xml/network_security_config.xml"
SMALI = f""".class public Lcom/acme/Pins;
.super Ljava/lang/Object;
.method public static a()V
    .registers 3
    const-string v0, "api.example.com"
    const-string v1, "{A}"
    const-string v2, "{B}"
    const-string v0, "see {A} for more, \\u00fc"
    return-void
.end method
"""


def read(app: Path) -> Artefact:
    with app.open("rb") as stream:
        return read_artefact(stream)


def rules(pin_set: PinSet) -> list[PinRule]:
    """With lines, without columns: those are not kept when an app is built."""

    def line(place: Place) -> Place:
        return replace(place, column=None)

    def pin(one: Pin) -> Pin:
        return replace(one, place=line(one.place))

    return [
        replace(one, place=line(one.place), pins=None if one.pins is None else tuple(map(pin, one.pins)))
        for one in pin_set.rules
    ]


@pytest.fixture
def shop(tools: Tools) -> Tools:
    tools.write(XML, SOURCE)
    tools.write("res/raw/ca.pem", Authority.root("Root").pem)
    return tools


def built(tools: Tools, way: str) -> Path:
    match way:
        case "aapt":
            return tools.package()
        case "aapt2":
            return tools.link()
        case "sparse":
            return tools.optimize(tools.link("--min-sdk-version", "32"), "--enable-sparse-encoding")
        case "renamed":
            return tools.optimize(tools.link(), "--enable-resource-obfuscation", "--enable-resource-path-shortening")
        case _:
            return bundle(tools)


def bundle(tools: Tools) -> Path:
    """What bundletool makes of one module: the same files in other places."""
    module = tools.link("--proto-format", app="module.apk")
    target = tools.folder / "app.aab"
    with zipfile.ZipFile(module) as source, zipfile.ZipFile(target, "w") as made:
        made.writestr("BundleConfig.pb", b"")
        for name in source.namelist():
            place = "manifest/" if name == "AndroidManifest.xml" else ""
            made.writestr(f"base/{place}{name}", source.read(name))
    return target


@pytest.mark.parametrize("way", ["aapt", "aapt2", "sparse", "renamed", "bundle"])
def test_a_built_app_says_what_its_source_says(shop: Tools, way: str) -> None:
    source = formats.read(SOURCE.replace("@raw/ca", NAMES.get(way, "@raw/ca")).encode())

    artefact = read(built(shop, way))

    (one,) = artefact.found
    about = (artefact.application_id, artefact.version_name, artefact.build, artefact.is_debuggable)
    assert about == ("com.acme.shop", "3.1", "31", False)
    assert rules(one.pin_set) == rules(source)
    assert [problem.code for problem in one.pin_set.problems] == [problem.code for problem in source.problems]
    assert one.pin_set.debug_anchors == source.debug_anchors


@pytest.mark.parametrize(("way", "name"), [("aapt2", "@raw/ca"), ("renamed", "@0x7f020000"), ("bundle", "@raw/ca")])
def test_anchors_bring_their_certificates_under_the_name_that_is_left(tools: Tools, way: str, name: str) -> None:
    root = Authority.root("Root")
    tools.write(XML, SOURCE)
    tools.write("res/raw/ca.pem", root.pem)

    (one,) = read(built(tools, way)).found

    (anchor,) = one.anchors
    assert (anchor.src, anchor.certificates) == (name, (root.facts,))
    assert [source.src for source in one.pin_set.default_anchors or ()] == ["system", name]


def test_renamed_files_are_found_all_the_same(shop: Tools) -> None:
    app = built(shop, "renamed")

    (one,) = read(app).found

    assert one.member != XML
    assert one.member in zipfile.ZipFile(app).namelist()


@pytest.mark.parametrize("way", ["aapt", "aapt2", "bundle"])
def test_every_configuration_and_the_debug_file_are_found(tools: Tools, way: str) -> None:
    tools.write("AndroidManifest.xml", MANIFEST.replace("@bool/debug", "@bool/debug_not"))
    plain = f"<network-security-config><domain-config><domain>a.com</domain><pin-set><pin digest='SHA-256'>{H}</pin>"
    plain += "</pin-set></domain-config></network-security-config>"
    user = "<trust-anchors><certificates src='user'/></trust-anchors>"
    tools.write(XML, plain)
    tools.write("res/xml-v28/network_security_config.xml", plain)
    tools.write(
        "res/xml/network_security_config_debug.xml",
        f"<network-security-config><debug-overrides>{user}</debug-overrides></network-security-config>",
    )

    artefact = read(built(tools, way))

    assert artefact.is_debuggable
    assert [(one.since, one.below) for one in artefact.found] == [(0, 28), (28, None)]
    assert [[anchor.src for anchor in one.pin_set.debug_anchors] for one in artefact.found] == [["user"], ["user"]]


def test_a_comment_inside_a_domain_makes_two_texts_of_it(tools: Tools) -> None:
    tools.write(XML, SOURCE.replace("odd.example.org", "odd<!-- x -->.example.org"))
    tools.write("res/raw/ca.pem", Authority.root("Root").pem)

    (one,) = read(built(tools, "aapt2")).found

    refused = [problem.code for problem in one.pin_set.problems if problem.is_refused]
    assert refused == ["split_text", "invalid_expiration", "unknown_digest"]


def test_pins_of_compiled_code_are_found_in_a_signed_app(shop: Tools) -> None:
    app = shop.link()
    shop.write("Pins.smali", SMALI)
    shop.run("smali", "assemble", "Pins.smali", "-o", "classes.dex")
    with zipfile.ZipFile(app, "a") as file:
        file.write(shop.folder / "classes.dex", "classes.dex")
    signer = Authority.root("Signer")
    shop.write("key.pk8", signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    shop.write("cert.pem", signer.pem)
    shop.run("apksigner", "sign", "--key", "key.pk8", "--cert", "cert.pem", "--out", "signed.apk", str(app))

    artefact = read(shop.folder / "signed.apk")

    config, code = artefact.found
    assert config.member == XML
    assert {pin.text for pin in code.pin_set.rules[0].pins or ()} == {A, B}
    assert [problem.code for problem in artefact.problems] == ["pins_without_hosts"]
