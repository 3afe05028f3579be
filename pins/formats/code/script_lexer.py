"""JavaScript and TypeScript source into tokens: comments gone, strings taken apart into literal text and templates.

JSX is not told from code: what is odd in its texts (an apostrophe, a slash) becomes a mark and harms nothing.
"""

import re
from collections.abc import Iterator

from pins.errors import PinError
from pins.formats.code.lexer import MAXIMUM_TEMPLATE_DEPTH, MAXIMUM_TOKENS, Chunk, Kind, Template, Token
from pins.reading import Span, Text

_BLANK = re.compile(r"\s+|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_NUMBER = re.compile(r"\d[\w.]*")
_STRING = re.compile(r"\"(?:[^\"\\\r\n]|\\(?:\r\n|.))*\"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*'", re.DOTALL)
_EXPRESSION = re.compile(r"/(?![*/])(?:[^\\/\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+/\w*")
_MARK = re.compile(r"\.\.\.|=>|\?\.(?!\d)|\?\?=?|[=!]==?|&&=?|\|\|=?|[+\-*/%]=|.", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-9])|(\r\n|\r|\n)|(.))", re.DOTALL
)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BEFORE_EXPRESSION = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "throw", "else", "await"})


def read_script(text: Text) -> tuple[Token, ...]:
    return tuple(_Lexer(text).until(""))


class _Lexer:
    def __init__(self, text: Text) -> None:
        self.text, self.content = text, text.content
        self.at = self._count = self._depth = 0
        self._last: Token | None = None

    def until(self, closer: str) -> Iterator[Token]:
        """Tokens up to the end of the source, or up to the `}` that ends a template."""
        level = 0
        while True:
            starts_line = self._skip()
            if self.at >= len(self.content):
                if closer:
                    raise self._unfinished(self.at)
                return
            token = self._token(starts_line=starts_line)
            level += token.is_mark("{") - token.is_mark("}")
            if closer and level < 0:
                return
            self._last = token
            yield token

    def _skip(self) -> bool:
        """Passes blanks and comments; true when a line end was among them."""
        start = self.at
        while found := _BLANK.match(self.content, self.at):
            self.at = found.end()
        gap = self.content[start : self.at]
        return start == 0 or "\n" in gap or "\r" in gap

    def _token(self, *, starts_line: bool) -> Token:
        self._count += 1
        if self._count > MAXIMUM_TOKENS:
            raise self._too_large("it is longer than any source that people write")
        start, content = self.at, self.content
        if content[start] == "`":
            chunks = tuple(self._template_chunks())
            return Token(Kind.STRING, content[start : self.at], Span(start, self.at), starts_line, chunks)
        if found := _STRING.match(content, start):
            self.at = found.end()
            inner = Span(start + 1, self.at - 1)
            chunk = Chunk(inner, _value(content[inner.start : inner.end]))
            return Token(Kind.STRING, found[0], Span(start, self.at), starts_line, (chunk,))
        for kind, pattern in _PATTERNS:
            if (kind is not Kind.CHARACTER or self._may_divide_not()) and (found := pattern.match(content, start)):
                self.at = found.end()
                return Token(kind, found[0], Span(start, self.at), starts_line)
        raise AssertionError("the last pattern matches every character")

    def _may_divide_not(self) -> bool:
        """Whether a slash here begins a regular expression: nothing stands before it that could be divided."""
        last = self._last
        if last is None:
            return True
        if last.kind is Kind.NAME:
            return last.text in _BEFORE_EXPRESSION
        return last.kind is Kind.MARK and last.text not in (")", "]", "}", "<")

    def _template_chunks(self) -> Iterator[Chunk | Template]:
        start = self.at
        self.at += 1
        while True:
            begin = self.at
            while self.at < len(self.content) and self.content[self.at] != "`":
                if self.content.startswith("${", self.at):
                    break
                self.at += 2 if self.content[self.at] == "\\" else 1
            if self.at >= len(self.content):
                raise self._unfinished(start)
            if self.at > begin:
                yield Chunk(Span(begin, self.at), _value(self.content[begin : self.at]))
            if self.content[self.at] == "`":
                self.at += 1
                return
            yield self._template()

    def _template(self) -> Template:
        start = self.at
        if self._depth >= MAXIMUM_TEMPLATE_DEPTH:
            raise self._too_large("its templates are nested deeper than people write them")
        self.at += 2
        self._depth += 1
        tokens = tuple(self.until("}"))
        self._depth -= 1
        return Template(Span(start, self.at), tokens)

    def _unfinished(self, offset: int) -> PinError:
        return PinError(
            "The template that begins here has no end, so the source cannot be read. Copy it whole.",
            self.text.place(min(offset, len(self.content))),
            code="malformed_source",
        )

    def _too_large(self, why: str) -> PinError:
        return PinError(
            f"The source cannot be read: {why}. Give the file in which the pins are.",
            self.text.place(self.at),
            code="too_large",
        )


_PATTERNS = (
    (Kind.NAME, _NAME),
    (Kind.NUMBER, _NUMBER),
    (Kind.CHARACTER, _EXPRESSION),  # a regular expression: nothing that could be a pin
    (Kind.MARK, _MARK),
)


def _value(source: str) -> str | None:
    """What the text between quotes stands for; None where this reader cannot tell."""
    try:
        value = _ESCAPE.sub(_unescaped, source)
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    except (ValueError, OverflowError):
        return None
    return None if _UNSTORABLE.search(value) else value


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(int(code, 16))
    if found[4]:
        return "\0"  # octal, or the end of a text: no pin has it
    return "" if found[5] else _ESCAPES.get(found[6], found[6])
