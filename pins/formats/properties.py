"""The values of a property list with their places, wherever they come from: XML, binary, or literals in source code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pins.errors import PinError, Place
from pins.formats.layout import Hole, Part
from pins.reading import Element, Span, Text
from pins.reading.binary_plist import Plain, PlistKind

NOWHERE = Span(0, 0)
_SCALARS = {
    "string": PlistKind.STRING,
    "integer": PlistKind.NUMBER,
    "real": PlistKind.NUMBER,
    "date": PlistKind.DATE,
    "data": PlistKind.DATA,
}
_BOOLEANS = frozenset({"true", "false"})
_LONGEST_INDENT = 200
_LINE_START = re.compile(r"(?:\r\n|\r|\n)[ \t]*\Z")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_BUILD_SETTING = re.compile(r"\$(?:\(\w+(?::\w+)*\)|\{\w+(?::\w+)*\})")


class Member(NamedTuple):
    """One entry of a dictionary; `why_open` says why its name is not known. `whole` runs from the name to the value."""

    name: str
    place: Place
    value: "Property"
    whole: Span = NOWHERE
    why_open: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """One value. `why_open` says why only running the code, or building the app, tells it; the kind is then a guess.

    `whole` and `parts` are where it stands in a text that can be written back; `hole` and `opening` those of an array.
    `has_comment`: there is one inside a dictionary, which a copy of it would take along.
    """

    kind: PlistKind
    place: Place
    text: str = ""
    members: tuple[Member, ...] = ()
    items: tuple["Property", ...] = ()
    why_open: str = ""
    whole: Span = NOWHERE
    parts: tuple[Part, ...] = ()
    hole: Hole | None = None
    opening: int = 0
    has_comment: bool = False

    def get(self, name: str) -> "Property | None":
        """The last entry of that name, which is the one that counts."""
        return next((member.value for member in reversed(self.members) if member.name == name), None)

    @property
    def is_dictionary(self) -> bool:
        return self.kind is PlistKind.DICTIONARY and not self.why_open

    @property
    def is_array(self) -> bool:
        return self.kind is PlistKind.ARRAY and not self.why_open

    @property
    def is_boolean(self) -> bool:
        return self.kind is PlistKind.BOOLEAN and not self.why_open

    @property
    def is_text(self) -> bool:
        return self.kind is PlistKind.STRING and not self.why_open


def from_plain(value: Plain, path: str = "") -> Property:
    """Of a binary property list: places are paths, and nothing can be written back."""
    place = Place(path=path)
    if value.kind is PlistKind.DICTIONARY:
        names = [(name, f"{path}.{name}" if path else name, one) for name, one in value.members]
        members = tuple(Member(name, Place(path=inner), from_plain(one, inner)) for name, inner, one in names)
        return Property(value.kind, place, members=members)
    items = tuple(from_plain(one, f"{path}[{index}]") for index, one in enumerate(value.items))
    return Property(value.kind, place, value.text, items=items)


def from_element(text: Text, element: Element) -> Property:
    """Of XML; PinError where it is no property list."""
    if element.name in ("dict", "array"):
        _refuse_stray_text(text, element)
        return _dictionary(text, element) if element.name == "dict" else _array(text, element)
    if element.children:
        raise _malformed(text, element.children[0], "stands inside a value")
    if element.name in _BOOLEANS:
        return Property(PlistKind.BOOLEAN, text.place(element.whole.start), element.name, whole=element.whole)
    kind = _SCALARS.get(element.name)
    if kind is None:
        raise _malformed(text, element, "stands where a value belongs")
    return _scalar(text, element, kind)


def _scalar(text: Text, element: Element, kind: PlistKind) -> Property:
    pieces = element.pieces(text)
    start = pieces[0].span.start if pieces else element.whole.start
    is_plain = element.inner is not None and not _has_comment(text, element.inner)
    parts = (Part(element.inner, element.text),) if element.inner is not None and is_plain else ()
    return Property(
        kind,
        text.place(start),
        element.text,
        why_open=_open_setting(element.text),
        whole=element.whole,
        parts=parts,
    )


def _open_setting(value: str) -> str:
    """Xcode fills in build settings; their values stand elsewhere."""
    found = _BUILD_SETTING.search(value)
    return f"{found[0]} is filled in when the app is built" if found else ""


def comments_inside(text: Text, element: Element) -> Iterator[Place]:
    """Where a comment stands in a key or a value, which Apple's reader refuses (CFPropertyList.c parseStringTag)."""
    if element.name in ("plist", "dict", "array"):
        for child in element.children:
            yield from comments_inside(text, child)
    elif element.inner is not None and _has_comment(text, element.inner):
        yield text.place(element.whole.start)


def _has_comment(text: Text, inner: Span) -> bool:
    """All other markup inside a value is CDATA."""
    return "<" in _CDATA.sub("", text.cut(inner))


def _dictionary(text: Text, element: Element) -> Property:
    members = tuple(_members(text, element))
    has_comment = "<!--" in text.cut(element.whole)
    place = text.place(element.whole.start)
    return Property(PlistKind.DICTIONARY, place, members=members, whole=element.whole, has_comment=has_comment)


def _members(text: Text, element: Element) -> Iterator[Member]:
    children = iter(element.children)
    for key in children:
        if key.name != "key" or key.children:
            raise _malformed(text, key, "stands where a <key> belongs")
        value = next(children, None)
        if value is None or value.name == "key":
            raise _malformed(text, key, "has no value")
        pieces = key.pieces(text)
        place = text.place(pieces[0].span.start if pieces else key.whole.start)
        whole = Span(key.whole.start, value.whole.end)
        yield Member(key.text, place, from_element(text, value), whole, _open_setting(key.text))


def _array(text: Text, element: Element) -> Property:
    return Property(
        PlistKind.ARRAY,
        text.place(element.whole.start),
        items=tuple(from_element(text, child) for child in element.children),
        whole=element.whole,
        hole=_hole(text, element),
        opening=element.opening.end,
    )


def _hole(text: Text, element: Element) -> Hole:
    """Where the first pin of an empty array goes: on a line of its own when the array has one."""
    start = element.whole.start
    found = _LINE_START.search(text.content[max(start - _LONGEST_INDENT, 0) : start])
    gap = found[0] if found else ""
    inside = gap and gap + ("\t" if "\t" in gap else "    ")
    if element.inner is None:
        return Hole(Span(element.opening.end - 2, element.opening.end), ">" + inside, inside, gap + "</array>")
    if text.cut(element.inner).strip():
        return Hole(Span(element.inner.start, element.inner.start), inside, inside, "")
    return Hole(element.inner, inside, inside, gap)


def _refuse_stray_text(text: Text, element: Element) -> None:
    if element.text.strip():
        raise _malformed(text, element, "holds text outside its values")


def _malformed(text: Text, element: Element, what: str) -> PinError:
    return PinError(
        f"This is XML but no property list: <{element.name}> {what}. Apple's tools refuse the whole file. Repair it, "
        "or copy it again whole.",
        text.place(element.whole.start),
        code="malformed_plist",
    )
