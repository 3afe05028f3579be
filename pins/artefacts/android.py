"""Built Android apps, .apk and .aab: what the manifest says, the config it names, and pins beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pins.artefacts.android_config import FORMAT, SINCE_API, AndroidConfig
from pins.artefacts.archive import Archive, shown
from pins.artefacts.artefact import Artefact, Confidence
from pins.artefacts.bypassing import ANDROID as ANDROID_STACKS
from pins.artefacts.bypassing import MARKS, note_bypassing
from pins.artefacts.certificates import ANDROID
from pins.artefacts.dex import MAGIC, Code, pins_of_code
from pins.artefacts.gathering import Gathering
from pins.artefacts.layout import ANDROID_CODE, Layout
from pins.artefacts.tree import Configured, Node, Reference, Table, Value
from pins.artefacts.unread import note_unread_code
from pins.errors import PinError

# AOSP public.xml
CONFIG, DEBUGGABLE, VERSION_CODE, VERSION_NAME, MINIMUM = 0x01010527, 0x0101000F, 0x0101021B, 0x0101021C, 0x0101020C

_NO_CONFIG = b"<network-security-config/>"


@dataclass(frozen=True, slots=True)
class _Manifest:
    root: Node
    application: Node
    table: Table

    @property
    def config(self) -> Reference | None:
        value = self.application.by_id(CONFIG, "networkSecurityConfig")
        return value if isinstance(value, Reference) and (value.id or value.name) else None

    @property
    def is_debuggable(self) -> bool:
        value = self._resolved(self.application.by_id(DEBUGGABLE, "debuggable"))
        return isinstance(value, int) and value != 0

    def text(self, id: int, name: str) -> str:  # noqa: A002
        return _text(self._resolved(self.root.by_id(id, name)))

    @property
    def minimum_os(self) -> str:
        uses = self.root.child("uses-sdk")
        return "" if uses is None else _text(self._resolved(uses.by_id(MINIMUM, "minSdkVersion")))

    def _resolved(self, value: Value) -> Value:
        if not isinstance(value, Reference):
            return value
        return next((one.value for one in self.table.values(value)), None)


@dataclass(frozen=True, slots=True)
class _CarefulTable:
    """A table that is damaged or missing has no values; that it is damaged is a problem of the app."""

    gathering: Gathering
    member: str
    table: Table | None

    def values(self, reference: Reference) -> tuple[Configured, ...]:
        table = self.table
        return (table and self.gathering.told(self.member, lambda: table.values(reference))) or ()

    def name(self, reference: Reference) -> str:
        table = self.table
        return (table and self.gathering.told(self.member, lambda: table.name(reference))) or reference.name

    def sibling(self, reference: Reference, suffix: str) -> Reference | None:
        table = self.table
        return None if table is None else self.gathering.told(self.member, lambda: table.sibling(reference, suffix))


def read_android(archive: Archive, layout: Layout) -> Artefact:
    gathering = Gathering(archive)
    manifest = _manifest(archive, layout, _table(gathering, layout))
    _add_config(gathering, layout, manifest)
    _add_plugin_files(gathering, layout, has_config=manifest.config is not None)
    gathering.add_certificates(ANDROID, layout.root)
    marked = _add_code(gathering, layout)
    note_bypassing(gathering, ANDROID_STACKS, layout.root, marked)
    note_unread_code(gathering, ANDROID_CODE, "")
    return Artefact(
        layout.kind,
        application_id=_text(manifest.root.plain("package")),
        version_name=manifest.text(VERSION_NAME, "versionName"),
        build=manifest.text(VERSION_CODE, "versionCode"),
        is_debuggable=manifest.is_debuggable,
        minimum_os=manifest.minimum_os,
        found=tuple(gathering.found),
        problems=tuple(gathering.problems),
    )


def _table(gathering: Gathering, layout: Layout) -> Table:
    if layout.table not in gathering.archive.members:
        return _CarefulTable(gathering, layout.table, None)
    read = partial(gathering.archive.read, layout.table, layout.table_limit)
    table = gathering.told(layout.table, lambda: layout.read_table(read()))
    return _CarefulTable(gathering, layout.table, table)


def _manifest(archive: Archive, layout: Layout, table: Table) -> _Manifest:
    source = archive.read(layout.manifest, layout.tree_limit)
    if bytes(source[:64]).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise PinError(
            "The manifest is not compiled, so this is a library or a source folder and no built app. Give the .apk or "
            ".aab of an app that uses it.",
            code="wrong_format",
        )
    try:
        root = layout.read_tree(source)
    except PinError as error:
        raise PinError(f"{shown(layout.manifest)} {error.sentence}, so nothing of the app can be told.") from None
    application = root.child("application")
    if root.plain("split") or application is None:
        raise PinError(
            "This is one part of an app that is delivered in several, and the config is in another. Give base.apk, or "
            "the .aab.",
            code="wrong_format",
        )
    return _Manifest(root, application, table)


def _add_config(gathering: Gathering, layout: Layout, manifest: _Manifest) -> None:
    """An app that names none has the system's own, which pins nothing."""
    if manifest.config is not None:
        AndroidConfig(gathering, layout, manifest.table, manifest.config, manifest.is_debuggable).add()
        return
    nothing = gathering.pin_set_of(layout.manifest, _NO_CONFIG, FORMAT)
    if nothing is not None:
        gathering.add(layout.manifest, Confidence.CERTAIN, nothing)


def _add_plugin_files(gathering: Gathering, layout: Layout, *, has_config: bool) -> None:
    """OutSystems: hooks/android/setupNetworkConfig.js makes the config of these; the app reads them before API 24."""
    for name, pin_set in gathering.plugin_files(f"{layout.root}assets/www/pinning/"):
        gathering.add(name, Confidence.LIKELY, pin_set, below=SINCE_API)
        if has_config:
            message = f"From Android 7 on the app's network security config counts and {shown(name)} does not."
            gathering.note("superseded_pin_file", f"{message} Both should hold the same pins.", name)
        else:
            message = f"{shown(name)} names pins, and the app has no network security config made from them."
            gathering.note("pins_not_built_in", f"{message} From Android 7 on they do nothing. Build it again.", name)


def _add_code(gathering: Gathering, layout: Layout) -> Mapping[bytes, str]:
    """Which marks of libraries the code holds, by member."""
    code = Code(MARKS)
    for name in filter(layout.dex.fullmatch, gathering.archive.members):
        gathering.told(name, partial(_search, code, gathering.archive, name))
    if code.strings:
        member = next(iter(code.strings.values()))
        gathering.add(member, Confidence.POSSIBLE, pins_of_code(code.strings))
        count = len(code.strings)
        amount = "a pin without the host it is" if count == 1 else f"{count} pins without the hosts they are"
        message = f"The compiled code holds {amount} for. Give the source that builds them."
        gathering.note("pins_without_hosts", message, member)
    return code.marked


def _search(code: Code, archive: Archive, name: str) -> None:
    code.search(_checked(archive.chunks(name)), shown(name))


def _checked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    if not first.startswith(MAGIC):
        raise PinError("is no compiled code", code="unreadable_member")
    yield first
    yield from chunks


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, Reference) else str(value)
