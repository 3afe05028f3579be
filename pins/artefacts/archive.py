"""A ZIP archive read in place: one member at a time, with limits on what is declared and on what comes out.

Nothing is unpacked to disk, no nested archive is opened, and the names of members are never used as paths.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO

from pins.artefacts.directory import Entry, damaged, read_directory
from pins.errors import PinError, Place

MAXIMUM_UNPACKED = 400 * 1024 * 1024
"""Of all members read together: what one core unpacks and searches in one to two seconds."""
MAXIMUM_RATIO = 200
FREE_OF_RATIO = 8 * 1024 * 1024
"""Small members may be blank space for the most part: a table of resources without entries is."""

_CHUNK = 1024 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW = 0x0001, 0x0008
_SHOWN = 160


@dataclass(slots=True)
class _Budget:
    left: int = MAXIMUM_UNPACKED


@dataclass(frozen=True, slots=True)
class Archive:
    """`repeated`: names that several members have. `extra`: bytes behind the end."""

    stream: BinaryIO
    members: Mapping[str, Entry]
    repeated: frozenset[str]
    end: int
    extra: int
    budget: _Budget = field(default_factory=_Budget)

    def read(self, name: str, limit: int) -> memoryview:
        """The whole member; PinError with the finding code that tells why it cannot be read."""
        entry = self._entry(name)
        if entry.size > limit:
            what = f"has {_amount(entry.size)}, and {_amount(limit)} are read of such a file"
            raise _refused(name, "oversized_member", what)
        found, at = bytearray(entry.size), 0  # joining pieces would take twice the memory
        for chunk in self.chunks(name):
            found[at : at + len(chunk)] = chunk
            at += len(chunk)
        return memoryview(found).toreadonly()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's contents piece by piece; exactly as many bytes as it declares, with the checksum it declares."""
        entry = self._entry(name)
        start = self._start(entry)
        size = crc = 0
        for chunk in _inflated(self._raw(entry, start), entry):
            size += len(chunk)
            self.budget.left -= len(chunk)
            if size > entry.size:
                raise _refused(name, "unreadable_member", "unpacks to more than it declares")
            if self.budget.left < 0:
                what = f"takes the app beyond the {_amount(MAXIMUM_UNPACKED)} that are unpacked of one app"
                raise _refused(name, "oversized_member", what)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size or crc != entry.crc:
            raise _refused(name, "unreadable_member", "is damaged: its checksum does not fit")

    def _entry(self, name: str) -> Entry:
        entry = self.members.get(name)
        if entry is None:
            raise _refused(name, "missing_member", "is not in the app")
        if name in self.repeated:
            raise _refused(name, "duplicate_member", "is in the app more than once, and devices refuse such an app")
        if entry.flags & _ENCRYPTED:
            raise _refused(name, "encrypted_member", "is encrypted")
        if entry.method not in (_STORED, _DEFLATED):
            raise _refused(name, "unreadable_member", f"is packed by method {entry.method}, which no device unpacks")
        if entry.size > FREE_OF_RATIO and entry.size > MAXIMUM_RATIO * entry.packed:
            raise _refused(name, "oversized_member", f"unpacks to more than {MAXIMUM_RATIO} times its size")
        return entry

    def _start(self, entry: Entry) -> int:
        """Where the contents begin. Header and directory must agree: libziparchive zip_archive.cc FindEntry."""
        self.stream.seek(entry.offset)
        source = self.stream.read(_LOCAL.size)
        if len(source) < _LOCAL.size or source[:4] != b"PK\x03\x04":
            raise _refused(entry.name, "unreadable_member", "does not begin where the directory says")
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(source)
        name = self.stream.read(name_length).decode("utf-8", "backslashreplace")
        follow = flags & _SIZES_FOLLOW
        told = (entry.crc, entry.packed, entry.size)
        is_same = follow or (crc, packed, size) == told or 0xFFFFFFFF in (packed, size)
        if name != entry.name or method != entry.method or (flags ^ entry.flags) & _ENCRYPTED or not is_same:
            raise _refused(entry.name, "member_headers_differ", "is described differently in two places of the archive")
        start: int = entry.offset + _LOCAL.size + name_length + extra_length
        if start + entry.packed > self.end:
            raise _refused(entry.name, "unreadable_member", "reaches beyond the end")
        return start

    def _raw(self, entry: Entry, start: int) -> Iterator[bytes]:
        at, end = start, start + entry.packed
        while at < end:
            self.stream.seek(at)
            chunk = self.stream.read(min(_CHUNK, end - at))
            if not chunk:
                raise _refused(entry.name, "unreadable_member", "is cut off")
            at += len(chunk)
            yield chunk


def open_archive(stream: BinaryIO) -> Archive:
    directory = read_directory(stream)
    members: dict[str, Entry] = {}
    repeated = set()
    for entry in directory.entries:
        if entry.name in members:
            repeated.add(entry.name)
        members[entry.name] = entry
    if not members:
        raise damaged("it is empty")
    return Archive(stream, MappingProxyType(members), frozenset(repeated), directory.offset, directory.extra)


def shown(name: str) -> str:
    """A member's name for people: names come from outside and may hold line ends and escape sequences."""
    return "".join(one if one.isprintable() else "�" for one in name[:_SHOWN])


def place(name: str) -> Place:
    return Place(path=shown(name))


def _inflated(raw: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    if entry.method == _STORED:
        yield from raw
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in raw:
            waiting = packed
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise _refused(entry.name, "unreadable_member", "is damaged and cannot be unpacked") from None


def _refused(name: str, code: str, what: str) -> PinError:
    return PinError(f"{shown(name)} {what}.", place(name), code=code)


def _amount(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB" if size >= 1024 * 1024 else f"{size / 1024:,.0f} kB"
