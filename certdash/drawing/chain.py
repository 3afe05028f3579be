"""The chain drawing: what is served now, the pins, what comes next, and which of them match."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

HEAD, NODE, STEP, TOP = 20, 40, 67, 30
MOST_PINS = 5
# Widths of an average character: the title at 12 px and weight 550, the note at 11 px.
CHARACTER, SMALL_CHARACTER, LEAST_NOTE, LEAST_END = 6.4, 5.2, 7, 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """A node of a path: its role, the first characters of its key, one word beside, and what identifies it.

    `is_compared` is false in a chain that leads to no root: it is refused before any pin is looked at.
    """

    role: str
    short: str
    note: str
    digests: frozenset[bytes] = frozenset()
    is_compared: bool = True


@dataclass(frozen=True, slots=True)
class Pin:
    short: str
    note: str
    digest: bytes | None = None
    is_dead: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    x: int
    y: int
    width: int
    title: str
    short: str
    note: str
    style: str


@dataclass(frozen=True, slots=True)
class Line:
    """A match is straight and has a dot at both ends; a miss is a curve that ends in a cross."""

    path: str
    x1: int
    y1: int
    x2: int
    y2: int
    is_match: bool


@dataclass(frozen=True, slots=True)
class Stem:
    x: int
    y1: int
    y2: int


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    stems: tuple[Stem, ...]
    words: str
    result: str
    result_x: int
    result_y: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    now: Sequence[Certificate]
    pins: Sequence[Pin]
    next: Sequence[Certificate]


def draw(columns: Columns, width: int, *, heads: tuple[str, str, str], verdict: str) -> Drawing:
    """`verdict` colours the leaf that no pin fits; the one of now only where it fails already.

    All lengths are CSS pixels at this width.
    """
    node = (width - 2 * (width // 10)) // 3
    xs = (1, (width - node) // 2, width - node - 1)
    pins = _shown(columns)
    result = _result(columns.next, pins)
    rows = max(len(columns.now), len(pins) + bool(result), len(columns.next), 2)
    height = TOP + STEP * (rows - 1) + NODE + 6
    fits_now, fits_next = (any(_fits(pin, one) for pin in pins for one in path) for path in (columns.now, columns.next))
    fails_now = verdict if verdict == "failing" and not fits_now else ""
    nodes = [
        *(
            _certificate(one, at, xs[0], node, _style(one, pins, "" if at else fails_now))
            for at, one in enumerate(columns.now)
        ),
        *(_pin(one, at, xs[1], node) for at, one in enumerate(pins)),
        *(
            _certificate(one, at, xs[2], node, _style(one, pins, "" if fits_next or at else verdict))
            for at, one in enumerate(columns.next)
        ),
    ]
    lines = [*_matches_left(columns.now, pins, xs, node), *_right(pins, columns.next, xs, node)]
    stems = [*_stems(columns.now, xs[0], node), *_stems(columns.next, xs[2], node)]
    return Drawing(
        width,
        height,
        tuple(zip(xs, heads, strict=True)),
        tuple(nodes),
        tuple(lines),
        tuple(stems),
        _words(columns, pins),
        result,
        xs[1] + node // 2,
        _y(len(pins)) + 20,
        len(columns.pins) - len(pins),
    )


def _shown(columns: Columns) -> list[Pin]:
    """Pins that fit come before those that do not, when there is no room for all; each keeps its number."""
    numbered = [replace(pin, number=at) for at, pin in enumerate(columns.pins, 1)]
    path = (*columns.now, *columns.next)
    chosen = sorted(numbered, key=lambda pin: (not any(_fits(pin, one) for one in path), pin.number))[:MOST_PINS]
    return sorted(chosen, key=lambda pin: pin.number)


def _result(after: Sequence[Certificate], pins: Sequence[Pin]) -> str:
    """What stands below the pins; nothing where one fits."""
    if not after or not pins or any(_fits(pin, one) for pin in pins for one in after):
        return ""
    return "matches none" if any(one.is_compared for one in after) else "not compared"


def _fits(pin: Pin, certificate: Certificate) -> bool:
    return certificate.is_compared and not pin.is_dead and pin.digest is not None and pin.digest in certificate.digests


def _y(at: int) -> int:
    return TOP + at * STEP


def _style(one: Certificate, pins: Sequence[Pin], otherwise: str) -> str:
    if any(_fits(pin, one) for pin in pins):
        return "on v-ready"
    return f"on v-{otherwise}" if otherwise else "" if one.digests else "none"


def _certificate(one: Certificate, at: int, x: int, width: int, style: str) -> Node:
    return Node(x, _y(at), width, one.role, one.short, _note(one.note, one.role, width), style)


def _pin(pin: Pin, at: int, x: int, width: int) -> Node:
    title = f"Pin {pin.number}"
    return Node(x, _y(at), width, title, pin.short, _note(pin.note, title, width), "dead" if pin.is_dead else "pin")


def _note(note: str, title: str, width: int) -> str:
    """As much as fits beside the title: the last of several words, in which authorities differ, of one its start.

    A stump that says nothing is left out.
    """
    room = int((width - 26 - len(title) * CHARACTER) / SMALL_CHARACTER)
    if len(note) <= room:
        return note
    words = note.split()
    if len(words) > 1:
        ends = (" ".join(words[at:]) for at in range(1, len(words)))
        return next((one for one in ends if LEAST_END <= len(one) <= room and not one.startswith("of ")), "")
    return f"{note[: room - 1]}…" if room >= LEAST_NOTE else ""


def _matches_left(now: Sequence[Certificate], pins: Sequence[Pin], xs: Sequence[int], width: int) -> list[Line]:
    return [
        _line(xs[0] + width, _y(row), xs[1], _y(place), is_match=True)
        for row, one in enumerate(now)
        for place, pin in enumerate(pins)
        if _fits(pin, one)
    ]


def _right(pins: Sequence[Pin], after: Sequence[Certificate], xs: Sequence[int], width: int) -> list[Line]:
    """Where no pin fits, the first live one reaches for every certificate and misses."""
    start = xs[1] + width
    matches = [
        _line(start, _y(place), xs[2], _y(row), is_match=True)
        for place, pin in enumerate(pins)
        for row, one in enumerate(after)
        if _fits(pin, one)
    ]
    alive = next((place for place, pin in enumerate(pins) if not pin.is_dead), None)
    if matches or alive is None or not any(one.is_compared for one in after):
        return matches
    return [_line(start, _y(alive), xs[2], _y(row), is_match=False) for row in range(len(after))]


def _line(x1: int, y1: int, x2: int, y2: int, *, is_match: bool) -> Line:
    y1, y2 = y1 + NODE // 2, y2 + NODE // 2
    middle = (x1 + x2) // 2
    end = x2 if is_match else x2 - 6
    return Line(f"M{x1} {y1}C{middle} {y1} {middle} {y2} {end} {y2}", x1, y1, end, y2, is_match)


def _stems(path: Sequence[Certificate], x: int, width: int) -> list[Stem]:
    return [Stem(x + 14, _y(at) + NODE, _y(at + 1)) for at in range(len(path) - 1)]


def _words(columns: Columns, pins: Sequence[Pin]) -> str:
    """The drawing for those who do not see it."""
    said = [_fit_words(pin, columns) for pin in pins]
    return " ".join(said) or "There is no pin for this host."


def _fit_words(pin: Pin, columns: Columns) -> str:
    now = [one.role.lower() for one in columns.now if _fits(pin, one)]
    after = [one.role.lower() for one in columns.next if _fits(pin, one)]
    return f"Pin {pin.number} matches now: {', '.join(now) or 'nothing'}; next: {', '.join(after) or 'nothing'}."
