"""Property lists that stand as JSON in another file, as the values that a property list is read from."""

from pins.formats.layout import Hole, Part
from pins.formats.properties import Member, Property
from pins.reading import Span, Text
from pins.reading.binary_plist import PlistKind
from pins.reading.json_text import Array, Node, Object, Scalar, String

_BOOLEANS = frozenset({"true", "false"})


def from_json(text: Text, node: Node, path: str) -> Property:
    """Members that are null are left out: a property list has no such value."""
    if isinstance(node, String):
        return _string(text, node, path)
    place = text.place(node.span.start, path)
    if isinstance(node, Object):
        members = tuple(
            Member(name.value, text.place(name.span.start + 1, inner), from_json(text, one, inner))
            for name, inner, one in ((name, f"{path}.{name.value}", one) for name, one in node.members)
            if not (isinstance(one, Scalar) and one.source == "null")
        )
        return Property(PlistKind.DICTIONARY, place, members=members, whole=node.span)
    if isinstance(node, Array):
        items = tuple(from_json(text, one, f"{path}[{at}]") for at, one in enumerate(node.items))
        inner_start = node.span.start + 1
        hole = _hole(text, node)
        return Property(PlistKind.ARRAY, place, items=items, whole=node.span, hole=hole, opening=inner_start)
    kind = PlistKind.BOOLEAN if node.source in _BOOLEANS else PlistKind.NUMBER
    return Property(kind, place, node.source, whole=node.span)


def _string(text: Text, node: String, path: str) -> Property:
    inner = Span(node.span.start + 1, node.span.end - 1)
    place = text.place(inner.start, path)
    return Property(PlistKind.STRING, place, node.value, whole=node.span, parts=(Part(inner, node.value),))


def _hole(text: Text, array: Array) -> Hole:
    start, end = array.span.start + 1, array.span.end - 1
    is_blank = not text.content[start:end].strip()
    return Hole(Span(start, end if is_blank else start), "", ", ", "")
