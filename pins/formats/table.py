"""Rows and cells of a CSV text with the place of everything; what the cells mean is decided elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pins.reading import Span, Text

DELIMITERS = (",", ";", "\t")
MAXIMUM_ROW = 4_000

_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"\s*(?:#|//)")


@dataclass(frozen=True, slots=True)
class Cell:
    """`span` is the value without quotes and blanks around it; `value` has doubled quotes undone."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """`is_whole` False: a quoted cell has no end on this line, or something stands behind its quotes."""

    cells: tuple[Cell, ...]
    span: Span
    is_whole: bool = True


def rows(text: Text, delimiter: str) -> Iterator[Row]:
    """One row a line; blank lines and comments are none. A line longer than any row of pins has no cells."""
    quoted = re.compile(r'"((?:[^"]|"")*)"')
    plain = re.compile(rf"[^{re.escape(delimiter)}]*")
    for line in _LINE.finditer(text.content):
        if line[0].strip() and not _COMMENT.match(line[0]):
            span = Span(*line.span())
            is_short = span.end - span.start <= MAXIMUM_ROW
            yield _row(text, span, delimiter, quoted, plain) if is_short else Row((), span, is_whole=False)


def _row(text: Text, line: Span, delimiter: str, quoted: re.Pattern[str], plain: re.Pattern[str]) -> Row:
    cells: list[Cell] = []
    at, content, is_whole = line.start, text.content, True
    while True:
        start = _after_blanks(content, at, line.end, delimiter)
        if found := quoted.match(content, start, line.end):
            cells.append(_trimmed(content, Span(*found.span(1))))
            at = _after_blanks(content, found.end(), line.end, delimiter)
        elif found := plain.match(content, start, line.end):
            cells.append(_trimmed(content, Span(*found.span())))
            is_whole = is_whole and not found[0].startswith('"')
            at = found.end()
        if at >= line.end:
            return Row(tuple(cells), line, is_whole)
        if content[at] != delimiter:
            return Row(tuple(cells), line, is_whole=False)
        at += 1


def _after_blanks(content: str, at: int, end: int, delimiter: str) -> int:
    while at < end and content[at] in " \t" and content[at] != delimiter:
        at += 1
    return at


def _trimmed(content: str, span: Span) -> Cell:
    written = content[span.start : span.end]
    start = span.start + len(written) - len(written.lstrip())
    return Cell(written.strip().replace('""', '"'), Span(start, start + len(written.strip())))
