"""Android's binary XML, as aapt and aapt2 compile it into an .apk. Source: AOSP ResourceTypes.h, ResXMLTree."""

import struct
from dataclasses import dataclass, field

from pins.artefacts.chunks import STRING_POOL, Chunk, StringPool, children, read_chunk
from pins.artefacts.tree import Attribute, Node, Reference, Spelled, Value, broken
from pins.reading import MAXIMUM_DEPTH, MAXIMUM_NODES

MAXIMUM_BYTES = 4 * 1024 * 1024

_START, _END, _TEXT, _IDS = 0x0102, 0x0103, 0x0104, 0x0180
_LINE = struct.Struct("<L")
_ELEMENT = struct.Struct("<2L3H")
_ATTRIBUTE = struct.Struct("<3LHBBL")
_NUMBER = struct.Struct("<L")
_NONE = 0xFFFFFFFF

NULL, REFERENCE, STRING, FLOAT, DYNAMIC_REFERENCE = 0x00, 0x01, 0x03, 0x04, 0x07
FIRST_INT, BOOLEAN, LAST_INT = 0x10, 0x12, 0x1F


def typed(kind: int, data: int) -> Value:
    """The value of a typed field that is no string; empty text for kinds that no pin file needs."""
    if kind in (REFERENCE, DYNAMIC_REFERENCE):
        return Reference(data)
    if kind == BOOLEAN:
        return data != 0
    if FIRST_INT <= kind <= LAST_INT:
        return data if data < 1 << 31 else data - (1 << 32)
    if kind == FLOAT:
        return f"{struct.unpack('<f', struct.pack('<L', data))[0]:g}"
    return None if kind == NULL else ""


def read_binary_xml(source: memoryview) -> Node:
    """The root element. That the file begins with any kind of chunk is as in Android, which does not look."""
    return _Reader(read_chunk(source, 0, len(source))).root()


@dataclass(slots=True)
class _Open:
    name: str
    attributes: tuple[Attribute, ...]
    line: int
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def close(self) -> Node:
        return Node(self.name, self.attributes, tuple(self.children), tuple(self.texts), self.line)


class _Reader:
    def __init__(self, file: Chunk) -> None:
        self._file = file
        self._pool: StringPool | None = None
        self._ids: tuple[int, ...] = ()
        self._open: list[_Open] = []
        self._count = 0

    def root(self) -> Node:
        for chunk in children(self._file):
            if chunk.kind == STRING_POOL and self._pool is None:
                self._pool = StringPool(chunk, Spelled())
            elif chunk.kind == _IDS:
                self._ids = struct.unpack_from(f"<{(chunk.end - chunk.head_end) // 4}L", chunk.source, chunk.head_end)
            elif chunk.kind == _START:
                self._start(chunk)
            elif chunk.kind == _TEXT and self._open:
                self._open[-1].texts.append(self._string(*chunk.unpack(_NUMBER, chunk.head_end - chunk.start)))
            elif chunk.kind == _END and self._open:
                node = self._open.pop().close()
                if not self._open:
                    return node
                self._open[-1].children.append(node)
        raise broken("is damaged: it ends before its first element does")

    def _start(self, chunk: Chunk) -> None:
        self._count += 1
        if self._count > MAXIMUM_NODES or len(self._open) >= MAXIMUM_DEPTH:
            raise broken("has more elements, or deeper ones, than any configuration has", code="oversized_member")
        (line,) = chunk.unpack(_LINE, 8)
        body = chunk.head_end - chunk.start
        _, name, start, size, count = chunk.unpack(_ELEMENT, body)
        if count and size < _ATTRIBUTE.size:
            raise broken("is damaged: its attributes are too short")
        attributes = tuple(self._attribute(chunk, body + start + number * size) for number in range(count))
        self._open.append(_Open(self._string(name), attributes, line))

    def _attribute(self, chunk: Chunk, at: int) -> Attribute:
        namespace, name, raw, _, _, kind, data = chunk.unpack(_ATTRIBUTE, at)
        identity = self._ids[name] if name < len(self._ids) else 0
        spelled = "" if namespace == _NONE else self._string(namespace)
        return Attribute(self._string(name), spelled, identity, self._value(kind, data, raw))

    def _value(self, kind: int, data: int, raw: int) -> Value:
        if kind == STRING:
            return self._string(data)
        value = typed(kind, data)
        return self._string(raw) if value == "" and raw != _NONE else value

    def _string(self, number: int) -> str:
        if self._pool is None:
            raise broken("is damaged: its strings are missing")
        return self._pool.get(number)
