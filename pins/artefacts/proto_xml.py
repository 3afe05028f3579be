"""XML as aapt2 compiles it into an .aab. Source: AOSP aapt2 Resources.proto, XmlNode and Item."""

from pins.artefacts.protobuf import Fields, text
from pins.artefacts.tree import Attribute, Node, Reference, Spelled, Value, broken
from pins.reading import MAXIMUM_DEPTH, MAXIMUM_NODES

MAXIMUM_BYTES = 4 * 1024 * 1024

_NODE_ELEMENT, _NODE_TEXT, _NODE_SOURCE = 1, 2, 3
_NAME, _ATTRIBUTE, _CHILD = 3, 4, 5
_REFERENCE, _STRING, _RAW_STRING, _FILE, _PRIMITIVE = 1, 2, 3, 5, 7
_NULL, _DECIMAL, _HEXADECIMAL, _BOOLEAN = 1, 6, 7, 8


def read_proto_xml(source: memoryview) -> Node:
    root = _Reader().element(source, 0)
    if root is None:
        raise broken("is damaged: it holds no element")
    return root


def read_item(fields: Fields, item: memoryview) -> Value:
    """One value; empty text for kinds that no pin file needs, the path where it is a file."""
    for number, value in fields.of(item):
        if not isinstance(value, memoryview):
            continue
        if number == _REFERENCE:
            return Reference(fields.number(value, 2), text(fields.message(value, 3)))
        if number in (_STRING, _RAW_STRING, _FILE):
            return text(fields.message(value, 1))
        if number == _PRIMITIVE:
            return _primitive(fields, value)
    return ""


def _primitive(fields: Fields, primitive: memoryview) -> Value:
    for number, value in fields.of(primitive):
        if number == _NULL:
            return None
        if number == _BOOLEAN:
            return value != 0
        if number in (_DECIMAL, _HEXADECIMAL) and isinstance(value, int):
            return value if value < 1 << 63 else value - (1 << 64)
    return ""


class _Reader:
    def __init__(self) -> None:
        self._fields = Fields()
        self._spelled = Spelled()
        self._count = 0

    def element(self, node: memoryview, depth: int) -> Node | None:
        element = self._fields.message(node, _NODE_ELEMENT)
        if element is None:
            return None
        self._count += 1
        if self._count > MAXIMUM_NODES or depth >= MAXIMUM_DEPTH:
            raise broken("has more elements, or deeper ones, than any configuration has", code="oversized_member")
        source = self._fields.message(node, _NODE_SOURCE)
        parts = list(self._fields.messages(element, _CHILD))
        children = [self.element(part, depth + 1) for part in parts]
        return Node(
            self._text(element, _NAME),
            tuple(self._attribute(one) for one in self._fields.messages(element, _ATTRIBUTE)),
            tuple(child for child in children if child is not None),
            tuple(self._text(part, _NODE_TEXT) for part, child in zip(parts, children, strict=True) if child is None),
            0 if source is None else self._fields.number(source, 1),
        )

    def _attribute(self, attribute: memoryview) -> Attribute:
        item = self._fields.message(attribute, 6)
        written = self._text(attribute, 3)
        value = written if item is None else read_item(self._fields, item)
        return Attribute(
            self._text(attribute, 2),
            self._text(attribute, 1),
            self._fields.number(attribute, 5),
            written if value == "" else value,
        )

    def _text(self, message: memoryview, number: int) -> str:
        return self._spelled.take(text(self._fields.message(message, number)))
