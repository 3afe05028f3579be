"""The shape of a source file: brackets, statements and blocks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pins.errors import PinError, Place
from pins.formats.code.lexer import Language, Token

MAXIMUM_NESTING = 256
MAXIMUM_HEADER = 64  # tokens; no class or function that people write has more before its braces
MAXIMUM_MODIFIERS = 24  # tokens before a name; no declaration that people write has more
MAXIMUM_STEPS = 1_000  # tokens of one expression or statement; more is no constant and costs quadratic time

_PAIRS = {")": "(", "]": "[", "}": "{"}
_CONTINUES = (".", "?.", "?:", "&&", "||", "::")
_EXPECTS_MORE = ("=", "+", "-", "(", ",", "[", "?:", "&&", "||", "->", ".", "?.", "==", "!=", "+=", ":", "?")
CONTROLS = ("if", "for", "while", "when", "switch", "catch")


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
        self._statements: dict[int, int] = {}
        self._headers: dict[int, tuple[int, ...]] = {}
        self._match_brackets()

    @property
    def definitions(self) -> Mapping[str, tuple[Definition, ...]] | None:
        """Of a language with definitions of its own; None where they look as in Kotlin or Java."""
        return None

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

    def statement(self, index: int) -> int:
        """The first token of the statement around a token, or where that is inside a bracket, of the one outside."""
        passed = list[int]()
        while index > 0 and index not in self._statements and not self.begins_statement(index):
            passed.append(index)
            index = min(self.match.get(index - 1, index - 1), index - 1)
        start = self._statements.get(index, max(index, 0))
        self._statements.update(dict.fromkeys(passed, start))
        return start

    def header(self, opener: int) -> tuple[int, ...]:
        """The tokens between the beginning of the statement and a `{`, without what stands in brackets."""
        if opener not in self._headers:
            self._headers[opener] = tuple(self._walked_back(opener))[::-1]
        return self._headers[opener]

    def _walked_back(self, index: int) -> Iterator[int]:
        for _ in range(MAXIMUM_HEADER):
            if index <= 0 or self.begins_statement(index):
                return
            before = index - 1
            yield before
            index = min(self.match.get(before, before), before)
            if index != before:
                yield index

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
