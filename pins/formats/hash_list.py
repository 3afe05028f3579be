"""A bare list: one hash a line in any notation, with comments; it names no host and belongs to no client."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pins.errors import PinError, Place
from pins.formats import neutral
from pins.formats.layout import Document, Hole, Part, PinList, Slot
from pins.pinset import EVERY_HOST, Pin, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Span, Text, read_text

FORMAT = "hash_list"
_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"(?:(?<=\s)|^)(?:#|//).*")
_BULLET = re.compile(r"[-*•]\s+")
_PIECE = re.compile(r"[^;,]+")
_LOOKED_AT = 200
_DAMAGED = frozenset({"not_base64", "wrong_length"})
_EDGE = ",; \t[]"  # brackets: a list in JSON or in code
_CLOSED = "The list stands in brackets. Change it by hand."
_QUOTES = ('"', "'", "`")


@dataclass(frozen=True, slots=True)
class _Found:
    """A pin, its text and all that goes with it: bullet, quotes and comma."""

    pin: Pin
    whole: Span
    span: Span


def looks_like(text: Text) -> bool:
    """At least half of the lines are hashes, and not all of them damaged: a long word may look like a damaged one."""
    lines = [_on_line(text, one) for one in islice(_lines(text), _LOOKED_AT)]
    is_whole = any(one.pin.problem not in _DAMAGED for line in lines for one in line)
    return is_whole and 2 * sum(map(bool, lines)) >= len(lines)


def read(source: bytes) -> Document:
    text = read_text(source)
    found: list[_Found] = []
    problems: list[Problem] = []
    for line in _lines(text):
        pins = _on_line(text, line)
        if not pins:
            problems.append(_unreadable(text, line))
        found += pins
        if len(found) + len(problems) > MAXIMUM_PINS:
            raise _too_many(text.place(line.start))
    place = found[0].pin.place if found else text.place(0)
    rule = PinRule(EVERY_HOST, place, tuple(one.pin for one in found), is_for_every_host=True)
    kinds, left_out = neutral.addressed([rule])
    pin_set = PinSet(FORMAT, source, (rule,), (*left_out, *problems), client_kinds=kinds)
    return Document(text, pin_set, (_layout(text, found),), (0,), _CLOSED if _is_array(text) else "")


def _lines(text: Text) -> Iterator[Span]:
    """What is written on each line, without its comment."""
    for line in _LINE.finditer(text.content):
        written = _COMMENT.sub("", line[0])
        start = line.start() + len(written) - len(written.lstrip())
        end = line.start() + len(written.rstrip())
        if start < end and written.strip(_EDGE):
            yield Span(start, end)


def _is_array(text: Text) -> bool:
    """What is added at the end would stand behind the bracket that closes the list."""
    return any("[" in _COMMENT.sub("", line[0]) for line in _LINE.finditer(text.content))


def _on_line(text: Text, line: Span) -> list[_Found]:
    """Several pins with commas or semicolons between them, or one; nothing where the line is none."""
    bullet = _BULLET.match(text.content, line.start, line.end)
    inner = Span(bullet.end() if bullet else line.start, line.end)
    several = _several(text, inner)
    if len(several) > 1:
        return several
    pin, span = _pin(text, inner)
    return [_Found(pin, line, span)] if pin else []


def _several(text: Text, line: Span) -> list[_Found]:
    """Nothing as soon as one piece of the line is no pin."""
    found: list[_Found] = []
    for piece in _PIECE.finditer(text.content, *line):
        if piece[0].strip(_EDGE):
            pin, span = _pin(text, Span(*piece.span()))
            if pin is None or len(found) > MAXIMUM_PINS:
                return []
            found.append(_Found(pin, span, span))
    return found


def _pin(text: Text, where: Span) -> tuple[Pin | None, Span]:
    start, end = where
    while start < end and text.content[start] in _EDGE:
        start += 1
    while start < end and text.content[end - 1] in _EDGE:
        end -= 1
    quote = text.content[start : start + 1]
    if quote in _QUOTES and end - start > 1:
        start, end = start + 1, end - (text.content[end - 1] == quote)
    return neutral.read_pin(text.content[start:end], text.place(start)), Span(start, end)


def _unreadable(text: Text, line: Span) -> Problem:
    what = f"“{text.cut(line)[:100]}” is no hash in any notation that is known, so this line is left out."
    return Problem(
        "unreadable_line", f"{what} Correct it, or make it a comment with # before it.", text.place(line.start)
    )


def _layout(text: Text, found: list[_Found]) -> PinList:
    end = len(text.content)
    line_end = "\r\n" if "\r\n" in text.content else "\n"
    before = "" if text.content.endswith(("\n", "\r")) else line_end
    return PinList(
        slots=tuple(Slot(one.whole, (Part(one.span, one.pin.text),)) for one in found),
        hole=Hole(Span(end, end), before, line_end, line_end),
        opening=0,
        before="",
        after="",
        has_commas=False,
        has_lines=True,
    )


def _too_many(place: Place) -> PinError:
    return PinError(
        f"The list has more than {MAXIMUM_PINS:,} lines; no app needs that. Check that it is the right file.",
        place,
        code="too_large",
    )
