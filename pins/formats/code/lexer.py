"""Kotlin and Java source into tokens: comments gone, strings taken apart into literal text and templates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from pins.errors import PinError
from pins.reading import Span, Text

Language = Literal["kotlin", "java", "dart"]
MAXIMUM_TOKENS = 100_000
MAXIMUM_TEMPLATE_DEPTH = 8

_BLANK = re.compile(r"[ \t\r\n\f]+|//[^\r\n]*")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_NAME = re.compile(r"[^\W\d][\w$]*|`[^`\r\n]+`|\$[\w$]*")
_NUMBER = re.compile(r"\d\w*(?:\.\d\w*)?")
_CHARACTER = re.compile(r"'(?:\\u+[0-9a-fA-F]{4}|\\[^\r\n]|[^'\\\r\n])'")
_MARK = re.compile(r"\?\.|\?:|!!|->|::|\.\.\.|[=!<>]=|[+\-*/%]=|&&|\|\||.", re.DOTALL)
_TEXT_BLOCK_END = re.compile(r'(?:[^"\\]++|\\.|"(?!""))*+"""', re.DOTALL)
_PLAIN = re.compile(r'[^"$\\\r\n]+')
_RAW_PLAIN = re.compile(r'[^"$]+|"+(?=""")|"{1,2}(?!")')
_TEMPLATE = re.compile(r"\$(?:[^\W\d]|\{)")
_TEMPLATE_NAME = re.compile(r"\$([^\W\d]\w*)")
_ESCAPE = re.compile(r"\\(?:u+([0-9a-fA-F]{4})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "s": " ", "'": "'", '"': '"', "\\": "\\", "$": "$"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Kind(StrEnum):
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    CHARACTER = "character"
    MARK = "mark"


class Chunk(NamedTuple):
    """Literal text inside a string: `value` is what it stands for, None where this reader cannot tell."""

    span: Span
    value: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """`$name` or `${expression}` inside a Kotlin string."""

    span: Span
    tokens: tuple["Token", ...]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the source of a name, number or mark. `starts_line`: a line end stands before it."""

    kind: Kind
    text: str
    span: Span
    starts_line: bool
    chunks: tuple[Chunk | Template, ...] = ()

    def is_mark(self, *marks: str) -> bool:
        return self.kind is Kind.MARK and self.text in marks

    def is_name(self, *names: str) -> bool:
        return self.kind is Kind.NAME and self.text in names


def read_tokens(text: Text, language: Language) -> tuple[Token, ...]:
    return Lexer(text, language).tokens()


class Lexer:
    def __init__(self, text: Text, language: Language) -> None:
        self.text, self.content, self.language = text, text.content, language
        self.at = self._count = self._depth = 0

    def tokens(self) -> tuple[Token, ...]:
        return tuple(self._until(""))

    def _until(self, closer: str) -> Iterator[Token]:
        """Tokens up to the end of the source, or up to the `}` that ends a template."""
        level = 0
        while True:
            starts_line = self._skip()
            if self.at >= len(self.content):
                if closer:
                    raise self._unfinished("The template", self.at)
                return
            token = self._token(starts_line=starts_line)
            level += token.is_mark("{") - token.is_mark("}")
            if closer and level < 0:
                return
            yield token

    def _skip(self) -> bool:
        """Passes blanks and comments; true when a line end was among them."""
        start = self.at
        while True:
            if found := _BLANK.match(self.content, self.at):
                self.at = found.end()
            elif self.content.startswith("/*", self.at):
                self._skip_comment()
            else:
                return start == 0 or "\n" in (gap := self.content[start : self.at]) or "\r" in gap

    def _skip_comment(self) -> None:
        """Comments nest in Kotlin and do not in Java."""
        start, level = self.at, 1
        self.at += 2
        while found := _COMMENT_EDGE.search(self.content, self.at):
            self.at = found.end()
            if found[0] == "*/":
                level -= 1
            elif self.language == "kotlin":
                level += 1
            else:
                self.at = found.start() + 1
            if level == 0:
                return
        raise self._unfinished("The comment", start)

    def _token(self, *, starts_line: bool) -> Token:
        start, content = self.at, self.content
        self._counted()
        if self._begins_string():
            chunks = tuple(self._string())
            return Token(Kind.STRING, content[start : self.at], Span(start, self.at), starts_line, chunks)
        for kind, pattern in _PATTERNS:
            if found := pattern.match(content, start):
                self.at = found.end()
                return Token(kind, found[0].strip("`"), Span(start, self.at), starts_line)
        raise AssertionError("the last pattern matches every character")

    def _counted(self) -> None:
        self._count += 1
        if self._count > MAXIMUM_TOKENS:
            raise self._too_large("it is longer than any source that people write")

    def _begins_string(self) -> bool:
        return self.content[self.at] == '"'

    def _string(self) -> Iterator[Chunk | Template]:
        start = self.at
        is_raw = self.content.startswith('"""', start)
        if is_raw and self.language == "java":
            yield self._text_block()
            return
        self.at += 3 if is_raw else 1
        while not self._ends(start, is_raw=is_raw):
            self._counted()
            yield self._template() or self._chunk(start, is_raw=is_raw)

    def _ends(self, start: int, *, is_raw: bool) -> bool:
        """Passes the closing quotes. A raw string may end in quotes of its own: the last three close it."""
        if self.at >= len(self.content) or (not is_raw and self.content[self.at] in "\r\n"):
            raise self._unfinished("The string", start)
        if not is_raw:
            closes = self.content[self.at] == '"'
            self.at += closes
            return closes
        if not self.content.startswith('"""', self.at) or self.content.startswith('""""', self.at):
            return False
        self.at += 3
        return True

    def _text_block(self) -> Chunk:
        """Java strips its indentation by rules of its own; no pin is written like that."""
        end = _TEXT_BLOCK_END.match(self.content, self.at + 3)
        if end is None:
            raise self._unfinished("The text block", self.at)
        span = Span(self.at, end.end())
        self.at = end.end()
        return Chunk(span, None)

    def _template(self) -> Template | None:
        if self.language == "java" or self.content[self.at] != "$":
            return None
        start = self.at
        if name := _TEMPLATE_NAME.match(self.content, start):
            self.at = name.end()
            token = Token(Kind.NAME, name[1], Span(*name.span(1)), starts_line=False)
            return Template(Span(start, self.at), (token,))
        if not self.content.startswith("${", start):
            return None
        if self._depth >= MAXIMUM_TEMPLATE_DEPTH:
            raise self._too_large("its templates are nested deeper than people write them")
        self.at += 2
        self._depth += 1
        tokens = tuple(self._until("}"))
        self._depth -= 1
        return Template(Span(start, self.at), tokens)

    def _chunk(self, start: int, *, is_raw: bool) -> Chunk:
        begin, values = self.at, list[str | None]()
        while self.at < len(self.content):
            character = self.content[self.at]
            if character == "\\" and not is_raw:
                values.append(self._escape(start))
                continue
            plain = (_RAW_PLAIN if is_raw else _PLAIN).match(self.content, self.at)
            if plain is None and (character != "$" or self._at_template()):
                break
            values.append(plain[0] if plain else character)
            self.at += len(plain[0]) if plain else 1
        value = None if None in values else "".join(one for one in values if one)
        is_odd = value is not None and _UNSTORABLE.search(_paired(value))
        return Chunk(Span(begin, self.at), None if value is None or is_odd else _paired(value))

    def _at_template(self) -> bool:
        return self.language == "kotlin" and _TEMPLATE.match(self.content, self.at) is not None

    def _escape(self, start: int) -> str | None:
        found = _ESCAPE.match(self.content, self.at)
        if found is None or found[0][-1] in "\r\n":
            raise self._unfinished("The string", start)
        self.at = found.end()
        if found[1]:
            return chr(int(found[1], 16))
        return chr(int(found[2], 8)) if found[2] else _ESCAPES.get(found[3])

    def _unfinished(self, what: str, offset: int) -> PinError:
        return PinError(
            f"{what} that begins here has no end, so the source cannot be read. Copy it whole.",
            self.text.place(min(offset, len(self.content))),
            code="malformed_source",
        )

    def _too_large(self, why: str) -> PinError:
        return PinError(
            f"The source cannot be read: {why}. Give the file in which the pins are added.",
            self.text.place(self.at),
            code="too_large",
        )


_PATTERNS = (
    (Kind.NAME, _NAME),
    (Kind.NUMBER, _NUMBER),
    (Kind.CHARACTER, _CHARACTER),
    (Kind.MARK, _MARK),
)


def _paired(value: str) -> str:
    """Two escapes that make one character beyond U+FFFF are joined."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
