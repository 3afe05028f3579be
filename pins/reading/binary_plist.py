"""Apple's binary property lists, with limits on depth, values and text; what several places share counts for each."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pins.errors import PinError
from pins.reading.text import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_NODES, refuse_unfit

MAGIC = b"bplist00"
_TRAILER = struct.Struct(">6xBBQQQ")
_SIZES = frozenset({1, 2, 3, 4, 8})
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


class PlistKind(StrEnum):
    """The types of a property list."""

    DICTIONARY = "dictionary"
    ARRAY = "array"
    STRING = "text"
    BOOLEAN = "Boolean"
    NUMBER = "number"
    DATE = "date"
    DATA = "data"
    NULL = "nothing"


@dataclass(frozen=True, slots=True)
class Plain:
    """One value. `text` is that of a string, a number or a date; a Boolean is `true` or `false`."""

    kind: PlistKind
    text: str = ""
    members: tuple[tuple[str, "Plain"], ...] = ()
    items: tuple["Plain", ...] = ()


def is_binary_plist(source: bytes) -> bool:
    return source.startswith(b"bplist")


def read_binary_plist(source: bytes) -> Plain:
    """The value at the top. PinError for anything that Apple's tools do not write."""
    refuse_unfit(source)
    if not source.startswith(MAGIC) or len(source) < len(MAGIC) + _TRAILER.size:
        raise _broken("it has no end that could be read")
    return _Reader(source).top()


class _Reader:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._end = len(source) - _TRAILER.size
        self._offset_size, self._reference_size, self._count, self._top, self._table = _TRAILER.unpack_from(
            source, self._end
        )
        self._open: set[int] = set()
        self._values = self._characters = 0
        if not {self._offset_size, self._reference_size} <= _SIZES:
            raise _broken("its numbers have a size that nobody uses")
        if self._table + self._count * self._offset_size > self._end:
            raise _broken("its table of values lies outside the file")

    def top(self) -> Plain:
        return self._value(self._top)

    def _value(self, reference: int) -> Plain:
        self._values += 1
        if self._values > MAXIMUM_NODES:
            raise _too_large(f"more than {MAXIMUM_NODES:,} values")
        if reference in self._open:
            raise _broken("a value contains itself")
        if len(self._open) >= MAXIMUM_DEPTH:
            raise _too_large(f"values nested deeper than {MAXIMUM_DEPTH}")
        if reference >= self._count:
            raise _broken("it refers to a value that is not there")
        self._open.add(reference)
        found = self._read(self._number(self._table + reference * self._offset_size, self._offset_size))
        self._open.remove(reference)
        return found

    def _read(self, at: int) -> Plain:
        marker = self._bytes(at, 1)[0]
        kind, low = marker >> 4, marker & 0x0F
        match kind:
            case 0x0:
                return _simple(low)
            case 0x1 | 0x2 | 0x8:
                size = low + 1 if kind == 0x8 else 1 << low
                return _number(kind, self._bytes(at + 1, size))
            case 0x3:
                return _date(self._bytes(at + 1, 8))
            case 0x4 | 0x5 | 0x6:
                return self._text(kind, *self._length(at, low))
            case 0xA | 0xC:
                start, count = self._length(at, low)
                return Plain(PlistKind.ARRAY, items=tuple(map(self._value, self._references(start, count))))
            case 0xD:
                return self._dictionary(*self._length(at, low))
        raise _broken(f"the type {kind} is not known")

    def _length(self, at: int, low: int) -> tuple[int, int]:
        """Where the contents begin, and how many members or characters they have."""
        if low != 0x0F:
            return at + 1, low
        marker = self._bytes(at + 1, 1)[0]
        size = 1 << (marker & 0x0F)
        if marker >> 4 != 0x1 or size > 8:
            raise _broken("a length is no number")
        return at + 2 + size, self._number(at + 2, size)

    def _text(self, kind: int, start: int, count: int) -> Plain:
        raw = self._bytes(start, 2 * count if kind == 0x6 else count)
        self._characters += count
        if self._characters > MAXIMUM_BYTES:
            raise _too_large("more text than the file itself is long")
        if kind == 0x4:
            return Plain(PlistKind.DATA)
        try:
            text = raw.decode("utf-16-be" if kind == 0x6 else "ascii")
        except UnicodeDecodeError:
            raise _broken("a text is not in the encoding that it names") from None
        if "\0" in text:
            raise _broken("a text holds the character U+0000")
        return Plain(PlistKind.STRING, text)

    def _dictionary(self, start: int, count: int) -> Plain:
        references = self._references(start, 2 * count)
        members = []
        for key, value in zip(references[:count], references[count:], strict=True):
            name = self._value(key)
            if name.kind is not PlistKind.STRING:
                raise _broken("a key is no text")
            members.append((name.text, self._value(value)))
        return Plain(PlistKind.DICTIONARY, members=tuple(members))

    def _references(self, start: int, count: int) -> Sequence[int]:
        size = self._reference_size
        if count > MAXIMUM_NODES:
            raise _too_large(f"more than {MAXIMUM_NODES:,} values")
        raw = self._bytes(start, count * size)
        return [int.from_bytes(raw[at : at + size], "big") for at in range(0, len(raw), size)]

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._bytes(at, size), "big")

    def _bytes(self, start: int, size: int) -> bytes:
        if start + size > self._end:
            raise _broken("a value lies outside the file")
        return self._source[start : start + size]


def _simple(low: int) -> Plain:
    if low in (0x8, 0x9):
        return Plain(PlistKind.BOOLEAN, "true" if low == 0x9 else "false")
    if low == 0x0:
        return Plain(PlistKind.NULL)
    raise _broken("a value has a type that is not known")


def _number(kind: int, raw: bytes) -> Plain:
    if kind == 0x8:  # a reference of archived objects
        return Plain(PlistKind.NULL)
    if kind == 0x1 and len(raw) <= 16:  # eight bytes and more have a sign
        return Plain(PlistKind.NUMBER, str(int.from_bytes(raw, "big", signed=len(raw) >= 8)))
    if kind == 0x2 and len(raw) in (4, 8):
        return Plain(PlistKind.NUMBER, repr(struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0]))
    raise _broken("a number has a size that nobody uses")


def _date(raw: bytes) -> Plain:
    try:
        instant = _EPOCH + timedelta(seconds=struct.unpack(">d", raw)[0])
    except (OverflowError, ValueError):
        raise _broken("a date does not exist") from None
    return Plain(PlistKind.DATE, instant.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _broken(what: str) -> PinError:
    return PinError(
        f"The binary property list is broken: {what}. Nothing in it can be read. Copy the file again whole, or give "
        "the Info.plist from the source of the app.",
        code="malformed_plist",
    )


def _too_large(what: str) -> PinError:
    return PinError(
        f"The property list has {what}; no Info.plist needs that. Check that it is the right file.", code="too_large"
    )
