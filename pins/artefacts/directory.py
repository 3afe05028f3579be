"""The directory of a ZIP archive, as the installers of Android and iOS read it: where it is and what it lists."""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from pins.errors import PinError

MAXIMUM_MEMBERS = 100_000
MAXIMUM_DIRECTORY = 24 * 1024 * 1024

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_SIGNATURE = b"PK\x01\x02"
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_ZIP64 = 1  # the id of the extra field that holds 8-byte sizes
_COMMENT = 0xFFFF
_LOCAL_HEADER = 30


class Entry(NamedTuple):
    """One member as the directory lists it. `name` keeps bytes that are no UTF-8 as escapes."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Directory(NamedTuple):
    """`offset`: where it begins, so where members end. `extra`: bytes behind the end of the archive."""

    entries: tuple[Entry, ...]
    offset: int
    extra: int


class _End(NamedTuple):
    members: int
    size: int
    offset: int
    at: int
    extra: int


def read_directory(stream: BinaryIO) -> Directory:
    end = _find_end(stream)
    if end.members > MAXIMUM_MEMBERS or end.size > MAXIMUM_DIRECTORY:
        raise PinError(
            f"The archive lists {end.members:,} files; apps have far fewer and certdash reads {MAXIMUM_MEMBERS:,}. "
            "Check that it is the right file.",
            code="too_large",
        )
    if end.offset + end.size > end.at:  # libziparchive zip_archive.cc, bad offsets
        raise damaged("its directory does not lie where its end says")
    stream.seek(end.offset)
    entries = tuple(_entries(stream.read(end.size), end.members))
    _refuse_overlaps(entries, end.offset)
    return Directory(entries, end.offset, end.extra)


def damaged(what: str) -> PinError:
    return PinError(
        f"The archive is damaged ({what}), so nothing in it can be trusted. Build or download the app again.",
        code="malformed_archive",
    )


def _find_end(stream: BinaryIO) -> _End:
    """libziparchive zip_archive.cc: the last signature within reach of the longest comment."""
    length = stream.seek(0, 2)
    start = max(0, length - _END.size - _COMMENT)
    stream.seek(start)
    tail = stream.read(length - start)
    at = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    if at < 0:
        raise damaged("it has no end, as after an interrupted download")
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
    end = _End(count, size, offset, start + at, length - start - at - _END.size - comment)
    if _FULL_16 in (here, count) or _FULL_32 in (size, offset):
        return _find_end_64(stream, end)
    if disk or first_disk or here != count:
        raise damaged("it is a part of an archive in several files")
    return end


def _find_end_64(stream: BinaryIO, end: _End) -> _End:
    locator = _read(stream, end.at - _LOCATOR.size, _LOCATOR)
    if locator is None or locator[0] != b"PK\x06\x07":
        if end.members != _FULL_16 or _FULL_32 in (end.size, end.offset):
            raise damaged("the end of a large archive is missing")
        return end
    found = _read(stream, locator[2], _END_64)
    if found is None or found[0] != b"PK\x06\x06" or found[6] != found[7]:
        raise damaged("the end of a large archive is missing")
    return end._replace(members=found[7], size=found[8], offset=found[9], at=locator[2])


def _read(stream: BinaryIO, at: int, layout: struct.Struct) -> tuple[Any, ...] | None:
    if not 0 <= at < 1 << 62:
        return None
    stream.seek(at)
    found = stream.read(layout.size)
    return layout.unpack(found) if len(found) == layout.size else None


def _entries(source: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if source[at : at + 4] != _ENTRY_SIGNATURE or at + _ENTRY.size > len(source):
            raise damaged("its directory is shorter than it says")
        fields = _ENTRY.unpack_from(source, at)
        name_end = at + _ENTRY.size + fields[10]
        extra_end = name_end + fields[11]
        at_next = extra_end + fields[12]
        if at_next > len(source):
            raise damaged("its directory is shorter than it says")
        name = source[at + _ENTRY.size : name_end].decode("utf-8", "backslashreplace")
        packed, size, offset = fields[8], fields[9], fields[16]
        if _FULL_32 in (packed, size, offset):
            packed, size, offset = _sizes_64(source[name_end:extra_end], packed, size, offset)
        yield Entry(name, fields[3], fields[4], fields[7], packed, size, offset)
        at = at_next


def _sizes_64(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """APPNOTE §4.5.3: only what does not fit into four bytes is there, in this order."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _ZIP64:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            size = next(values, size) if size == _FULL_32 else size
            packed = next(values, packed) if packed == _FULL_32 else packed
            offset = next(values, offset) if offset == _FULL_32 else offset
            break
        at += 4 + length
    return packed, size, offset


def _refuse_overlaps(entries: tuple[Entry, ...], end: int) -> None:
    """Members that share bytes make an archive unpack to far more than it holds."""
    behind = 0
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset < behind:
            raise damaged("its files overlap")
        behind = entry.offset + _LOCAL_HEADER + entry.packed
    if behind > end:
        raise damaged("its files reach into its directory")
