"""Constant expressions: literals, `+`, templates, constants of the same file and lists of them; the rest stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pins.formats.code.definitions import definitions_of
from pins.formats.code.lexer import Kind, Template, Token
from pins.formats.code.structure import Definition, Source
from pins.formats.layout import Part
from pins.reading import Span

MAXIMUM_DEPTH = 16
MAXIMUM_PARTS = 64
MAXIMUM_NAMESAKES = 32
_LISTS = frozenset({"arrayOf", "listOf", "setOf", "List.of", "Set.of", "Arrays.asList"})
_CONDITIONS = frozenset({"if", "when", "switch"})
_LIST_HEAD = frozenset({"const", "<", "String", ">"})
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the stretches of source that spell it, in order."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> str:
        return "".join(part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a list: the span of its expression and what it is."""

    span: Span
    words: Words


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of texts; `inner` is what stands between its brackets."""

    entries: tuple[Entry, ...]
    inner: Span


@dataclass(frozen=True, slots=True)
class Open:
    """What only running tells: why, as a clause that follows “because”."""

    why: str
    offset: int


Folded = Words | Listing | Open


class Folder:
    """Folds expressions of one source; `anchor` is the token index at which names are looked up."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._known: dict[int, Folded] = {}
        self._depth = 0

    @cached_property
    def definitions(self) -> Mapping[str, tuple[Definition, ...]]:
        own = self.source.definitions
        return definitions_of(self.source) if own is None else own

    def fold(self, where: range) -> Folded:
        """The value of the expression at these token indices."""
        return self._fold(self.source.tokens[where.start : where.stop], where.start)

    def _fold(self, tokens: Sequence[Token], anchor: int) -> Folded:
        if not tokens:
            return Open("nothing stands there", self._offset(anchor))
        if self._depth >= MAXIMUM_DEPTH:
            return Open("constants refer to each other too deeply", tokens[0].span.start)
        self._depth += 1
        try:
            return self._sum(tokens, anchor)
        finally:
            self._depth -= 1

    def _sum(self, tokens: Sequence[Token], anchor: int) -> Folded:
        terms = _split(tokens, "+")
        return self._term(tokens, anchor) if len(terms) == 1 else self._joined(terms, anchor)

    def _joined(self, terms: Sequence[Sequence[Token]], anchor: int) -> Folded:
        parts: list[Part] = []
        for term in terms:
            folded = self._fold(term, anchor)
            if not isinstance(folded, Words):
                return folded if isinstance(folded, Open) else Open("lists are added", terms[0][0].span.start)
            parts += folded.parts
            if len(parts) > MAXIMUM_PARTS:
                return Open("it is put together from too many pieces", terms[0][0].span.start)
        return Words(tuple(parts))

    def _term(self, tokens: Sequence[Token], anchor: int) -> Folded:
        first, last = tokens[0], tokens[-1]
        if len(tokens) == 1 and first.kind is Kind.STRING:
            return self._string(first, anchor)
        if self.source.language == "dart" and (found := self._dart(tokens, anchor)):
            return found
        if first.is_mark("(") and last.is_mark(")") and len(_split(tokens[1:-1], "")) == 1 and _is_one_group(tokens):
            return self._fold(tokens[1:-1], anchor)
        if first.is_mark("{") and last.is_mark("}") and self.source.language == "java":
            return self._listing(tokens, 0, anchor)
        if _is_path(tokens):
            return self._named([one.text for one in tokens[::2]], anchor, first.span.start)
        return self._call(tokens, anchor)

    def _dart(self, tokens: Sequence[Token], anchor: int) -> Folded | None:
        """Strings beside each other are one; a list stands in brackets, perhaps behind `const` and its type."""
        if all(one.kind is Kind.STRING for one in tokens):
            return self._joined([[one] for one in tokens], anchor)
        opener = next((index for index, one in enumerate(tokens) if one.is_mark("[")), None)
        if (
            opener is None
            or not _is_one_group(tokens[opener:])
            or not set(map(_text_of, tokens[:opener])) <= _LIST_HEAD
        ):
            return None
        return self._listing(tokens, opener, anchor)

    def _string(self, token: Token, anchor: int) -> Folded:
        parts: list[Part] = []
        for chunk in token.chunks:
            if isinstance(chunk, Template):
                folded = self._fold(chunk.tokens, anchor)
                if not isinstance(folded, Words):
                    return folded if isinstance(folded, Open) else Open("a list stands in a text", chunk.span.start)
                parts += folded.parts
            elif chunk.value is None:
                return Open("its spelling is not understood", chunk.span.start)
            else:
                parts.append(Part(chunk.span, chunk.value))
            if len(parts) > MAXIMUM_PARTS:
                return Open("it is put together from too many pieces", chunk.span.start)
        return Words(tuple(parts) or (Part(Span(token.span.start + 1, token.span.end - 1), ""),))

    def _call(self, tokens: Sequence[Token], anchor: int) -> Folded:
        """Only calls that make a list of what is written between their brackets are followed."""
        tokens = _without_conversion(tokens)
        start = tokens[0].span.start
        condition = next((one for one in tokens if one.is_name(*_CONDITIONS) or one.is_mark("?", "?:")), None)
        if condition is not None:
            return Open("a condition decides it when the app runs", condition.span.start)
        if _is_path(tokens):
            return self._named([one.text for one in tokens[::2]], anchor, start)
        opener = next((index for index, one in enumerate(tokens) if one.is_mark("(", "{")), None)
        if opener is None or not _is_one_group(tokens[opener:]):
            return Open("it is computed when the app runs", start)
        name = "".join(one.text for one in _without_types(tokens[:opener]))
        if name in _LISTS or (name.startswith("newString[]") and tokens[opener].is_mark("{")):
            return self._listing(tokens, opener, anchor)
        called = next((one.text for one in reversed(tokens[:opener]) if one.kind is Kind.NAME), "an expression")
        return Open(f"it is the result of {called}(…)", start)

    def _listing(self, tokens: Sequence[Token], opener: int, anchor: int) -> Folded:
        entries: list[Entry] = []
        for term in _split(tokens[opener + 1 : -1], ","):
            if not term:
                continue
            folded = self._fold(term, anchor)
            if isinstance(folded, Open):
                return folded
            if isinstance(folded, Listing):
                return Open("lists are nested", term[0].span.start)
            entries.append(Entry(Span(term[0].span.start, term[-1].span.end), folded))
        return Listing(tuple(entries), Span(tokens[opener].span.end, tokens[-1].span.start))

    def _named(self, path: list[str], anchor: int, offset: int) -> Folded:
        written = f"“{'.'.join(path)}”"
        found = self.find(path, anchor)
        if not found:
            return Open(f"{written} is not defined in this file", offset)
        if len(found) > 1:
            return Open(f"{written} is defined more than once", offset)
        definition = found[0]
        if definition.why_open:
            return Open(f"{written} {definition.why_open}", offset)
        if definition.value is None:
            return Open(f"{written} is known only when the app runs", offset)
        if definition.index not in self._known:
            self._known[definition.index] = Open(f"{written} refers to itself", offset)
            self._known[definition.index] = self.fold(definition.value)
        known = self._known[definition.index]
        if isinstance(known, Listing) and path[-1] in self._written_to:
            return Open(f"{written} can change while the app runs", offset)
        return known if not isinstance(known, Open) else Open(known.why, offset)

    @cached_property
    def _written_to(self) -> frozenset[str]:
        """The lists of which an element is assigned somewhere: `name[0] = …`."""
        source = self.source
        brackets = [index for index, token in enumerate(source.tokens) if token.is_mark("[")]
        written = [one - 1 for one in brackets if source.is_mark(source.match[one] + 1, "=", "+=")]
        return frozenset(source.tokens[one].text for one in written if source.is_any_name(one))

    def find(self, path: Sequence[str], anchor: int) -> tuple[Definition, ...]:
        """The innermost definitions that a name means at token `anchor`; several where it is ambiguous."""
        candidates = self.definitions.get(path[-1], ())
        if len(candidates) > MAXIMUM_NAMESAKES:
            return candidates[:2]
        if len(path) > 1 and path[0] != "this":
            return tuple(one for one in candidates if self._is_member(one, path[-2], path))
        visible = [one for one in candidates if one.extent.holds(anchor)]
        narrowest = min((one.extent.last - one.extent.first for one in visible), default=0)
        return tuple(one for one in visible if one.extent.last - one.extent.first == narrowest)

    def _is_member(self, definition: Definition, owner: str, path: Sequence[str]) -> bool:
        """Whether the definition stands directly in the class or object `owner`, or in its companion."""
        block = self.source.outer[definition.index]
        while block >= 0 and self.source.is_mark(block, "{"):
            kind = self.source.declared(block)
            names = [self.source.tokens[one].text for one in self.source.header(block)]
            named = next((after for before, after in pairwise(names) if before in _OWNERS and after not in _OWNERS), "")
            if kind and (named or ("Companion" if kind == "companion" else "")) == owner:
                return len(path) < 3 or kind != "companion" or path[-3] in self._owners_above(block)
            if kind != "companion":
                return False
            block = self.source.outer[block]
        return False

    def _owners_above(self, block: int) -> set[str]:
        above = self.source.block(block)
        return {self.source.tokens[one].text for one in self.source.header(above)} if above >= 0 else set()

    def _offset(self, anchor: int) -> int:
        token = self.source.at(min(anchor, len(self.source.tokens) - 1))
        return token.span.start if token else 0


_OWNERS = frozenset({"class", "object", "interface", "enum", "record"})


def _text_of(token: Token) -> str:
    return token.text


def _split(tokens: Sequence[Token], separator: str) -> list[Sequence[Token]]:
    """The stretches between separators that stand in no bracket; type arguments count as brackets for none."""
    found, start, level = list[Sequence[Token]](), 0, 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.MARK:
            level += _BRACKETS.get(token.text, 0)
            if level == 0 and separator and token.text == separator:
                found.append(tokens[start:index])
                start = index + 1
    return [*found, tokens[start:]]


def _is_one_group(tokens: Sequence[Token]) -> bool:
    """Whether the bracket that opens first closes last."""
    level = 0
    for index, token in enumerate(tokens):
        level += _BRACKETS.get(token.text, 0) if token.kind is Kind.MARK else 0
        if level == 0:
            return index == len(tokens) - 1
    return False


def _is_path(tokens: Sequence[Token]) -> bool:
    names_fit = all(one.kind is Kind.NAME for one in tokens[::2])
    return names_fit and len(tokens) % 2 == 1 and all(one.is_mark(".") for one in tokens[1::2])


def _without_conversion(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without a `.toTypedArray()` or `.toArray(…)` at the end."""
    for index in range(len(tokens) - 1, 1, -1):
        if tokens[index].is_name("toTypedArray", "toArray") and tokens[index - 1].is_mark("."):
            rest = tokens[index + 1 :]
            return tokens[: index - 1] if rest and _is_one_group(rest) and rest[0].is_mark("(") else tokens
    return tokens


def _without_types(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the type arguments of `arrayOf<String>(…)`."""
    angle = next((index for index, one in enumerate(tokens) if one.is_mark("<")), len(tokens))
    return tokens[:angle] if tokens and tokens[-1].is_mark(">") else tokens
