"""Writers of what Android's and Apple's build tools make: just enough of each format for an app to be read."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

ANDROID = "http://schemas.android.com/apk/res/android"
IDS = {
    "debuggable": 0x0101000F,
    "minSdkVersion": 0x0101020C,
    "versionCode": 0x0101021B,
    "versionName": 0x0101021C,
    "networkSecurityConfig": 0x01010527,
}
NONE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Ref:
    """A resource by number and, for protobuf, by name."""

    id: int
    name: str = ""


Value = str | int | bool | Ref | float | None


@dataclass(frozen=True, slots=True)
class E:
    """An element; attributes `android:x` get the number of the system's attribute. Children are elements and texts."""

    name: str
    attributes: dict[str, Value] = field(default_factory=dict)
    children: "Sequence[E | str]" = ()
    line: int = 1


def chunk(kind: int, head: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<HHL", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


def string_pool(strings: Sequence[str], *, is_utf8: bool = True) -> bytes:
    pieces = [_utf8(text) if is_utf8 else _utf16(text) for text in strings]
    places = accumulate((len(piece) for piece in pieces), initial=0)
    offsets = b"".join(struct.pack("<L", place) for place, _ in zip(places, pieces, strict=False))
    data = b"".join(pieces)
    data += bytes(-len(data) % 4)
    head = struct.pack("<5L", len(strings), 0, 0x100 if is_utf8 else 0, 28 + len(offsets), 0)
    return chunk(0x0001, head, offsets + data)


def _utf8(text: str) -> bytes:
    raw = text.encode()
    return _short(len(text)) + _short(len(raw)) + raw + b"\0"


def _short(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([0x80 | length >> 8, length & 0xFF])


def _utf16(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    length = len(raw) // 2
    long = struct.pack("<HH", 0x8000 | length >> 16, length & 0xFFFF)
    return (struct.pack("<H", length) if length < 0x8000 else long) + raw + b"\0\0"


def axml(root: E, *, is_utf8: bool = True, kind: int = 0x0003) -> bytes:
    """Android's binary XML."""
    writer = _Axml()
    body = writer.element(root)
    pool = string_pool(list(writer.strings), is_utf8=is_utf8)
    ids = chunk(0x0180, b"", struct.pack(f"<{len(IDS)}L", *IDS.values()))
    return chunk(kind, b"", pool + ids + body)


class _Axml:
    def __init__(self) -> None:
        self.strings = {name: number for number, name in enumerate(IDS)}

    def element(self, element: E) -> bytes:
        attributes = b"".join(self._attribute(name, value) for name, value in element.attributes.items())
        counts = (20, 20, len(element.attributes), 0, 0, 0)
        body = struct.pack("<2L6H", NONE, self._number(element.name), *counts) + attributes
        start = chunk(0x0102, struct.pack("<2L", element.line, NONE), body)
        inner = b"".join(self.element(one) if isinstance(one, E) else self._text(one) for one in element.children)
        end = chunk(
            0x0103, struct.pack("<2L", element.line, NONE), struct.pack("<2L", NONE, self._number(element.name))
        )
        return start + inner + end

    def _text(self, text: str) -> bytes:
        return chunk(0x0104, struct.pack("<2L", 1, NONE), struct.pack("<LHBBL", self._number(text), 8, 0, 0, 0))

    def _attribute(self, name: str, value: Value) -> bytes:
        namespace = self._number(ANDROID) if name.startswith("android:") else NONE
        raw = self._number(value) if isinstance(value, str) else NONE
        kind, data = typed(value, raw)
        return struct.pack("<3LHBBL", namespace, self._number(name.removeprefix("android:")), raw, 8, 0, kind, data)

    def _number(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))


def typed(value: Value, text: int = NONE) -> tuple[int, int]:
    match value:
        case None:
            return 0x00, 0
        case bool():
            return 0x12, NONE if value else 0
        case int():
            return 0x10, value & NONE
        case float():
            return 0x04, struct.unpack("<L", struct.pack("<f", value))[0]
        case Ref():
            return 0x01, value.id
        case _:
            return 0x03, text


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a resource in one configuration; `sdk` 0 and no `country` make the default one."""

    type: str
    name: str
    value: Value
    sdk: int = 0
    country: str = ""


def numbered(texts: Iterable[str]) -> dict[str, int]:
    """Each text once, with its number by first appearance."""
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


def arsc(*entries: Entry, flavour: str = "", is_utf8: bool = True) -> bytes:
    """A table of package 0x7f; `flavour`: sparse, offset16 or compact. Numbers follow the order of first appearance."""
    types = list(dict.fromkeys(one.type for one in entries))
    keys = numbered(one.name for one in entries)
    strings = numbered(one.value for one in entries if isinstance(one.value, str))
    type_pool, key_pool = string_pool(types, is_utf8=is_utf8), string_pool(list(keys))
    bodies = b""
    for number, kind in enumerate(types, 1):
        own = [one for one in entries if one.type == kind]
        names = numbered(one.name for one in own)
        for condition in dict.fromkeys((one.sdk, one.country) for one in own):
            here = {names[one.name]: one for one in own if (one.sdk, one.country) == condition}
            bodies += _type(number, len(names), here, _values(here, keys, strings, flavour), flavour)
    name = "com.acme".encode("utf-16-le").ljust(256, b"\0")
    head = struct.pack("<L", 0x7F) + name + struct.pack("<4L", 284, 0, 284 + len(type_pool), 0)
    package = chunk(0x0200, head, type_pool + key_pool + bodies)
    return chunk(0x0002, struct.pack("<L", 1), string_pool(list(strings), is_utf8=is_utf8) + package)


def _values(here: dict[int, Entry], keys: dict[str, int], strings: dict[str, int], flavour: str) -> dict[int, bytes]:
    found = {}
    for index, entry in here.items():
        kind, data = typed(entry.value, strings[entry.value] if isinstance(entry.value, str) else NONE)
        if flavour == "compact":
            found[index] = struct.pack("<2HL", keys[entry.name], 0x0008 | kind << 8, data)
        else:
            found[index] = struct.pack("<2HL", 8, 0, keys[entry.name]) + struct.pack("<HBBL", 8, 0, kind, data)
    return found


def _type(number: int, count: int, here: dict[int, Entry], values: dict[int, bytes], flavour: str) -> bytes:
    size = 8 if flavour == "compact" else 16
    places = {index: size * position for position, index in enumerate(values)}
    if flavour == "sparse":
        offsets = b"".join(struct.pack("<2H", index, place // 4) for index, place in places.items())
    elif flavour == "offset16":
        offsets = b"".join(struct.pack("<H", places[one] // 4 if one in places else 0xFFFF) for one in range(count))
    else:
        offsets = b"".join(struct.pack("<L", places.get(one, NONE)) for one in range(count))
    offsets += bytes(-len(offsets) % 4)
    first = next(iter(here.values()))
    config = struct.pack("<LHH2s2s", 64, 0, 0, b"", first.country.encode())
    config = (config + bytes(24 - len(config)) + struct.pack("<HH", first.sdk, 0)).ljust(64, b"\0")
    flags = {"sparse": 1, "offset16": 2}.get(flavour, 0)
    amount = len(places) if flavour == "sparse" else count
    head = struct.pack("<BBHLL", number, flags, 0, amount, 20 + len(config) + len(offsets)) + config
    return chunk(0x0201, head, offsets + b"".join(values.values()))


def dex(*strings: str) -> bytes:
    """The pool of strings behind a header; of the rest of such a file nothing is read."""
    pool = b"".join(_uleb128(len(text)) + text.encode() + b"\0" for text in strings)
    return b"dex\n035\0".ljust(112, b"\0") + pool


def _uleb128(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
