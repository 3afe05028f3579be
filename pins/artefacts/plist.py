"""Info.plist of an app, XML or binary, for the few facts about the app itself; its pins are read in `formats`."""

import plistlib
import struct
from collections.abc import Mapping
from xml.parsers.expat import ExpatError

from pins.artefacts.tree import Spelled, broken

MAXIMUM_BYTES = 512 * 1024
MAXIMUM_VALUES = 100_000

_BINARY = b"bplist00"
_TRAILER = struct.Struct(">6x2B3Q")
_ASCII, _UTF16, _DICTIONARY = 0x5, 0x6, 0xD


def read_plist(source: bytes) -> Mapping[str, object]:
    """The keys of the top level: texts as they are, dictionaries one level deep, nothing of other kinds of value."""
    if source.startswith(_BINARY):
        return _Binary(source).top()
    if source.count(b"<") > MAXIMUM_VALUES:
        raise broken(f"has more than {MAXIMUM_VALUES:,} values", code="oversized_member")
    try:
        found = plistlib.loads(source, fmt=plistlib.FMT_XML)
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, TypeError, AttributeError):
        raise broken("is no property list that can be read") from None
    if not isinstance(found, dict):
        raise broken("is no property list with keys")
    return {key: value for key, value in found.items() if isinstance(key, str)}


def text_of(plist: Mapping[str, object], key: str) -> str:
    value = plist.get(key)
    return value if isinstance(value, str) else ""


class _Binary:
    """Only what is asked for: objects of a binary property list may stand in each other any number of times."""

    def __init__(self, source: bytes) -> None:
        if len(source) < len(_BINARY) + _TRAILER.size:
            raise broken("is cut off")
        self._source = source
        self._offset_size, self._ref_size, self._count, self._top, self._table = _TRAILER.unpack(
            source[-_TRAILER.size :]
        )
        self._spelled = Spelled()

    def top(self) -> Mapping[str, object]:
        found = self._dictionary(self._top, depth=1)
        if found is None:
            raise broken("is no property list with keys")
        return found

    def _dictionary(self, number: int, *, depth: int) -> dict[str, object] | None:
        kind, length, at = self._object(number)
        if kind != _DICTIONARY:
            return None
        if length > MAXIMUM_VALUES:
            raise broken(f"has more than {MAXIMUM_VALUES:,} values", code="oversized_member")
        size = self._ref_size
        refs = [self._number(at + place * size, size) for place in range(2 * length)]
        pairs = zip(refs[:length], refs[length:], strict=True)
        return {self._text(key) or "": self._value(value, depth) for key, value in pairs}

    def _value(self, number: int, depth: int) -> object:
        text = self._text(number)
        return self._dictionary(number, depth=depth - 1) if text is None and depth else text

    def _text(self, number: int) -> str | None:
        kind, length, at = self._object(number)
        if kind not in (_ASCII, _UTF16):
            return None
        end = at + length * (2 if kind == _UTF16 else 1)
        if end > len(self._source):
            raise broken("is damaged: a text reaches beyond its end")
        raw = self._source[at:end]
        return self._spelled.take(raw.decode("utf-16-be" if kind == _UTF16 else "ascii", "replace"))

    def _object(self, number: int) -> tuple[int, int, int]:
        """Kind, length and where the contents begin."""
        if number >= self._count:
            raise broken("is damaged: it names a value that it does not have")
        at = self._number(self._table + number * self._offset_size, self._offset_size)
        marker = self._number(at, 1)
        kind, length, at = marker >> 4, marker & 0xF, at + 1
        if length == 0xF and kind >= 0x4:
            size = 1 << (self._number(at, 1) & 0xF)
            length, at = self._number(at + 1, size), at + 1 + size
        return kind, length, at

    def _number(self, at: int, size: int) -> int:
        if not 0 < size <= 8 or at + size > len(self._source):
            raise broken("is damaged: a value lies outside of it")
        return int.from_bytes(self._source[at : at + size], "big")
