"""Dart source into tokens: like Kotlin but for its strings, which have four kinds of quotes and a raw form."""

import re
from collections.abc import Iterator

from pins.formats.code.lexer import Chunk, Lexer, Template, Token
from pins.reading import Span, Text

_OPENING = re.compile("(?P<raw>r)?(?P<quote>\"\"\"|'''|\"|')")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,5})\}|([^ux]))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_TEMPLATE = re.compile(r"\$(?:[^\W\d]|\{)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_dart_tokens(text: Text) -> tuple[Token, ...]:
    return _DartLexer(text, "kotlin").tokens()  # comments nest and templates look the same


class _DartLexer(Lexer):
    def _begins_string(self) -> bool:
        return _OPENING.match(self.content, self.at) is not None

    def _string(self) -> Iterator[Chunk | Template]:
        start, opening = self.at, _OPENING.match(self.content, self.at)
        assert opening is not None
        quote, is_raw = opening["quote"], opening["raw"] is not None
        self.at = opening.end()
        while not self.content.startswith(quote, self.at):
            if self.at >= len(self.content) or (len(quote) == 1 and self.content[self.at] in "\r\n"):
                raise self._unfinished("The string", start)
            yield (None if is_raw else self._template()) or self._literal(quote, start, is_raw=is_raw)
        self.at += len(quote)

    def _literal(self, quote: str, start: int, *, is_raw: bool) -> Chunk:
        begin, values = self.at, list[str | None]()
        while self.at < len(self.content) and not self.content.startswith(quote, self.at):
            character = self.content[self.at]
            if character == "\\" and not is_raw:
                values.append(self._escaped(start))
                continue
            is_template = not is_raw and _TEMPLATE.match(self.content, self.at) is not None
            if is_template or (len(quote) == 1 and character in "\r\n"):
                break
            values.append(character)
            self.at += 1
        value = None if None in values else "".join(one for one in values if one)
        return Chunk(Span(begin, self.at), None if value is None or _UNSTORABLE.search(value) else value)

    def _escaped(self, start: int) -> str | None:
        found = _ESCAPE.match(self.content, self.at)
        if found is None:
            raise self._unfinished("The string", start)
        self.at = found.end()
        digits = found[1] or found[2] or found[3]
        return chr(int(digits, 16)) if digits else _ESCAPES.get(found[4], found[4])
