"""Literals of Swift and Objective-C as a tree of values: dictionaries, arrays, texts, Booleans, and constants.

What is computed, chosen by a condition or defined elsewhere keeps its place and the reason why it stays open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pins.errors import Place
from pins.formats.code.apple_source import AppleSource
from pins.formats.code.folding import MAXIMUM_DEPTH, Folder, Open, Words
from pins.formats.code.lexer import Kind
from pins.formats.layout import Hole
from pins.formats.properties import Member, Property
from pins.reading import MAXIMUM_NODES, Span, Text
from pins.reading.binary_plist import PlistKind

_BOOLEANS = {"true": "true", "YES": "true", "TRUE": "true", "false": "false", "NO": "false", "FALSE": "false"}
_CONSTANTS = {"kTSKExcludeSubdomainFromParentPolicy": "kSKExcludeSubdomainFromParentPolicy"}  # TSKTrustKitConfig.m


def constant(name: str) -> str:
    """The text that one of TrustKit's own constants stands for; empty for another name."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    return name.removeprefix("k") if name.startswith("kTSK") else ""


class Literals:
    """`followed` holds the brackets of every dictionary that was read, by token index."""

    def __init__(self, text: Text, source: AppleSource) -> None:
        self.text, self.source = text, source
        self.folder = Folder(source)
        self.followed: set[int] = set()
        self._depth = self._count = 0

    def value(self, where: range) -> Property:
        """The value of the expression at these token indices."""
        self._count += 1
        where = self._bare(where)
        if self._depth >= MAXIMUM_DEPTH or self._count > MAXIMUM_NODES:
            return self._open(where, "it is nested too deeply")
        self._depth += 1
        try:
            return self._literal(where) or self._named(where) or self._folded(where)
        finally:
            self._depth -= 1

    def _bare(self, where: range) -> range:
        """Without brackets around it and without the type behind it."""
        source = self.source
        cast = next((one for one in self._level(where) if source.is_name(one, "as") and one > where.start), where.stop)
        where = range(where.start, cast)
        while len(where) > 2 and source.is_mark(where.start, "(") and source.match.get(where.start) == where.stop - 1:
            where = range(where.start + 1, where.stop - 1)
        return where

    def _level(self, where: range) -> Iterator[int]:
        """The indices that stand in no bracket of their own."""
        index = where.start
        while index < where.stop:
            yield index
            index = max(self.source.match.get(index, index), index) + 1

    def _literal(self, where: range) -> Property | None:
        source, first = self.source, where.start
        is_marked = source.is_mark(first, "@")
        opener = first + is_marked
        if source.match.get(opener) == where.stop - 1:
            if source.is_mark(opener, "["):
                return self._array(where, opener) if is_marked else self._swift_brackets(where, opener)
            if source.is_mark(opener, "{") and is_marked:
                return self._dictionary(where, opener)
            if source.is_mark(opener, "(") and is_marked:
                return self.value(range(opener + 1, where.stop - 1))
        return self._scalar(where, opener)

    def _scalar(self, where: range, index: int) -> Property | None:
        """A Boolean or a number, also as `NSNumber(value: …)`."""
        source = self.source
        if source.is_name(index, "NSNumber") and source.is_mark(index + 1, "(") and len(where) > 3:
            index = index + 4 if source.is_mark(index + 3, ":") else index + 2
            where = range(index, where.stop - 1)
        token = source.at(index)
        if token is None or index != where.stop - 1:
            return None
        if token.kind is Kind.NAME and token.text in _BOOLEANS:
            return Property(PlistKind.BOOLEAN, self._place(where), _BOOLEANS[token.text], whole=self._span(where))
        if token.kind is Kind.NUMBER:
            return Property(PlistKind.NUMBER, self._place(where), token.text, whole=self._span(where))
        return None

    def _swift_brackets(self, where: range, opener: int) -> Property:
        colon = self._colon(range(opener + 1, where.stop - 1))
        return self._array(where, opener) if colon is None else self._dictionary(where, opener)

    def _colon(self, where: range) -> int | None:
        """The first colon that parts a key from its value; none of a condition."""
        marks = (one for one in self._level(where) if self.source.is_mark(one, ":", "?"))
        first = next(marks, None)
        return first if first is not None and self.source.is_mark(first, ":") else None

    def _dictionary(self, where: range, opener: int) -> Property:
        self.followed.add(opener)
        arguments = [] if len(where) == 3 and self.source.is_mark(opener + 1, ":") else self.source.arguments(opener)
        members = tuple(self._member(one) for one in arguments)
        return Property(PlistKind.DICTIONARY, self._place(where), members=members, whole=self._span(where))

    def _member(self, where: range) -> Member:
        found = self._colon(where)
        colon = where.stop if found is None else found
        value = range(colon + 1, where.stop)
        name = self._key(self._bare(range(where.start, colon)))
        if not value:
            return Member(name.text, name.place, self._open(where, "nothing stands there"), self._span(where))
        return Member(name.text, name.place, self.value(value), self._span(where), name.why_open)

    def _key(self, where: range) -> Property:
        token = self.source.at(where.start)
        if len(where) == 1 and token is not None and token.kind is Kind.NAME and constant(token.text):
            return Property(PlistKind.STRING, self._place(where), constant(token.text))
        found = self.value(where)
        if found.is_text or found.why_open:
            return found
        return self._open(where, "it is no text")

    def _array(self, where: range, opener: int) -> Property:
        start, end = self.source.tokens[opener].span.end, self.source.tokens[where.stop - 1].span.start
        is_blank = not self.text.content[start:end].strip()
        return Property(
            PlistKind.ARRAY,
            self._place(where),
            items=tuple(self.value(one) for one in self.source.arguments(opener)),
            whole=self._span(where),
            hole=Hole(Span(start, end if is_blank else start), "", ", ", ""),
            opening=start,
        )

    def _named(self, where: range) -> Property | None:
        """The value of a constant of this file; None where the expression is no name of one.

        Of an array the place is that of the constant, which is what is written to; of a text that of its use.
        """
        path = self._path(where)
        found = self.folder.find(path, where.start) if path else ()
        if len(found) != 1 or found[0].why_open or not found[0].value:
            return None
        held = found[0].value
        if held.start <= where.start < held.stop:
            return None
        value = self.value(held)
        if value.why_open:
            return self._open(where, value.why_open)
        return replace(value, place=self._place(where), whole=self._span(where)) if value.is_text else value

    def _path(self, where: range) -> Sequence[str]:
        tokens = self.source.tokens[where.start : where.stop]
        names_fit = all(one.kind is Kind.NAME for one in tokens[::2]) and len(tokens) % 2 == 1
        return [one.text for one in tokens[::2]] if names_fit and all(one.is_mark(".") for one in tokens[1::2]) else ()

    def _folded(self, where: range) -> Property:
        folded = self.folder.fold(where)
        if isinstance(folded, Words):
            kind, place = PlistKind.STRING, self._place(where)
            return Property(kind, place, folded.value, whole=self._span(where), parts=folded.parts)
        return self._open(where, folded.why if isinstance(folded, Open) else "it is a list")

    def _open(self, where: range, why: str) -> Property:
        span = self._span(where)
        return Property(PlistKind.STRING, self._place(where), self.text.cut(span)[:200], why_open=why, whole=span)

    def _span(self, where: range) -> Span:
        tokens = self.source.tokens
        if not where:
            offset = tokens[min(where.start, len(tokens) - 1)].span.start
            return Span(offset, offset)
        return Span(tokens[where.start].span.start, tokens[where.stop - 1].span.end)

    def _place(self, where: range) -> Place:
        return self.text.place(self._span(where).start)
