"""Built apps (.apk, .aab, .ipa) read in place: the pin files inside and what the app says about itself.

Nothing is unpacked to disk or executed, and a file costs no more than its limits allow, whatever it claims.
"""

from dataclasses import replace
from typing import BinaryIO

from pins.artefacts.archive import Archive, open_archive
from pins.artefacts.artefact import Anchor, Artefact, Confidence, Found, Kind
from pins.errors import PinError, Place
from pins.pinset import Problem

__all__ = ("Anchor", "Artefact", "Confidence", "Found", "Kind", "read_artefact")


def read_artefact(stream: BinaryIO, *, name: str = "") -> Artefact:
    """The built app in a seekable stream. `name` is the file's name, for sentences only.

    PinError where it is no app, or where its manifest cannot be read; any other member that cannot be read is a
    problem of the app.
    """
    archive = open_archive(stream)
    artefact = _read(archive, name)
    if not archive.extra:
        return artefact
    what = f"{archive.extra:,} bytes follow the end of the app, and Android refuses to install it. Download it again."
    return replace(artefact, problems=(Problem("bytes_after_archive", what, Place()), *artefact.problems))


def _read(archive: Archive, name: str) -> Artefact:
    from pins.artefacts.ios import PLIST
    from pins.artefacts.layout import AAB, APK

    members = archive.members
    for layout in (AAB, APK):
        if layout.manifest in members:
            from pins.artefacts.android import read_android

            return read_android(archive, layout)
    if any(PLIST.fullmatch(member) for member in members):
        from pins.artefacts.ios import read_ios

        return read_ios(archive)
    what = name or "This"
    if any(member.endswith(".apk") for member in members):
        raise PinError(f"{what} holds an app in several .apk files. Unpack it and give base.apk.", code="wrong_format")
    raise PinError(f"{what} is a ZIP archive and no built app. Give an .apk, an .aab or an .ipa.", code="wrong_format")
