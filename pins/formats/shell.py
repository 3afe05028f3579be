"""Commands of a shell script as words with their places; nothing is expanded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pins.errors import PinError
from pins.reading import Span, Text

MAXIMUM_WORDS = 20_000

_BLANK = re.compile(r"(?:[ \t]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\r\n]*")
_END = re.compile(r"[\r\n;&|()<>]+")
_PART = re.compile(
    r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)|(?P<bare>[^\s'"\\;&|()<>]+)""", re.S
)
_EXPANDED = re.compile(r"[$`]")
_ESCAPE = re.compile(r'\\(["\\$`]|\r?\n)')


@dataclass(frozen=True, slots=True)
class Word:
    """`value` is None where running the script decides it. `inner` is the one stretch that spells it just as it is.

    `beginning` is what stands before the first thing that running decides.
    """

    value: str | None
    span: Span
    inner: Span | None
    beginning: str = ""

    def is_any(self, *values: str) -> bool:
        return self.value in values


def commands(text: Text) -> Iterator[list[Word]]:
    """The words between line ends, semicolons and other operators."""
    words: list[Word] = []
    at = count = 0
    content = text.content
    while at < len(content):
        if found := _BLANK.match(content, at) or (_COMMENT.match(content, at) if _may_comment(content, at) else None):
            at = found.end()
        elif found := _END.match(content, at):
            at = found.end()
            if words:
                yield words
            words = []
        else:
            word, parts = _word(content, at)
            count += parts
            if count > MAXIMUM_WORDS:
                what = "The script is longer than any that people write. Give the command that pins the key."
                raise PinError(what, text.place(at), code="too_large")
            words.append(word)
            at = word.span.end
    if words:
        yield words


def _may_comment(content: str, at: int) -> bool:
    return at == 0 or content[at - 1] in " \t\r\n;&|("


def _word(content: str, start: int) -> tuple[Word, int]:
    """The word that begins there, and of how many parts it is made."""
    at, values, inner, beginning = start, list[str | None](), list[Span](), ""
    while len(values) <= MAXIMUM_WORDS and (found := _PART.match(content, at)):
        at = found.end()
        if None not in values:
            beginning += _EXPANDED.split(found[found.lastgroup or 0], maxsplit=1)[0]
        values.append(_value(found))
        inner.append(Span(*found.span(found.lastgroup or 0)))
    if at == start:  # a quote without an end
        return Word(None, Span(start, start + 1), None), 1
    value = None if None in values else "".join(one for one in values if one)
    is_literal = len(inner) == 1 and value == content[inner[0].start : inner[0].end]
    return Word(value, Span(start, at), inner[0] if is_literal else None, beginning), len(values)


def _value(part: re.Match[str]) -> str | None:
    text = part[part.lastgroup or 0]
    if part.lastgroup in ("single", "escaped"):
        return "" if part.lastgroup == "escaped" and text == "\n" else text
    if _EXPANDED.search(re.sub(r"\\.", "", text)):
        return None
    return _ESCAPE.sub(lambda one: one[1].strip("\r\n"), text) if part.lastgroup == "double" else text
