"""Writers of protocol buffers as aapt2 fills them: messages of Resources.proto."""

from collections.abc import Sequence

from tests.pins.artefacts.building import ANDROID, IDS, E, Entry, Ref, Value


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def xml(element: E) -> bytes:
    """XmlNode."""
    attributes = b"".join(block(4, _attribute(name, value)) for name, value in element.attributes.items())
    children = b"".join(block(5, xml(one) if isinstance(one, E) else block(2, one)) for one in element.children)
    return block(1, block(3, element.name) + attributes + children) + block(3, number(1, element.line))


def _attribute(name: str, value: Value) -> bytes:
    plain = name.removeprefix("android:")
    namespace = block(1, ANDROID) if plain != name else b""
    identity = number(5, IDS[plain]) if plain in IDS else b""
    written = block(3, value) if isinstance(value, str) else b""
    compiled = b"" if isinstance(value, str) else block(6, item(value))
    return namespace + block(2, plain) + written + identity + compiled


def item(value: Value, *, is_file: bool = False) -> bytes:
    match value:
        case None:
            return block(7, block(1, b""))
        case bool():
            return block(7, number(8, value))
        case int():
            return block(7, number(6, value))
        case Ref():
            return block(1, (number(2, value.id) if value.id else b"") + (block(3, value.name) if value.name else b""))
        case float():
            return block(7, bytes([3 << 3 | 5]) + bytes(4))
        case _:
            return block(5 if is_file else 2, block(1, value))


def table(*entries: Entry) -> bytes:
    """ResourceTable with package 0x7f; numbers follow the order of first appearance."""
    types = list(dict.fromkeys(one.type for one in entries))
    groups = b"".join(block(3, _group(kind, types.index(kind) + 1, entries)) for kind in types)
    return block(2, block(1, number(1, 0x7F)) + block(2, "com.acme") + groups)


def _group(kind: str, position: int, entries: Sequence[Entry]) -> bytes:
    names = list(dict.fromkeys(one.name for one in entries if one.type == kind))
    inner = b"".join(block(3, _entry(name, index, kind, entries)) for index, name in enumerate(names))
    return block(1, number(1, position)) + block(2, kind) + inner


def _entry(name: str, index: int, kind: str, entries: Sequence[Entry]) -> bytes:
    values = b""
    for one in entries:
        if (one.type, one.name) == (kind, name):
            config = (number(24, one.sdk) if one.sdk else b"") + (block(3, one.country) if one.country else b"")
            values += block(6, block(1, config) + block(2, block(4, item(one.value, is_file=kind in ("xml", "raw")))))
    return block(1, number(1, index)) + block(2, name) + values
