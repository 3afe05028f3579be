"""XML with the exact span of every attribute value and text; no DTD, no entities, nothing external."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ErrorString, XMLParserType

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from pins.errors import PinError
from pins.reading.text import MAXIMUM_DEPTH, MAXIMUM_NODES, Span, Text

_ATTRIBUTE = re.compile(r"""\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAME = re.compile(r"<[^\s/>]+")
_MARKUP = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


class Attribute(NamedTuple):
    """`whole` covers the blanks before the name up to the closing quote, `inner` what stands between the quotes."""

    name: str
    value: str
    whole: Span
    inner: Span


class Piece(NamedTuple):
    """A run of text between comments, trimmed of white space."""

    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class Element:
    """`name` and attribute names are without namespace; attributes that have one are left out.

    `text` joins the element's own character data. `inner` is None where the element is written as `<a/>`.
    """

    name: str
    attributes: tuple[Attribute, ...]
    children: tuple["Element", ...]
    text: str
    whole: Span
    opening: Span
    inner: Span | None

    def attribute(self, name: str) -> Attribute | None:
        return next((one for one in self.attributes if one.name == name), None)

    def value(self, name: str) -> str | None:
        found = self.attribute(name)
        return None if found is None else found.value

    def pieces(self, text: Text) -> tuple[Piece, ...]:
        """The runs of text that are not blank, as they stand in the source; for elements without children."""
        return tuple(_pieces(text, self.inner)) if self.inner else ()


def read_xml(text: Text) -> Element:
    """The root element. Depth and number of elements are bounded."""
    _refuse_crowds(text)
    builder = _Builder(text)
    parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
    builder.expat = cast(XMLParserType, vars(parser)["parser"])
    builder.expat.buffer_text = False
    try:
        parser.feed(builder.encoded)
        return cast(Element, parser.close())
    except DefusedXmlException:
        raise _forbidden(text, builder.here()) from None
    except ParseError as error:
        raise _malformed(text, builder.here(), error) from None


def _refuse_crowds(text: Text) -> None:
    """More comments or attributes than any file has cost more time and memory than more elements."""
    for mark, most, what in (("<", 2 * MAXIMUM_NODES, "comments and elements"), ("=", MAXIMUM_NODES, "attributes")):
        if text.content.count(mark) > most:
            raise _too_much(text, 0, f"more than {most:,} {what}")


class _Open(NamedTuple):
    name: str
    values: dict[str, str]
    opening: Span
    children: list[Element]
    data: list[str]


class _Builder:
    """The target of the parser: elements with spans, from expat's byte offsets."""

    expat: XMLParserType

    def __init__(self, text: Text) -> None:
        self.text = text
        self.encoded = text.content.encode()
        self._bytes = self._characters = self._count = 0
        self._open: list[_Open] = []
        self._root: Element | None = None

    def here(self) -> int:
        """The offset in characters of what the parser is at; it only ever moves forward."""
        at = min(max(self.expat.CurrentByteIndex, self._bytes), len(self.encoded))
        self._characters += len(self.encoded[self._bytes : at].decode(errors="replace"))
        self._bytes = at
        return min(self._characters, len(self.text.content))

    def start(self, name: str, values: dict[str, str]) -> None:
        start = self.here()
        self._count += 1
        if self._count > MAXIMUM_NODES or len(self._open) >= MAXIMUM_DEPTH:
            is_deep = len(self._open) >= MAXIMUM_DEPTH
            limit = (
                f"elements nested deeper than {MAXIMUM_DEPTH}" if is_deep else f"more than {MAXIMUM_NODES:,} elements"
            )
            raise _too_much(self.text, start, limit)
        self._open.append(_Open(name, values, Span(start, _tag_end(self.text.content, start)), [], []))

    def data(self, data: str) -> None:
        self._open[-1].data.append(data)

    def end(self, _name: str) -> None:
        at = self.here()
        content, node = self.text.content, self._open.pop()
        is_empty = content[node.opening.end - 2] == "/"
        end = node.opening.end if is_empty else content.index(">", at) + 1
        element = Element(
            name=node.name.rpartition("}")[2],
            attributes=tuple(_attributes(content, node)),
            children=tuple(node.children),
            text="".join(node.data),
            whole=Span(node.opening.start, end),
            opening=node.opening,
            inner=None if is_empty else Span(node.opening.end, at),
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element

    def close(self) -> Element | None:
        return self._root


def _tag_end(content: str, start: int) -> int:
    at = _after_attributes(content, start)
    return content.index(">", at) + 1


def _after_attributes(content: str, start: int) -> int:
    name = _NAME.match(content, start)
    at = name.end() if name else start
    while found := _ATTRIBUTE.match(content, at):
        at = found.end()
    return at


def _attributes(content: str, node: _Open) -> Iterator[Attribute]:
    """Names and spans from the source, values from the parser, which has resolved what `&amp;` stands for."""
    name = _NAME.match(content, node.opening.start)
    at = name.end() if name else node.opening.start
    while found := _ATTRIBUTE.match(content, at):
        at = found.end()
        if found[1] in node.values:
            inner = Span(*found.span(2 if found[2] is not None else 3))
            yield Attribute(found[1], node.values[found[1]], Span(*found.span()), inner)


def _pieces(text: Text, inner: Span) -> Iterator[Piece]:
    at = inner.start
    for found in _MARKUP.finditer(text.content, inner.start, inner.end):
        yield from _trimmed(text, Span(at, found.start()))
        if found[1] is not None:
            yield from _trimmed(text, Span(*found.span(1)))
        at = found.end()
    yield from _trimmed(text, Span(at, inner.end))


def _trimmed(text: Text, span: Span) -> Iterator[Piece]:
    raw = text.cut(span)
    body = raw.strip(" \t\r\n")
    if body:
        start = span.start + raw.index(body)
        yield Piece(Span(start, start + len(body)), body)


def _forbidden(text: Text, offset: int) -> PinError:
    return PinError(
        "The file declares a document type or entities, which no Android or Apple configuration needs and which "
        "can be used to attack readers. Remove the <!DOCTYPE …> part.",
        text.place(offset),
        code="forbidden_xml",
    )


def _malformed(text: Text, offset: int, error: ParseError) -> PinError:
    what = ErrorString(error.code) or "not well-formed"
    return PinError(
        f"The XML is broken here ({what}), so nothing in the file can be read. Repair it, or copy it again whole.",
        text.place(offset),
        code="malformed_xml",
    )


def _too_much(text: Text, offset: int, limit: str) -> PinError:
    return PinError(
        f"The file has {limit}; no pin file needs that. Check that it is the right file.",
        text.place(offset),
        code="too_large",
    )
