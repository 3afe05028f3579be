"""The shape of a script: where statements begin, which names are defined where, what runs only under a condition."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pins.formats.code.lexer import Kind, Token
from pins.formats.code.structure import MAXIMUM_STEPS, Definition, Extent, Source

_OPERATORS = ("=", "+", "-", "*", "/", "%", "&&", "||", "??", "==", "===", "!=", "!==", "?", ":", "=>", "+=", "<", ">")
_CONTINUES = (*_OPERATORS, ".", "?.", ")", "]", ",", "(", "[")
_EXPECTS_MORE = (*_OPERATORS, ".", "?.", "(", "[", ",", "...", "!", "@")
_BINDS_BACK = ("as", "satisfies", "from", "in", "instanceof", "else", "catch", "finally", "extends")
_BINDS_ON = ("await", "new", "typeof", "const", "let", "var", "export", "default", "import", "from", "case", "throw")
_CONTROLS = ("if", "for", "while", "switch", "catch", "with")
_LOOPS = frozenset({"forEach", "map", "flatMap", "filter", "reduce", "some", "every", "find"})
_BRANCHES = ("?", "&&", "||", "??")


class Script(Source):
    """As `Source`, with the statements and definitions of JavaScript and TypeScript."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens, "kotlin")  # which is never asked: what depends on it is defined here

    def begins_statement(self, index: int) -> bool:
        if index <= 0 or self.is_mark(index - 1, ";", "{"):
            return True
        token = self.tokens[index]
        if token.is_mark(*_CONTINUES) or token.is_name(*_BINDS_BACK):
            return False
        if self.is_mark(index - 1, "}"):
            return True
        if not token.starts_line:
            return False
        return not (self.is_mark(index - 1, *_EXPECTS_MORE) or self.is_name(index - 1, *_BINDS_ON))

    @cached_property
    def definitions(self) -> Mapping[str, tuple[Definition, ...]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        for one in (*self._declared_values(), *self._imports(), *self._parameters()):
            found[one.name].append(one)
        return {name: tuple(ones) for name, ones in found.items()}

    def _declared_values(self) -> Iterator[Definition]:
        for index, token in enumerate(self.tokens):
            if token.is_name("const", "let", "var"):
                yield from self._declarators(index)
            elif token.is_name("function", "class", "enum") and self.is_any_name(index + 1):
                yield Definition(self.tokens[index + 1].text, index + 1, self._extent(index), None)

    def _declarators(self, keyword: int) -> Iterator[Definition]:
        """Every name of one declaration; taken apart, its values are known only when it runs."""
        index = keyword + 1
        for _ in range(MAXIMUM_STEPS):
            if self.is_mark(index, "{", "["):
                yield from self._names(range(index, self.match[index]), self._extent(keyword))
                index = self.match[index] + 1
                value = self._initial(index)
            elif self.is_any_name(index):
                value = self._initial(index + 1)
                yield self._declarator(keyword, index, value)
            else:
                return
            after = value.stop if value is not None else index + 1
            if not self.is_mark(after, ","):
                return
            index = after + 1

    def _declarator(self, keyword: int, index: int, value: range | None) -> Definition:
        name = self.tokens[index].text
        changes = not self.is_name(keyword, "const") and self.assignments[name] > 1
        why = "is assigned more than once" if changes else ""
        return Definition(name, index, self._extent(keyword), value, why)

    def _initial(self, index: int) -> range | None:
        """The expression behind `=`, past a type."""
        if self.is_mark(index, ":"):
            for _ in range(MAXIMUM_STEPS):
                index = max(self.match.get(index, index), index) + 1
                if index >= len(self.tokens) or self.is_mark(index, "=", ";", ",", ")"):
                    break
        return self.expression(index + 1) if self.is_mark(index, "=") else None

    def _imports(self) -> Iterator[Definition]:
        for start in self.positions.get("import", ()):
            end = next((at for at in range(start, min(start + 64, len(self.tokens))) if self._is_text(at)), start)
            if not self._is_text(end):
                continue
            module = self.tokens[end].text[1:-1]
            for at in range(start + 1, end):
                if (
                    self.is_any_name(at)
                    and not self.is_name(at, "from", "as", "type")
                    and not self.is_name(at + 1, "as")
                ):
                    why = f"comes from another file (“{module}”)"
                    yield Definition(self.tokens[at].text, at, Extent(-1, len(self.tokens)), None, why)

    def _is_text(self, index: int) -> bool:
        token = self.at(index)
        return token is not None and token.kind is Kind.STRING and len(token.chunks) == 1

    def _parameters(self) -> Iterator[Definition]:
        """What stands in the brackets before `=>` or the body of a function hides what the file defines."""
        for index, token in enumerate(self.tokens):
            if token.is_mark("=>") and self.is_any_name(index - 1):
                yield from self._names(range(index - 1, index), Extent(index - 1, self._body_end(index + 1)))
            elif token.is_mark(")") and index in self.match and self.is_mark(index + 1, "=>", "{", ":"):
                opener = self.match[index]
                if not self.is_name(opener - 1, *_CONTROLS) and self._is_function(opener, index + 1):
                    body = index + 2 if self.is_mark(index + 1, "=>") else index + 1
                    yield from self._names(range(opener, index), Extent(opener, self._body_end(body)))

    def _is_function(self, opener: int, after: int) -> bool:
        return not self.is_mark(after, ":") or self.is_any_name(opener - 1) or self.is_mark(opener - 1, "=", "(", ",")

    def _body_end(self, start: int) -> int:
        if self.is_mark(start, ":"):  # the type of what is returned
            start = next((at for at in range(start, min(start + 24, len(self.tokens))) if self.is_mark(at, "{")), start)
        return self.match[start] if self.is_mark(start, "{") else self.expression(start).stop

    def _names(self, where: range, extent: Extent) -> Iterator[Definition]:
        for at in where:
            if self.is_any_name(at) and not self.is_mark(at - 1, "."):
                yield Definition(self.tokens[at].text, at, extent, None)

    def _extent(self, index: int) -> Extent:
        return self.extent(self.block(index))


def is_conditional(script: Script, index: int) -> bool:
    """Whether a condition or a loop stands between this token and the function or class around it."""
    while True:
        if _has_branch_before(script, index):
            return True
        opener = script.outer[index]
        if opener < 0:
            return False
        if script.is_mark(opener, "(") and script.is_name(opener - 1, *_LOOPS):
            return True
        if script.is_mark(opener, "{"):
            decided = _of_block(script, opener)
            if decided is not None:
                return decided
        index = opener


def _has_branch_before(script: Script, index: int) -> bool:
    """Whether the statement around a token has a condition in front of it, within the same bracket."""
    opener = script.outer[index]
    for _ in range(MAXIMUM_STEPS):
        if script.is_control_head(index - 1) or script.is_name(index - 1, "else", "do"):
            return True
        if script.is_mark(index - 1, *_BRANCHES) and not script.is_mark(index, ":"):
            return True
        if index - 1 <= opener or script.begins_statement(index):
            return False
        index = min(script.match.get(index - 1, index - 1), index - 1)
    return True


def _of_block(script: Script, opener: int) -> bool | None:
    """What a `{` tells: true for a condition or loop, false for a function or class, nothing for an object."""
    before = opener - 1
    if script.is_name(before, "else", "do"):
        return True
    if script.is_mark(before, "=>"):
        return _is_loop_argument(script, before)
    if script.is_mark(before, ")"):
        return script.is_control_head(before) or _is_loop_argument(script, before)
    header = script.header(opener)
    return False if any(script.is_name(one, "class") for one in header) else None


def _is_loop_argument(script: Script, index: int) -> bool:
    """Whether the function is handed to `forEach` and its kin."""
    call = script.outer[index]
    return call >= 0 and script.is_mark(call, "(") and script.is_name(call - 1, *_LOOPS)
