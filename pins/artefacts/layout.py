"""Where an .apk and an .aab keep what, and how they compile it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pins.artefacts import binary_xml, proto_table, proto_xml, resource_table
from pins.artefacts.artefact import Kind
from pins.artefacts.tree import Node, Table


class UnreadCode(NamedTuple):
    """Code that may hold pins and is not read: what it is called, and the members that give it away."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """`root` is where assets and libraries lie; paths in the table of resources are relative to it."""

    kind: Kind
    root: str
    manifest: str
    table: str
    dex: re.Pattern[str]
    read_tree: Callable[[memoryview], Node]
    tree_limit: int
    read_table: Callable[[memoryview], Table]
    table_limit: int

    def member(self, path: str) -> str:
        return self.root + path


APK = Layout(
    Kind.APK,
    "",
    "AndroidManifest.xml",
    "resources.arsc",
    re.compile(r"classes\d{0,4}\.dex"),
    binary_xml.read_binary_xml,
    binary_xml.MAXIMUM_BYTES,
    resource_table.ResourceTable,
    resource_table.MAXIMUM_BYTES,
)
AAB = Layout(
    Kind.AAB,
    "base/",
    "base/manifest/AndroidManifest.xml",
    "base/resources.pb",
    re.compile(r"[^/]+/dex/classes\d{0,4}\.dex"),
    proto_xml.read_proto_xml,
    proto_xml.MAXIMUM_BYTES,
    proto_table.ProtoTable,
    proto_table.MAXIMUM_BYTES,
)

ANDROID_CODE = (
    UnreadCode("Flutter code", re.compile(r"(?:.*/)?lib/[^/]+/libapp\.so")),
    UnreadCode("React Native code", re.compile(r"(?:.*/)?assets/[^/]+\.(?:bundle|hbc)")),
    UnreadCode(
        ".NET code",
        re.compile(r"(?:.*/)?(?:assemblies/.*|lib/[^/]+/lib(?:assemblies.*|monosgen-2\.0|monodroid|coreclr)\.so)"),
    ),
    UnreadCode("Unity code", re.compile(r"(?:.*/)?lib/[^/]+/libil2cpp\.so")),
)
IOS_CODE = (
    UnreadCode("Flutter code", re.compile(r"Frameworks/App\.framework/App")),
    UnreadCode("React Native code", re.compile(r"[^/]+\.jsbundle")),
    UnreadCode(".NET code", re.compile(r"[^/]+\.dll")),
)
