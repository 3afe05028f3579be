"""Built iOS apps: the property lists of the app and its extensions, the plugin's files and bundled certificates."""

import re
from collections.abc import Mapping

from pins.artefacts.archive import Archive, shown
from pins.artefacts.artefact import Artefact, Confidence, Kind
from pins.artefacts.bypassing import IOS as IOS_STACKS
from pins.artefacts.bypassing import note_bypassing
from pins.artefacts.certificates import IOS
from pins.artefacts.gathering import Gathering
from pins.artefacts.layout import IOS_CODE
from pins.artefacts.plist import MAXIMUM_BYTES, read_plist, text_of
from pins.artefacts.unread import note_unread_code
from pins.errors import PinError

PLIST = re.compile(r"Payload/[^/]+\.app/Info\.plist")
FORMAT = "info_plist"
MAXIMUM_EXTENSIONS = 50

_EXTENSION = re.compile(r"(?:PlugIns|Extensions|AppClips|Watch)/[^/]+\.(?:appex|app)/Info\.plist")
_TRUST_KIT = "TSKConfiguration"
_TRANSPORT, _PINNED = "NSAppTransportSecurity", "NSPinnedDomains"


def read_ios(archive: Archive) -> Artefact:
    names = [name for name in archive.members if PLIST.fullmatch(name)]
    if len(names) > 1:
        raise PinError("The archive holds several apps. Give each one by itself.", code="wrong_format")
    root = names[0].removesuffix("Info.plist")
    gathering = Gathering(archive)
    source = bytes(archive.read(names[0], MAXIMUM_BYTES))
    try:
        plist = read_plist(source)
    except PinError as error:
        raise PinError(f"{shown(names[0])} {error.sentence}, so nothing of the app can be told.") from None
    is_read = _add_plist(gathering, names[0], source, plist)
    _add_extensions(gathering, root)
    _add_plugin_files(gathering, root, plist, is_read=is_read)
    gathering.add_certificates(IOS, root)
    note_bypassing(gathering, IOS_STACKS, root)
    note_unread_code(gathering, IOS_CODE, root)
    _note_compiled_code(gathering, root, plist)
    return Artefact(
        Kind.IPA,
        application_id=text_of(plist, "CFBundleIdentifier"),
        version_name=text_of(plist, "CFBundleShortVersionString"),
        build=text_of(plist, "CFBundleVersion"),
        is_debuggable=False,
        minimum_os=text_of(plist, "MinimumOSVersion"),
        found=tuple(gathering.found),
        problems=tuple(gathering.problems),
    )


def _add_plist(gathering: Gathering, name: str, source: bytes, plist: Mapping[str, object]) -> bool:
    """Whether its pins, if it has any, are known."""
    if not _pins(plist):
        return True
    pin_set = gathering.pin_set_of(name, source, FORMAT)
    if pin_set is not None:
        gathering.add(name, Confidence.CERTAIN, pin_set)
    return pin_set is not None


def _pins(plist: Mapping[str, object]) -> bool:
    transport = plist.get(_TRANSPORT)
    return _TRUST_KIT in plist or (isinstance(transport, dict) and _PINNED in transport)


def _add_extensions(gathering: Gathering, root: str) -> None:
    """An extension is a process of its own, with its own property list."""
    names = [name for name in gathering.archive.members if _is_extension(name, root)]
    for name in names[:MAXIMUM_EXTENSIONS]:
        source = gathering.bytes_of(name, MAXIMUM_BYTES)
        plist = None if source is None else gathering.told(name, lambda source=source: read_plist(source))  # type: ignore[misc]
        if source is not None and plist is not None:
            _add_plist(gathering, name, source, plist)
    for name in names[MAXIMUM_EXTENSIONS:][:1]:
        what = f"The app has {len(names):,} extensions, and {MAXIMUM_EXTENSIONS} of them were read."
        gathering.note("oversized_member", what, name)


def _is_extension(name: str, root: str) -> bool:
    return name.startswith(root) and _EXTENSION.fullmatch(name, len(root)) is not None


def _add_plugin_files(gathering: Gathering, root: str, plist: Mapping[str, object], *, is_read: bool) -> None:
    """OutSystems: hooks/ios/setup_pinning_hashs.js makes TSKConfiguration of these; the app itself never reads them."""
    for name, pin_set in gathering.plugin_files(f"{root}www/pinning/"):
        is_made = _TRUST_KIT in plist
        gathering.add(name, Confidence.LIKELY, pin_set, below=0 if is_read else None)
        if is_made:
            message = f"What counts are the pins in the app's Info.plist, which were made from {shown(name)}."
            gathering.note("superseded_pin_file", f"{message} Both should hold the same pins.", name)
        else:
            message = f"{shown(name)} names pins, and the app's Info.plist has none made from them."
            gathering.note("pins_not_built_in", f"{message} They do nothing. Build the app again.", name)


def _note_compiled_code(gathering: Gathering, root: str, plist: Mapping[str, object]) -> None:
    name = text_of(plist, "CFBundleExecutable")
    if name and root + name in gathering.archive.members:
        message = f"{shown(root + name)}: certdash does not read the app's compiled code, so pins in it are not known."
        gathering.note("code_not_read", f"{message} Give the source that holds them, if there are any.", root + name)
