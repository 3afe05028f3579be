"""The shape of a source file: brackets, statements, and which names are defined where."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pins.errors import PinError, Place
from pins.formats.code.lexer import Language, Token

MAXIMUM_NESTING = 256
MAXIMUM_MODIFIERS = 24
MAXIMUM_STEPS = 1_000  # tokens of one expression or statement; more is no constant and costs quadratic time

_PAIRS = {")": "(", "]": "[", "}": "{"}
_CONTINUES = (".", "?.", "?:", "&&", "||", "::")
_EXPECTS_MORE = ("=", "+", "-", "(", ",", "[", "?:", "&&", "||", "->", ".", "?.", "==", "!=", "+=", ":", "?")
CONTROLS = ("if", "for", "while", "when", "switch", "catch")
_TYPE_MARKS = (".", "?", "<", ">", ",", "*", "[", "]")
_NO_TYPE = frozenset({"return", "new", "else", "throw", "case", "import", "package", "instanceof", "in", "is", "as"})


class Extent(NamedTuple):
    """A range of token indices, both ends included."""

    first: int
    last: int

    def holds(self, index: int) -> bool:
        return self.first <= index <= self.last


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and where it holds. `value` is the range of its initial value, None where the source shows none.

    `why_open` says why the value cannot be relied on although it is there.
    """

    name: str
    index: int
    extent: Extent
    value: range | None
    why_open: str = ""


class Source:
    """Tokens with their brackets matched; a snippet may leave brackets open."""

    def __init__(self, tokens: Sequence[Token], language: Language) -> None:
        self.tokens, self.language = tokens, language
        self.match: dict[int, int] = {}
        self.outer: list[int] = []
        self._declared: dict[int, str] = {}
        self._match_brackets()

    def _match_brackets(self) -> None:
        stack: list[int] = []
        for index, token in enumerate(self.tokens):
            if token.is_mark(*_PAIRS):
                opener = _PAIRS[token.text]
                if any(self.tokens[one].text == opener for one in stack[-64:]):
                    while self.tokens[stack[-1]].text != opener:
                        self.match[stack.pop()] = index
                    self.match[stack[-1]] = index
                    self.match[index] = stack.pop()
            self.outer.append(stack[-1] if stack else -1)
            if token.is_mark("(", "[", "{"):
                stack.append(index)
            if len(stack) > MAXIMUM_NESTING:
                raise PinError(
                    f"The source has brackets nested deeper than {MAXIMUM_NESTING}; no source that people write has. "
                    "Give the file in which the pins are added.",
                    Place(),
                    code="too_large",
                )
        for opener_index in stack:
            self.match[opener_index] = len(self.tokens)

    def at(self, index: int) -> Token | None:
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def is_mark(self, index: int, *marks: str) -> bool:
        token = self.at(index)
        return token is not None and token.is_mark(*marks)

    def is_name(self, index: int, *names: str) -> bool:
        token = self.at(index)
        return token is not None and token.is_name(*names)

    def is_any_name(self, index: int) -> bool:
        token = self.at(index)
        return token is not None and token.kind == "name"

    def begins_statement(self, index: int) -> bool:
        """Whether a new statement begins at this token, as far as line ends tell in Kotlin and semicolons in Java."""
        if index <= 0 or self.is_mark(index - 1, ";", "{"):
            return True
        token = self.tokens[index]
        if token.is_mark(*_CONTINUES) or token.is_name("else"):
            return False
        if self.is_mark(index - 1, "}"):
            return True
        if self.language != "kotlin" or not token.starts_line or self.is_mark(index - 1, *_EXPECTS_MORE):
            return False
        return not (self.is_name(index - 1, "else") or self.is_control_head(index - 1))

    def is_control_head(self, index: int) -> bool:
        """Whether this is the `)` of `if (…)`, `for (…)` and the like."""
        opener = self.match.get(index, -1) if self.is_mark(index, ")") else -1
        return opener > 0 and self.is_name(opener - 1, *CONTROLS)

    def expression(self, start: int) -> range:
        """From `start` to the end of the expression that begins there."""
        index = start
        for _ in range(MAXIMUM_STEPS):
            if index >= len(self.tokens):
                break
            if self.is_mark(index, ";", ",", ")", "]", "}") or (index > start and self.begins_statement(index)):
                break
            index = max(self.match.get(index, index), index) + 1
        else:
            return range(start, start)
        return range(start, min(index, len(self.tokens)))

    def arguments(self, opener: int) -> list[range]:
        """The ranges between the commas of a call; a trailing comma adds none."""
        end, found, start, index = self.match[opener], list[range](), opener + 1, opener + 1
        while index <= end:
            if index == end or self.is_mark(index, ","):
                if index > start:
                    found.append(range(start, index))
                start = index + 1
            index = max(self.match.get(index, index), index) + 1 if index < end else index + 1
        return found

    def block(self, index: int) -> int:
        """The `{` around a token, -1 at the top of the file."""
        opener = self.outer[index]
        while opener >= 0 and not self.is_mark(opener, "{"):
            opener = self.outer[opener]
        return opener

    def extent(self, opener: int) -> Extent:
        return Extent(opener, self.match[opener]) if opener >= 0 else Extent(-1, len(self.tokens))

    def header(self, opener: int) -> range:
        """The tokens before a `{`, back to the beginning of their statement."""
        index = opener
        for _ in range(MAXIMUM_STEPS):
            if index <= 0 or self.begins_statement(index):
                break
            index = min(self.match.get(index - 1, index - 1), index - 1)
        return range(max(index, 0), opener)

    def declared(self, opener: int) -> str:
        """The kind of thing that a block is the body of: class, object, companion, interface, enum, or nothing."""
        if opener not in self._declared:
            self._declared[opener] = self._declaration(opener)
        return self._declared[opener]

    def _declaration(self, opener: int) -> str:
        words = {self.tokens[one].text for one in self.header(opener) if self.tokens[one].kind == "name"}
        kinds = ("companion", "object", "class", "interface", "enum", "record")
        return next((kind for kind in kinds if kind in words), "")

    @cached_property
    def positions(self) -> Mapping[str, Sequence[int]]:
        """Where each name stands."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            if token.kind == "name":
                found[token.text].append(index)
        return found

    @cached_property
    def assignments(self) -> Counter[str]:
        """How often each name stands before `=` or `+=`."""
        return Counter(
            token.text for index, token in enumerate(self.tokens) if self.is_mark(index + 1, "=", "+=", "-=")
        )

    @cached_property
    def definitions(self) -> Mapping[str, tuple[Definition, ...]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        finders = _kotlin_definitions if self.language == "kotlin" else _java_definitions
        for definition in finders(self):
            found[definition.name].append(definition)
        return {name: tuple(ones) for name, ones in found.items()}


def _kotlin_definitions(source: Source) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if token.is_name("val", "var") and source.is_any_name(index + 1):
            yield _kotlin_value(source, index)
        elif token.is_name("val", "var") and source.is_mark(index + 1, "("):
            for one in range(index + 2, source.match[index + 1]):
                if source.is_any_name(one):
                    yield Definition(source.tokens[one].text, one, _extent_of(source, index), None)
        elif token.is_mark("->"):
            yield from _lambda_parameters(source, index)
        elif source.is_mark(index + 1, ":") or (token.kind == "name" and source.is_name(index + 1, "in")):
            opener = source.outer[index]
            if opener >= 0 and source.is_mark(opener, "(") and not source.is_name(index - 1, "val", "var"):
                yield Definition(token.text, index, _extent_of(source, index), None)


def _kotlin_value(source: Source, keyword: int) -> Definition:
    name = keyword + 1
    start = _after_type(source, name + 1)
    value = source.expression(start + 1) if source.is_mark(start, "=") else None
    why = "can change while the app runs" if source.is_name(keyword, "var") else ""
    modifiers = {source.tokens[one].text for one in range(max(0, keyword - 4), keyword)}
    if "open" in modifiers:
        why = "can be overridden"
    if source.is_mark(source.outer[name], "("):
        value = None
    return Definition(source.tokens[name].text, name, _extent_of(source, name), value, why)


def _after_type(source: Source, index: int) -> int:
    """Past `: Type`, over dots, type arguments and question marks."""
    if not source.is_mark(index, ":"):
        return index
    index += 1
    while source.is_any_name(index) or source.is_mark(index, *_TYPE_MARKS):
        if source.is_any_name(index) and source.is_any_name(index - 1):
            break
        index += 1
    return index


def _lambda_parameters(source: Source, arrow: int) -> Iterator[Definition]:
    """Names between a `{` and its arrow, or before a Java arrow."""
    index = arrow - 1
    while index >= 0 and (source.is_any_name(index) or source.is_mark(index, ",", ":", ".", "<", ">", "?", "(", ")")):
        if source.is_any_name(index):
            extent = Extent(index, source.extent(source.outer[arrow]).last)
            yield Definition(source.tokens[index].text, index, extent, None)
        if source.begins_statement(index):
            break
        index -= 1


def _java_definitions(source: Source) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if token.is_mark("->"):
            yield from _lambda_parameters(source, index)
            continue
        before = source.at(index - 1)
        if token.kind != "name" or before is None or not source.is_mark(index + 1, "=", ";", ",", ")", ":"):
            continue
        is_typed = before.is_mark(">", "]", "...") or (before.kind == "name" and before.text not in _NO_TYPE)
        if is_typed:
            yield _java_value(source, index)


def _java_value(source: Source, name: int) -> Definition:
    value = source.expression(name + 2) if source.is_mark(name + 1, "=") else None
    text = source.tokens[name].text
    block = source.block(name)
    kind = source.declared(block) if block >= 0 else ""
    modifiers = {source.tokens[one].text for one in range(_statement_start(source, name), name)}
    is_fixed = bool(modifiers & {"final", "const"}) or kind == "interface" or not (kind or block < 0)
    why = "" if is_fixed or "private" in modifiers else "is not final"
    if modifiers.isdisjoint({"final", "const"}) and source.assignments[text] > 1:
        why = "is assigned more than once"
    return Definition(text, name, _extent_of(source, name), value, why)


def _statement_start(source: Source, index: int) -> int:
    for start in range(index, max(index - MAXIMUM_MODIFIERS, 0), -1):
        if source.begins_statement(start):
            return start
    return max(index - MAXIMUM_MODIFIERS, 0)


def _extent_of(source: Source, index: int) -> Extent:
    """Where a name defined here holds: its block; for a parameter the body that follows; a companion's whole class."""
    opener = source.outer[index]
    if opener >= 0 and not source.is_mark(opener, "{"):
        return Extent(opener, _body_end(source, source.match[opener]))
    while opener >= 0 and source.declared(opener) == "companion":
        opener = source.block(opener)
    return source.extent(opener)


def _body_end(source: Source, closer: int) -> int:
    """The end of what a parameter list belongs to: its block, or its expression."""
    index = closer + 1
    for _ in range(24):
        if source.is_mark(index, "{"):
            return source.match[index]
        if source.is_mark(index, "="):
            return source.expression(index + 1).stop
        if source.is_mark(index, ";", "}") or source.at(index) is None:
            break
        index = max(source.match.get(index, index), index) + 1
    return closer
