"""Swift and Objective-C source into tokens of the same kinds as Kotlin's and Java's."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Literal

from pins.errors import PinError
from pins.formats.code.lexer import MAXIMUM_TEMPLATE_DEPTH, MAXIMUM_TOKENS, Chunk, Kind, Template, Token
from pins.reading import Span, Text

AppleLanguage = Literal["swift", "objc"]

_BLANK = re.compile(r"(?:[ \t\r\n\f]|\\\r?\n|//[^\r\n]*)+")
_CONTINUATION = re.compile(r"\\\r?\n")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_NAME = re.compile(r"[^\W\d][\w$]*|`[^`\r\n]+`|\$\w+")
_NUMBER = re.compile(r"\d\w*(?:\.\d\w*)?")
_CHARACTER = re.compile(r"'(?:\\[^\r\n]|[^'\\\r\n])+'")
_MARK = re.compile(r"\?\?|\?\.|->|\.\.\.|\.\.<|[=!<>]=|[+\-*/%]=|&&|\|\||.", re.DOTALL)
_PATTERNS = ((Kind.NAME, _NAME), (Kind.NUMBER, _NUMBER), (Kind.MARK, _MARK))
_QUOTE = {"swift": re.compile(r'(#{0,8})("""|")'), "objc": re.compile(r'@?()(")')}
_PLAIN = re.compile(r'[^"\\\r\n]+')
_ESCAPES = {
    "swift": re.compile(r"\\(?:u\{([0-9a-fA-F]{1,8})\}|()([^\r\nu(]))"),
    "objc": re.compile(r"\\(?:u([0-9a-fA-F]{4})|([0-7]{1,3})|([^\r\n]))"),
}
_MEANINGS = {"t": "\t", "n": "\n", "r": "\r", "'": "'", '"': '"', "\\": "\\"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# To what reads the shape of a source they are all classes, and both words mean the object itself.
_ALIASES = {"struct": "class", "extension": "class", "actor": "class", "self": "this", "Self": "this"}


def read_apple_tokens(text: Text, language: AppleLanguage) -> tuple[Token, ...]:
    """Neighbouring texts of Objective-C are one, as its compiler reads them."""
    tokens = tuple(_Lexer(text, language).until(""))
    return tuple(_joined(tokens)) if language == "objc" else tokens


def _joined(tokens: tuple[Token, ...]) -> Iterator[Token]:
    for kind, group in groupby(tokens, key=lambda token: token.kind):
        if kind is not Kind.STRING:
            yield from group
            continue
        run = tuple(group)
        span = Span(run[0].span.start, run[-1].span.end)
        chunks = tuple(chunk for one in run for chunk in one.chunks)
        yield Token(Kind.STRING, "".join(one.text for one in run), span, run[0].starts_line, chunks)


class _Lexer:
    def __init__(self, text: Text, language: AppleLanguage) -> None:
        self.text, self.content, self.language = text, text.content, language
        self.at = self._count = self._depth = 0

    def until(self, closer: str) -> Iterator[Token]:
        """Tokens up to the end of the source, or up to the `)` that ends an interpolation."""
        level = 0
        while True:
            starts_line = self._skip()
            if self.at >= len(self.content):
                if closer:
                    raise self._unfinished("The text", self.at)
                return
            token = self._token(starts_line=starts_line)
            level += token.is_mark("(") - token.is_mark(")")
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
                gap = _CONTINUATION.sub("", self.content[start : self.at])
                return start == 0 or "\n" in gap or "\r" in gap

    def _skip_comment(self) -> None:
        """Comments nest in Swift and do not in Objective-C."""
        start, level = self.at, 1
        self.at += 2
        while found := _COMMENT_EDGE.search(self.content, self.at):
            self.at = found.end()
            if found[0] == "*/":
                level -= 1
            elif self.language == "swift":
                level += 1
            else:
                self.at = found.start() + 1
            if level == 0:
                return
        raise self._unfinished("The comment", start)

    def _token(self, *, starts_line: bool) -> Token:
        self._count += 1
        if self._count > MAXIMUM_TOKENS:
            raise self._too_large("it is longer than any source that people write")
        start = self.at
        quote = _QUOTE[self.language].match(self.content, start)
        if quote:
            self.at = quote.end()
            chunks = tuple(self._string(start, quote[1], quote[2]))
            return Token(Kind.STRING, self.content[start : self.at], Span(start, self.at), starts_line, chunks)
        if self.language == "objc" and (found := _CHARACTER.match(self.content, start)):
            self.at = found.end()
            return Token(Kind.CHARACTER, found[0], Span(start, self.at), starts_line)
        for kind, pattern in _PATTERNS:
            if found := pattern.match(self.content, start):
                self.at = found.end()
                name = found[0].strip("`")
                word = _ALIASES.get(name, name) if self.language == "swift" else name
                return Token(kind, word, Span(start, self.at), starts_line)
        raise AssertionError("the last pattern matches every character")

    def _string(self, start: int, hashes: str, quote: str) -> Iterator[Chunk | Template]:
        if hashes or quote == '"""':
            yield self._closed_by(start, quote + hashes, is_raw=bool(hashes), is_long=quote == '"""')
            return
        while self.content[self.at : self.at + 1] != '"':
            if self.at >= len(self.content) or self.content[self.at] in "\r\n":
                raise self._unfinished("The text", start)
            yield self._interpolation() or self._chunk(start)
        self.at += 1

    def _closed_by(self, start: int, closer: str, *, is_raw: bool, is_long: bool) -> Chunk:
        """A text with other rules. Only a raw one on one line is understood: it stands for itself."""
        begin = self.at
        skipped = "(?s:.)" if is_raw else r"(?:\\(?s:.)|[^\\])"
        found = re.compile(f"{skipped}*?{re.escape(closer)}").match(self.content, begin)
        if found is None:
            raise self._unfinished("The text", start)
        self.at = found.end()
        span = Span(begin, found.end() - len(closer))
        value = self.text.cut(span)
        is_plain = is_raw and not is_long and "\\" not in value and not _UNSTORABLE.search(value)
        return Chunk(span, value if is_plain else None)

    def _interpolation(self) -> Template | None:
        if self.language != "swift" or not self.content.startswith("\\(", self.at):
            return None
        if self._depth >= MAXIMUM_TEMPLATE_DEPTH:
            raise self._too_large("its texts are nested deeper than people write them")
        start = self.at
        self.at += 2
        self._depth += 1
        tokens = tuple(self.until(")"))
        self._depth -= 1
        return Template(Span(start, self.at), tokens)

    def _chunk(self, start: int) -> Chunk:
        begin, values = self.at, list[str | None]()
        while True:
            if found := _PLAIN.match(self.content, self.at):
                self.at = found.end()
                values.append(found[0])
            elif self.content.startswith("\\", self.at) and not (
                self.language == "swift" and self.content.startswith("\\(", self.at)
            ):
                values.append(self._escape(start))
            else:
                break
        value = None if None in values else "".join(one for one in values if one)
        return Chunk(Span(begin, self.at), None if value is None or _UNSTORABLE.search(value) else value)

    def _escape(self, start: int) -> str | None:
        """What an escape stands for, None for one that is not known."""
        found = _ESCAPES[self.language].match(self.content, self.at)
        if found is None:
            if self.content[self.at + 1 : self.at + 2] in ("", "\r", "\n"):
                raise self._unfinished("The text", start)
            self.at += 2
            return None
        self.at = found.end()
        if found[1] or found[2]:
            number = int(found[1], 16) if found[1] else int(found[2], 8)
            return chr(number) if number <= 0x10FFFF else None
        return _MEANINGS.get(found[3])

    def _unfinished(self, what: str, offset: int) -> PinError:
        return PinError(
            f"{what} that begins here has no end, so the source cannot be read. Copy it whole.",
            self.text.place(min(offset, len(self.content))),
            code="malformed_source",
        )

    def _too_large(self, why: str) -> PinError:
        return PinError(
            f"The source cannot be read: {why}. Give the file in which the pins are.",
            self.text.place(self.at),
            code="too_large",
        )
