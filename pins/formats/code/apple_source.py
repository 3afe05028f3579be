"""The shape of Swift and Objective-C: which names are defined where, and what stands under a condition."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pins.formats.code.apple_lexer import AppleLanguage
from pins.formats.code.lexer import Kind, Token
from pins.formats.code.structure import MAXIMUM_MODIFIERS, MAXIMUM_STEPS, Definition, Source

_OPERATORS = ("+", "?", "??", ":", "==", "!=", "*", "/", "<", ">", "=")
_CONDITIONS = frozenset({"if", "else", "for", "while", "switch", "guard", "catch", "repeat"})
_BINDINGS = ("if", "guard", "while", "case")


class AppleSource(Source):
    """To what it shares with Kotlin and Java, Swift ends statements like the one and Objective-C like the other."""

    def __init__(self, tokens: Sequence[Token], language: AppleLanguage) -> None:
        super().__init__(tokens, "kotlin" if language == "swift" else "java")
        self.is_swift = language == "swift"

    def begins_statement(self, index: int) -> bool:
        """In Swift a line that begins with an operator goes on with the one before."""
        if self.is_swift and index > 0 and self.is_mark(index, *_OPERATORS) and not self.is_mark(index - 1, ";", "{"):
            return False
        return super().begins_statement(index)

    @cached_property
    def definitions(self) -> Mapping[str, tuple[Definition, ...]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        for definition in _swift(self) if self.is_swift else _objective_c(self):
            found[definition.name].append(definition)
        return {name: tuple(ones) for name, ones in found.items()}

    @cached_property
    def conditional_parts(self) -> tuple[range, ...]:
        """What stands between `#if` and `#endif`; not the guard that keeps a header from being read twice."""
        found, open_at = list[range](), list[int]()
        for index, token in enumerate(self.tokens):
            if not self.is_mark(index - 1, "#") or token.kind is not Kind.NAME:
                continue
            if token.text in ("if", "ifdef", "ifndef"):
                open_at.append(index)
            elif token.text == "endif" and open_at:
                start = open_at.pop()
                if not self._is_guard(start):
                    found.append(range(start, index))
        return (*found, *(range(start, len(self.tokens)) for start in open_at if not self._is_guard(start)))

    def _is_guard(self, index: int) -> bool:
        name = self.at(index + 1)
        return (
            self.is_name(index, "ifndef")
            and name is not None
            and self.is_name(index + 3, "define")
            and self.is_name(index + 4, name.text)
        )

    def is_conditional(self, index: int) -> bool:
        """Whether a condition stands between this token and the function or class around it, or around its file."""
        if any(index in part for part in self.conditional_parts):
            return True
        while True:
            if self._is_chosen(index):
                return True
            opener = self.outer[index]
            if opener < 0:
                return False
            if self.is_mark(opener, "{") and self._is_controlled(opener):
                return True
            index = opener

    def _is_chosen(self, index: int) -> bool:
        """Whether `?` or `??` stands before this token in its own expression."""
        opener = self.outer[index]
        for _ in range(MAXIMUM_STEPS):
            index -= 1
            if index <= opener or self.is_mark(index, ",", ";", "=") or self.begins_statement(index + 1):
                return False
            if self.is_mark(index, "??") or (self.is_mark(index, "?") and self._is_apart(index)):
                return True
            index = min(self.match.get(index, index), index)
        return False

    def _is_apart(self, index: int) -> bool:
        """A blank stands before the question mark of a condition, and none before that of an optional type."""
        return index > 0 and self.tokens[index - 1].span.end < self.tokens[index].span.start

    def _is_controlled(self, opener: int) -> bool:
        words = (self.tokens[one] for one in self.header(opener) if not self.is_mark(one - 1, "#", "."))
        return any(word.is_name(*_CONDITIONS) for word in words)


def _swift(source: AppleSource) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if token.is_name("let", "var") and source.is_any_name(index + 1):
            yield _swift_value(source, index)
        elif token.is_name("in"):
            yield from _before_in(source, index)
        elif token.is_mark(":") and _is_parameter(source, index):
            yield Definition(source.tokens[index - 1].text, index, source.extent(source.block(index)), None)


def _swift_value(source: AppleSource, keyword: int) -> Definition:
    name = keyword + 1
    is_bound = source.is_name(keyword - 1, *_BINDINGS) or source.is_mark(keyword - 1, ",")
    start = None if is_bound else _initial_value(source, name + 1)
    value = source.expression(start) if start is not None else None
    why = "can change while the app runs" if source.is_name(keyword, "var") else ""
    return Definition(source.tokens[name].text, name, source.extent(source.block(name)), value, why)


def _initial_value(source: AppleSource, index: int) -> int | None:
    """The token behind `=`, past the type; None where the name gets its value elsewhere."""
    for _ in range(MAXIMUM_STEPS):
        if source.is_mark(index, "="):
            return index + 1
        if source.at(index) is None or source.is_mark(index, "{", ",", ")", "]", "}", ";"):
            return None
        if source.begins_statement(index):
            return None
        index = max(source.match.get(index, index), index) + 1
    return None


def _before_in(source: AppleSource, index: int) -> Iterator[Definition]:
    """The names of `for name in` and of `{ name, name in`."""
    extent = source.extent(source.block(index))
    for one in range(index - 1, max(index - MAXIMUM_MODIFIERS, -1), -1):
        if source.is_name(one, "for") or not (source.is_any_name(one) or source.is_mark(one, ",", ":", "(", ")", "?")):
            return
        if source.is_any_name(one):
            yield Definition(source.tokens[one].text, one, extent, None)


def _is_parameter(source: AppleSource, colon: int) -> bool:
    opener = source.outer[colon]
    is_list = opener >= 0 and source.is_mark(opener, "(") and source.is_any_name(colon - 1)
    return is_list and (source.is_name(opener - 2, "func") or source.is_name(opener - 1, "init", "subscript"))


def _objective_c(source: AppleSource) -> Iterator[Definition]:
    for index, token in enumerate(source.tokens):
        if source.is_mark(index - 1, "#") and token.is_name("define") and source.is_any_name(index + 1):
            yield Definition(source.tokens[index + 1].text, index + 1, source.extent(-1), _macro(source, index + 2))
        elif token.kind is Kind.NAME and source.is_mark(index + 1, "=") and _is_declared(source, index):
            why = "is assigned more than once" if source.assignments[token.text] > 1 else ""
            extent = source.extent(source.block(index))
            yield Definition(token.text, index, extent, source.expression(index + 2), why)


def _is_declared(source: AppleSource, index: int) -> bool:
    """A type stands before the name, so that the line makes it and does not only change it."""
    if source.begins_statement(index) or source.is_name(index - 1, "return"):
        return False
    return source.is_mark(index - 1, "*", ">") or source.is_any_name(index - 1)


def _macro(source: AppleSource, start: int) -> range | None:
    """The rest of the line; None for a macro with parameters, or without a value."""
    end = start
    while end < len(source.tokens) and not source.tokens[end].starts_line:
        end += 1
    has_parameters = source.is_mark(start, "(") and source.tokens[start].span.start == source.tokens[start - 1].span.end
    return None if has_parameters or end == start else range(start, end)
