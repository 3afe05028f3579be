"""The lines of a pin file with what is wrong at each: the problems of its reader and what becomes of its pins."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from certdash.queries.formatting import counted
from certdash.queries.uploads.keys import PinView
from pins.errors import PinError
from pins.findings import CATALOGUE
from pins.findings.keys import KEYS
from pins.pinset import Problem
from pins.reading import read_text
from pins.verdict import Value

MAXIMUM_LINES = 1500
MAXIMUM_WIDTH = 400
AROUND = 3
SEVERITIES = {"error": Value.FAILING, "warning": Value.AT_RISK, "info": Value.UNKNOWN}
# Their sentences in the catalogue are shorter than those of the linter, which repeat the pin that stands above them.
PIN_CODES = frozenset(kind.code for kind in KEYS)
TALLY = {
    Value.FAILING: ("error", "errors"),
    Value.WILL_FAIL: ("stops at rotation", "stop at rotation"),
    Value.AT_RISK: ("warning", "warnings"),
    Value.UNPROTECTED: ("fails open", "fail open"),
    Value.UNKNOWN: ("open question", "open questions"),
    Value.READY: ("key that leaves is covered", "keys that leave are covered"),
}
_LINE_END = re.compile(r"\r\n|\r|\n")
_TAG = re.compile(r"(<!--.*?-->|<\?[\w-]+|</?[\w:-]+|[?/]?>)")


@dataclass(frozen=True, slots=True)
class Note:
    """`title` names the cause, `text` the consequence, `remedy` what to do; `code` is that of a finding."""

    line: int | None
    value: Value
    title: str
    text: str
    remedy: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_markup: bool


@dataclass(frozen=True, slots=True)
class Line:
    """`value` is that of its worst note; `gap` counts the lines left out before it."""

    number: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    value: str
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    value: str
    text: str


def problem_note(problem: Problem) -> Note:
    kind = CATALOGUE.get(problem.code)
    if kind is None:
        return Note(problem.place.line, Value.AT_RISK, "", problem.message)
    value = Value.FAILING if problem.is_refused else SEVERITIES[kind.severity]
    if problem.code == "pin_set_expires":
        value = Value.UNPROTECTED
    text = kind.why if problem.code in PIN_CODES else problem.message
    return Note(problem.place.line, value, kind.title, text, kind.remedy)


def refusal_note(client: str, why: str, problems: Iterable[Problem]) -> Iterator[Note]:
    """What no line of the file is wrong for, and its client refuses it all the same."""
    if client and not any(problem.is_refused for problem in problems):
        yield Note(None, Value.FAILING, f"Refused by {client}", why)


def pin_note(pin: PinView, leaves: str, instead: str) -> Note | None:
    """What the reader cannot know: a key that goes, a key that nobody has ever seen, a hash of the wrong thing."""
    if pin.mistake:
        kind = CATALOGUE[pin.mistake]
        return Note(pin.line, Value.FAILING, pin.title, kind.why, kind.remedy)
    what = "certificate" if pin.is_certificate else "key"
    if pin.fate.code == "gone":
        title = f"Platform-owned {what} pinned" if pin.is_platform_key else pin.title
        new = f"the next key {instead[:8]}…" if instead and not pin.is_certificate else f"the next {what}"
        return Note(
            pin.line, Value.WILL_FAIL, title, f"It leaves {leaves}.", f"Keep {pin.short}… and add {new} beside it."
        )
    if pin.fate.code == "covered" and pin.is_platform_key:
        text = f"It leaves {leaves}, and another pin fits what comes."
        return Note(pin.line, Value.READY, f"Platform-owned {what}, covered", text)
    if pin.fate.code == "may_go":
        text = f"Some of the chains that may come next do not have this {what}."
        remedy = f"Register the next certificate, or pin a {what} that stays."
        return Note(pin.line, Value.AT_RISK, pin.title, text, remedy)
    if pin.fate.code in ("open", "neither") and pin.title == "Unknown key":
        text = "Register it as the backup key, or nobody can say that it will match."
        return Note(pin.line, Value.UNKNOWN, "Matches nothing ever seen", text, f"Register {pin.short}… or drop it.")
    return None


def distinct(notes: Iterable[Note]) -> tuple[Note, ...]:
    """One note for each title and line, the worst of them: a pin list can belong to several rules."""
    worst: dict[tuple[int | None, str], Note] = {}
    for note in notes:
        known = worst.setdefault((note.line, note.title), note)
        if note.value.badness < known.value.badness:
            worst[note.line, note.title] = note
    return tuple(sorted(worst.values(), key=lambda note: (note.line or 0, note.value.badness)))


def tally(notes: Iterable[Note]) -> tuple[Tally, ...]:
    counts: dict[Value, int] = defaultdict(int)
    for note in notes:
        counts[note.value] += 1
    return tuple(Tally(value.value, counted(counts[value], *TALLY[value])) for value in Value if counts[value])


def file_lines(source: bytes, notes: Sequence[Note], *, is_markup: bool) -> tuple[Line, ...]:
    """The whole file, or of a long one the neighbourhood of what was found."""
    texts = _LINE_END.split(_content(source))
    if texts and not texts[-1]:
        texts.pop()
    at: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        at[min(note.line or 0, len(texts))].append(note)
    found, last = [], 0
    for number in _shown(len(texts), at):
        found.append(_line(number, texts[number - 1], at.get(number, []), number - last - 1, is_markup))
        last = number
    return tuple(found)


def line_count(source: bytes) -> int:
    content = _content(source)
    return len(_LINE_END.split(content)) - (not content or content.endswith(("\n", "\r")))


def _content(source: bytes) -> str:
    """Nothing of a binary file, which has no lines to show."""
    try:
        return read_text(source).content
    except PinError:
        return ""


def _shown(count: int, at: Mapping[int, Sequence[Note]]) -> list[int]:
    if count <= MAXIMUM_LINES:
        return list(range(1, count + 1))
    near = {place for line in at for place in range(line - AROUND, line + AROUND + 1)} | set(range(1, 21))
    return sorted(place for place in near if 1 <= place <= count)[:MAXIMUM_LINES]


def _line(number: int, text: str, notes: Sequence[Note], gap: int, is_markup: bool) -> Line:
    cut = f"{text[:MAXIMUM_WIDTH]}…" if len(text) > MAXIMUM_WIDTH else text
    parts = _TAG.split(cut) if is_markup else [cut]
    pieces = tuple(Piece(part, index % 2 == 1) for index, part in enumerate(parts) if part)
    value = min((note.value for note in notes), key=lambda value: value.badness, default=None)
    return Line(number, pieces, tuple(notes), value.value if value else "", gap)
