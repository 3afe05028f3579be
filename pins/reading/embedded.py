"""A text inside a JSON text: what it says, and where in the file every character of it stands."""

import json
import re
from dataclasses import dataclass

from pins.errors import Place
from pins.reading.json_text import String
from pins.reading.text import Span, Text

_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class EmbeddedText(Text):
    """`content` is the decoded text; places and spans that leave here are those of the file around it.

    `offsets` has one entry a character and one for the end. `path` is where the text stands in the JSON.
    """

    outer: Text
    offsets: tuple[int, ...]
    path: str

    def place(self, offset: int, path: str = "") -> Place:
        return self.outer.place(self.offsets[min(offset, len(self.offsets) - 1)], path or self.path)

    def outer_span(self, span: Span) -> Span:
        return Span(self.offsets[span.start], self.offsets[span.end])


def embedded_text(outer: Text, node: String, path: str, *, before: str = "", after: str = "") -> EmbeddedText:
    """`before` and `after` are put around the text and stand, as far as places go, at its ends."""
    start, end = node.span.start + 1, node.span.end - 1
    offsets = [start] * len(before)
    offsets += [unit.start() for unit in _UNIT.finditer(outer.content, start, end)]
    offsets += [end] * (len(after) + 1)
    content = before + node.value + after
    lines = (0, *(found.end() for found in _LINE_END.finditer(content)))
    return EmbeddedText(content, b"", "utf-8", lines, outer, tuple(offsets), path)


def escaped(text: str) -> str:
    """`text` as it is written inside a JSON text."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
