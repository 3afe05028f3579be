"""The chunks of which Android's compiled files are made, and their pools of strings. Source: AOSP ResourceTypes.h."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from pins.artefacts.tree import Spelled, broken

STRING_POOL, TABLE, XML = 0x0001, 0x0002, 0x0003
MAXIMUM_CHUNKS = 200_000

_HEADER = struct.Struct("<2HL")
_POOL = struct.Struct("<5L")
_UTF8 = 0x0100


class Chunk(NamedTuple):
    """`head` is the part that a newer system may have lengthened, without its first 8 bytes; `start` is in `source`."""

    kind: int
    source: memoryview
    start: int
    head_end: int
    end: int

    @property
    def whole(self) -> memoryview:
        return self.source[self.start : self.end]

    def unpack(self, layout: struct.Struct, at: int) -> tuple[int, ...]:
        """`at` counts from the beginning of the chunk."""
        if at < 0 or at + layout.size > self.end - self.start:
            raise broken("is cut off")
        return layout.unpack_from(self.source, self.start + at)


def read_chunk(source: memoryview, at: int, end: int) -> Chunk:
    if at + _HEADER.size > end:
        raise broken("is cut off")
    kind, head, size = _HEADER.unpack_from(source, at)
    if head < _HEADER.size or size < head or at + size > end:
        raise broken("is damaged: a part of it is larger than the whole")
    return Chunk(kind, source, at, at + head, at + size)


def children(chunk: Chunk) -> Iterator[Chunk]:
    at = chunk.head_end
    for _ in range(MAXIMUM_CHUNKS):
        if at + _HEADER.size > chunk.end:
            return
        found = read_chunk(chunk.source, at, chunk.end)
        yield found
        at = found.end
    raise broken(f"has more than {MAXIMUM_CHUNKS:,} parts", code="oversized_member")


class StringPool:
    """Strings by their number, decoded when they are asked for."""

    def __init__(self, chunk: Chunk, spelled: Spelled) -> None:
        self._source = chunk.whole
        self._count, _, flags, self._start, _ = chunk.unpack(_POOL, 8)
        self._is_utf8 = bool(flags & _UTF8)
        self._offsets = chunk.head_end - chunk.start
        self._spelled = spelled
        self._known: dict[int, str] = {}

    def get(self, number: int) -> str:
        """Empty for a number that the pool does not have: Android takes that for no string."""
        if number >= self._count:
            return ""
        text = self._known.get(number)
        if text is None:
            text = self._known[number] = self._decoded(self._start + self._number("<L", self._offsets + 4 * number))
        return self._spelled.take(text)

    def _decoded(self, at: int) -> str:
        if self._is_utf8:
            _, at = self._length_8(at)
            length, at = self._length_8(at)
            return bytes(self._cut(at, length)).decode("utf-8", "replace")
        length, at = self._length_16(at)
        return bytes(self._cut(at, 2 * length)).decode("utf-16-le", "replace")

    def _length_8(self, at: int) -> tuple[int, int]:
        first = self._number("<B", at)
        if not first & 0x80:
            return first, at + 1
        return (first & 0x7F) << 8 | self._number("<B", at + 1), at + 2

    def _length_16(self, at: int) -> tuple[int, int]:
        first = self._number("<H", at)
        if not first & 0x8000:
            return first, at + 2
        return (first & 0x7FFF) << 16 | self._number("<H", at + 2), at + 4

    def _number(self, layout: str, at: int) -> int:
        if at + struct.calcsize(layout) > len(self._source):
            raise broken("is damaged: a string lies outside of it")
        return int(struct.unpack_from(layout, self._source, at)[0])

    def _cut(self, at: int, length: int) -> memoryview:
        if at + length > len(self._source):
            raise broken("is damaged: a string lies outside of it")
        return self._source[at : at + length]
