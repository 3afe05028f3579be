"""Whole apps for tests, assembled in memory from their members."""

import io
import plistlib
import zipfile
from collections.abc import Mapping

from pins.artefacts import Artefact, read_artefact
from pins.pinset import PinSet
from tests.pins.artefacts import proto
from tests.pins.artefacts.building import E, Entry, Ref, Value, arsc, axml

CONFIG = Ref(0x7F010000)
PATH = "res/xml/network_security_config.xml"
TABLE = (Entry("xml", "network_security_config", PATH),)

Members = Mapping[str, bytes]


def manifest(config: Value = CONFIG, *, is_debuggable: Value = False, version: Value = "3.1") -> E:
    about: dict[str, Value] = {"package": "com.acme.shop", "android:versionCode": 31, "android:versionName": version}
    application: dict[str, Value] = {"android:debuggable": is_debuggable}
    if config is not None:
        application["android:networkSecurityConfig"] = config
    return E("manifest", about, [E("uses-sdk", {"android:minSdkVersion": 24}), E("application", application)])


def pinning(*pins: str, host: str = "api.example.com", subdomains: Value = True) -> E:
    """A Network Security Config with one rule, each element on a line of its own."""
    texts = [E("pin", {"digest": "SHA-256"}, [text], line=5 + index) for index, text in enumerate(pins)]
    rule = [E("domain", {"includeSubdomains": subdomains}, [host], line=3), E("pin-set", {}, texts, line=4)]
    return E("network-security-config", {}, [E("domain-config", {}, rule, line=2)], line=1)


def apk(members: Members | None = None, *, about: E | None = None, table: bytes | None = None) -> bytes:
    ground = {"AndroidManifest.xml": axml(about or manifest())}
    ground["resources.arsc"] = arsc(*TABLE) if table is None else table
    return archive({**ground, **(members or {})})


def aab(members: Members | None = None, *, about: E | None = None, table: bytes | None = None) -> bytes:
    ground = {
        "BundleConfig.pb": b"",
        "base/manifest/AndroidManifest.xml": proto.xml(about or manifest()),
        "base/resources.pb": proto.table(*TABLE) if table is None else table,
    }
    return archive({**ground, **(members or {})})


ROOT = "Payload/Shop.app/"
ABOUT: Mapping[str, object] = {
    "CFBundleIdentifier": "com.acme.shop",
    "CFBundleShortVersionString": "3.1",
    "CFBundleVersion": "31",
    "MinimumOSVersion": "14.0",
}


def ipa(members: Members | None = None, *, about: Mapping[str, object] = ABOUT, is_binary: bool = True) -> bytes:
    """Members are named from the folder of the app on."""
    layout = plistlib.FMT_BINARY if is_binary else plistlib.FMT_XML
    inside = {"Info.plist": plistlib.dumps(dict(about), fmt=layout), **(members or {})}
    return archive({ROOT + name: content for name, content in inside.items()})


def archive(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def read(source: bytes, name: str = "") -> Artefact:
    return read_artefact(io.BytesIO(source), name=name)


def found(artefact: Artefact) -> list[tuple[str, str, str]]:
    """Member, confidence and format of each pin set."""
    return [(one.member, one.confidence.value, one.pin_set.format) for one in artefact.found]


def texts(pin_set: PinSet) -> list[tuple[str, bool, list[str]]]:
    return [(one.pattern, one.include_subdomains, [pin.text for pin in one.pins or ()]) for one in pin_set.rules]


def problems(artefact: Artefact) -> list[tuple[str, str]]:
    return [(one.code, str(one.place)) for one in artefact.problems]
