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
        """None for a node that is a text."""
        parts = dict(self._fields.of(node))
        element, source = parts.get(_NODE_ELEMENT), parts.get(_NODE_SOURCE)
        if not isinstance(element, memoryview):
            return None
        self._count += 1
        if self._count > MAXIMUM_NODES or depth >= MAXIMUM_DEPTH:
            raise broken("has more elements, or deeper ones, than any configuration has", code="oversized_member")
        name, attributes, children, texts = "", list[Attribute](), list[Node](), list[str]()
        for number, value in self._fields.of(element):
            if number == _NAME:
                name = self._spelled.take(text(value))
            elif number == _ATTRIBUTE and isinstance(value, memoryview):
                attributes.append(self._attribute(value))
            elif number == _CHILD and isinstance(value, memoryview):
                child = self.element(value, depth + 1)
                if child is None:
                    texts.append(self._spelled.take(text(self._fields.message(value, _NODE_TEXT))))
                else:
                    children.append(child)
        line = self._fields.number(source, 1) if isinstance(source, memoryview) else 0
        return Node(name, tuple(attributes), tuple(children), tuple(texts), line)

    def _attribute(self, attribute: memoryview) -> Attribute:
        parts = dict(self._fields.of(attribute))
        identity, compiled = parts.get(5), parts.get(6)
        written = self._spelled.take(text(parts.get(3)))
        value = read_item(self._fields, compiled) if isinstance(compiled, memoryview) else written
        return Attribute(
            self._spelled.take(text(parts.get(2))),
            self._spelled.take(text(parts.get(1))),
            identity if isinstance(identity, int) else 0,
            written if value == "" else value,
        )
