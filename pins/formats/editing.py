"""Text edits that change pins in a list and leave everything else of the source as it is."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from pins.errors import PinError
from pins.formats.layout import PinList, Slot
from pins.reading import Span, Text

_INDENT = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(
    r"[ \t]*,?[ \t]*(?:(?://|#)[^\r\n]*|/\*(?:(?!\*/)[^\r\n])*\*/|<!--(?:(?!-->)[^\r\n])*-->)?[ \t]*"
)
_SKIP = re.compile(r"(?:\s|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Edit(NamedTuple):
    span: Span
    replacement: str


def apply_edits(text: Text, edits: Sequence[Edit]) -> str:
    """The content with every edit made; two edits of one place are a fault of the reader and refused."""
    ordered = _merged(sorted(set(edits)))
    if any(later.span.start < earlier.span.end for earlier, later in pairwise(ordered)):
        raise PinError("The change touches one place of the file twice. Edit this file by hand.", code="not_writable")
    parts, at = list[str](), 0
    for span, replacement in ordered:
        parts += [text.content[at : span.start], replacement]
        at = span.end
    return "".join([*parts, text.content[at:]])


def _merged(edits: Sequence[Edit]) -> list[Edit]:
    """Neighbouring removals that overlap become one."""
    found: list[Edit] = []
    for edit in edits:
        last = found[-1] if found else None
        if last and not last.replacement and not edit.replacement and edit.span.start < last.span.end:
            found[-1] = Edit(Span(last.span.start, max(last.span.end, edit.span.end)), "")
        else:
            found.append(edit)
    return found


class ListEditor:
    """Turns one list of pins from `old` into `new` texts."""

    def __init__(self, text: Text, pins: PinList) -> None:
        self.text, self.content, self.pins = text, text.content, pins

    def edits(self, old: Sequence[str], new: Sequence[str]) -> tuple[list[Edit], dict[int, str]]:
        """The structural edits, and the new text of every slot that stays."""
        if not self.pins.slots:
            return ([self._fill(new)] if new else []), {}
        kept: dict[int, str] = {}
        edits: list[Edit] = []
        for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            pairs = min(i2 - i1, j2 - j1)
            kept.update(zip(range(i1, i1 + pairs), new[j1 : j1 + pairs], strict=True))
            edits += self._inserted(i2, new[j1 + pairs : j2])
        removed = [index for index in range(len(old)) if index not in kept]
        return [*edits, *self._removed(removed)], kept

    def _fill(self, new: Sequence[str]) -> Edit:
        span, before, joint, after = self.pins.hole
        body = joint.join(f"{self.pins.before}{one}{self.pins.after}" for one in new)
        return Edit(span, before + body + after)

    def _inserted(self, at: int, texts: Sequence[str]) -> Iterator[Edit]:
        """New pins before slot `at`, in the manner of a neighbour."""
        if not texts:
            return
        slots = self.pins.slots
        like = slots[min(at, len(slots) - 1)]
        bodies = [self._body(like, one) for one in texts]
        comma = "," if self.pins.has_commas else ""
        gap = self._gap(like)
        if at < len(slots):
            joined = "".join(body + comma + gap for body in bodies)
            yield Edit(Span(like.whole.start, like.whole.start), joined)
            return
        yield from self._appended(like, bodies, comma, gap)

    def _appended(self, last: Slot, bodies: list[str], comma: str, gap: str) -> Iterator[Edit]:
        end = last.whole.end
        trailing = self._comma_after(end)
        line_end = self._rest_of_line_end(end) if self._starts_line(last) else None
        if trailing is not None and line_end is None:
            yield Edit(Span(trailing, trailing), "".join(comma + gap + body for body in bodies))
        elif trailing is not None and line_end is not None:
            yield Edit(Span(line_end, line_end), "".join(gap + body + comma for body in bodies))
        elif line_end is not None and line_end > end:
            yield Edit(Span(end, end), comma)
            yield Edit(Span(line_end, line_end), (comma + gap).join(["", *bodies])[len(comma) :])
        else:
            yield Edit(Span(end, end), "".join(comma + gap + body for body in bodies))

    def _body(self, like: Slot, text: str) -> str:
        """A new pin written like its neighbour, attributes, quotes and all."""
        if like.is_own and len(like.parts) == 1:
            span = like.parts[0].span
            return self.content[like.whole.start : span.start] + text + self.content[span.end : like.whole.end]
        return self.pins.before + text + self.pins.after

    def _gap(self, like: Slot) -> str:
        if self.pins.gap:
            return self.pins.gap
        if not self._starts_line(like):
            return " " if self.pins.has_commas else ""
        return self._line_end(like.whole.start) + self._indent(like.whole.start)

    def _removed(self, removed: Sequence[int]) -> Iterator[Edit]:
        slots = self.pins.slots
        for index in removed:
            yield from self._without(slots[index])
        last = len(slots) - 1
        if not self.pins.has_commas or last not in removed or self._comma_after(slots[last].whole.end) is not None:
            return
        kept = [index for index in range(len(slots)) if index not in set(removed)]
        comma = self._comma_after(slots[kept[-1]].whole.end if kept else self.pins.opening)
        if comma is not None:
            blank = _INDENT.match(self.content, comma + 1)
            end = blank.end() if blank else comma + 1
            is_followed = any(slots[index].whole.start == end for index in removed)
            yield Edit(Span(comma, end if is_followed else comma + 1), "")

    def _without(self, slot: Slot) -> Iterator[Edit]:
        """The pin goes with the comma behind it, and its line when nothing else is on it; comments stay."""
        if not slot.is_removable:
            raise PinError(
                "The pin comes from an expression that gives several pins. Edit the file by hand.",
                self.text.place(slot.whole.start),
                code="not_writable",
            )
        start, end = self._with_gap(slot.whole)
        comma = self._comma_after(end) if self.pins.has_commas else None
        if comma is not None and not self.content[end:comma].strip():
            end = comma + 1
        elif comma is not None:
            yield Edit(Span(comma, comma + 1), "")
        yield Edit(self._widened(Span(start, end)), "")

    def _with_gap(self, whole: Span) -> Span:
        """The pin and the gap behind it, or before it where it is the last."""
        gap = self.pins.gap
        if gap and self.content.startswith(gap, whole.end):
            return Span(whole.start, whole.end + len(gap))
        if gap and self.content.endswith(gap, 0, whole.start):
            return Span(whole.start - len(gap), whole.end)
        return whole

    def _widened(self, span: Span) -> Span:
        line_start = self._line_start(span.start)
        is_first = not self.content[line_start : span.start].strip(" \t")
        blank = _INDENT.match(self.content, span.end)
        end = blank.end() if blank else span.end
        line_end = _LINE_END.match(self.content, end)
        if is_first and line_end:
            return Span(line_start, line_end.end())
        if is_first and end < len(self.content):
            return Span(span.start, end)
        start = span.start
        if self.content[end : end + 1] in ("", "\r", "\n", ")", "]", "}"):
            while start > line_start and self.content[start - 1] in " \t":
                start -= 1
        return Span(start, end)

    def _comma_after(self, offset: int) -> int | None:
        if not self.pins.has_commas:
            return None
        found = _SKIP.match(self.content, offset)
        at = found.end() if found else offset
        return at if self.content[at : at + 1] == "," else None

    def _line_start(self, offset: int) -> int:
        return max(self.content.rfind("\n", 0, offset), self.content.rfind("\r", 0, offset)) + 1

    def _indent(self, offset: int) -> str:
        found = _INDENT.match(self.content, self._line_start(offset))
        return found[0] if found else ""

    def _starts_line(self, slot: Slot) -> bool:
        start = self._line_start(slot.whole.start)
        is_first = not self.content[start : slot.whole.start].strip(" \t")
        return is_first and (start > 0 or self.pins.has_lines)

    def _rest_of_line_end(self, offset: int) -> int | None:
        """The end of the line when only a comma and a comment follow, None when there is more."""
        found = _REST_OF_LINE.match(self.content, offset)
        at = found.end() if found else offset
        return at if at == len(self.content) or self.content[at] in "\r\n" else None

    def _line_end(self, offset: int) -> str:
        """The line end in use just before `offset`; the first line has that of its own end."""
        start = self._line_start(offset)
        if start == 0:
            first = _LINE_END.search(self.content)
            return first[0] if first else "\n"
        return "\r\n" if self.content[:start].endswith("\r\n") else self.content[start - 1 : start]
