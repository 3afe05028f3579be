"""JSON with the exact span of every value and the keys in their order, doubles included."""

import json
import re
from dataclasses import dataclass

from pins.errors import PinError
from pins.reading.text import MAXIMUM_DEPTH, MAXIMUM_NODES, Span, Text

_BLANK = re.compile(r"[ \t\r\n]*")
# Possessive, because a backtracking match keeps a note for each of four million characters.
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class String:
    """`span` includes the quotes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, `true`, `false` or `null`, as it is written."""

    source: str
    span: Span


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Object:
    members: tuple[tuple[String, "Node"], ...]
    span: Span

    def get(self, key: str) -> "Node | None":
        """The last member of that name, which is the one that every client takes."""
        return next((node for name, node in reversed(self.members) if name.value == key), None)

    def repeated(self) -> tuple[String, ...]:
        """The names that an earlier member has already."""
        first = {name.value: name for name, _ in reversed(self.members)}
        return tuple(name for name, _ in self.members if name is not first[name.value])


Node = String | Scalar | Array | Object


def read_json(text: Text) -> Node:
    """The one value of the file. Depth and number of values are bounded."""
    reader = _Reader(text)
    node = reader.value(0)
    reader.skip()
    if reader.at < len(text.content):
        raise reader.broken("something follows the end of the data")
    return node


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.at = self._count = 0

    def skip(self) -> None:
        found = _BLANK.match(self.text.content, self.at)
        self.at = found.end() if found else self.at

    def broken(self, what: str) -> PinError:
        return PinError(
            f"The JSON is broken here: {what}. Nothing in the file can be read. Repair it, or copy it again whole.",
            self.text.place(min(self.at, len(self.text.content))),
            code="malformed_json",
        )

    def value(self, depth: int) -> Node:
        self.skip()
        self._count += 1
        if depth > MAXIMUM_DEPTH or self._count > MAXIMUM_NODES:
            raise self._too_much(is_deep=depth > MAXIMUM_DEPTH)
        match self._peek():
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"':
                return self._string()
            case _:
                return self._scalar()

    def _peek(self) -> str:
        return self.text.content[self.at : self.at + 1]

    def _take(self, character: str) -> bool:
        self.skip()
        if self._peek() != character:
            return False
        self.at += 1
        return True

    def _object(self, depth: int) -> Object:
        start, members = self.at, list[tuple[String, Node]]()
        self.at += 1
        if self._take("}"):
            return Object((), Span(start, self.at))
        while True:
            self.skip()
            name = self._string()
            if not self._take(":"):
                raise self.broken("a colon is missing")
            members.append((name, self.value(depth + 1)))
            if self._take("}"):
                return Object(tuple(members), Span(start, self.at))
            if not self._take(","):
                raise self.broken("a comma or } is missing")

    def _array(self, depth: int) -> Array:
        start, items = self.at, list[Node]()
        self.at += 1
        if self._take("]"):
            return Array((), Span(start, self.at))
        while True:
            items.append(self.value(depth + 1))
            if self._take("]"):
                return Array(tuple(items), Span(start, self.at))
            if not self._take(","):
                raise self.broken("a comma or ] is missing")

    def _string(self) -> String:
        found = _STRING.match(self.text.content, self.at)
        if found is None:
            raise self.broken("a text in double quotes is expected")
        value = str(json.loads(found[0]))
        if _UNSTORABLE.search(value):
            raise self.broken("the text holds a character that stands for nothing (\\u0000 or half a pair)")
        self.at = found.end()
        return String(value, Span(*found.span()))

    def _scalar(self) -> Scalar:
        found = _SCALAR.match(self.text.content, self.at)
        if found is None:
            raise self.broken("a value is expected")
        self.at = found.end()
        return Scalar(found[0], Span(*found.span()))

    def _too_much(self, *, is_deep: bool) -> PinError:
        limit = f"values nested deeper than {MAXIMUM_DEPTH}" if is_deep else f"more than {MAXIMUM_NODES:,} values"
        return PinError(
            f"The file has {limit}; no pin file needs that. Check that it is the right file.",
            self.text.place(self.at),
            code="too_large",
        )
