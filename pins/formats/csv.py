"""A table of hosts and pins, one pair a row; it belongs to no client."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pins.errors import PinError, Place
from pins.formats import neutral
from pins.formats.layout import Document, Hole, Part, PinList, Slot
from pins.formats.table import DELIMITERS, Cell, Row, rows
from pins.notations import normalise_token
from pins.pinset import Expiration, Pin, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_NODES, MAXIMUM_PINS, Span, Text, read_text

FORMAT = "csv"
_LOOKED_AT = 50
_NAMES = {
    "host": frozenset({"host", "hosts", "hostname", "domain", "fqdn", "server", "url", "pattern"}),
    "subdomains": frozenset({"includesubdomains", "subdomains", "includesubdomain", "includessubdomains"}),
    "expires": frozenset({"expires", "expiration", "expirationdate", "expiry", "validuntil", "until"}),
}
_PIN_NAME = re.compile(r"(?:.*(?:pin|hash|fingerprint|thumbprint|spki)s?|sha(?:256|1)(?:base64|hex)?|publickey)\d*")
_NO_HOST = frozenset("/: ?#@")
_HOST = re.compile(r"(?:\*\*?\.)?[\w-]+(?:\.[\w-]+)+\.?|localhost|[\w.-]+:\d+|https?://\S+")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "no", "n", "0", ""), False),
}
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ].*)?")
_PIECE = re.compile(r"[^\s|;,]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell means what; `pins` None: any that holds one."""

    host: int | None = None
    pins: tuple[int, ...] | None = None
    subdomains: int | None = None
    expires: int | None = None
    is_named: bool = False

    @property
    def read(self) -> frozenset[int]:
        found = {*(self.pins or ()), self.host, self.subdomains, self.expires}
        return frozenset(one for one in found if one is not None)


@dataclass(slots=True)
class _Host:
    """What the rows of one host say together."""

    pattern: str
    place: Place
    include_subdomains: bool
    expiration: Expiration | None
    pins: list[Pin] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)


def looks_like(text: Text) -> bool:
    return _delimiter(text) is not None


def read(source: bytes) -> Document:
    text = read_text(source)
    delimiter = _delimiter(text) or ","
    return _Reader(text).document(_bounded(text, rows(text, delimiter)))


def _bounded(text: Text, found: Iterable[Row]) -> list[Row]:
    """A table of some hundred thousand cells is another one than that of an app's pins."""
    kept: list[Row] = []
    count = 0
    for row in found:
        kept.append(row)
        count += len(row.cells) + 1
        if count > MAXIMUM_NODES:
            raise _too_large(text, row)
    return kept


def _too_large(text: Text, row: Row) -> PinError:
    return PinError(
        f"The table has more than {MAXIMUM_PINS:,} pins or {MAXIMUM_NODES:,} cells; no app needs that. Check that it "
        "is the right file.",
        text.place(row.span.start),
        code="too_large",
    )


def _delimiter(text: Text) -> str | None:
    """The one that makes most of the first rows, and at least half of them, a host beside a pin."""
    counts = {one: _pair_count(list(_head(text, one))) for one in DELIMITERS}
    best = max(DELIMITERS, key=lambda one: counts[one])
    return best if counts[best] else None


def _pair_count(head: list[Row]) -> int:
    """A first row with the names of columns vouches for damaged pins below it."""
    is_named = bool(head) and _columns(head[0]).is_named
    pairs = sum(map(_has_pair, head))
    return pairs + is_named if is_named or 2 * pairs >= len(head) else 0


def _head(text: Text, delimiter: str) -> Iterator[Row]:
    for number, row in enumerate(rows(text, delimiter)):
        if number >= _LOOKED_AT:
            return
        yield row


def _has_pair(row: Row) -> bool:
    return any(_HOST.fullmatch(one.value) for one in row.cells) and any(_is_pin(one) for one in row.cells)


def _is_pin(cell: Cell) -> bool:
    return any(len(one) >= 27 and normalise_token(one) for one in (cell.value, *_PIECE.findall(cell.value)))


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._hosts: dict[str, _Host] = {}
        self._unknown: set[int] = set()
        self._pin_count = 0

    def document(self, all_rows: list[Row]) -> Document:
        columns = _columns(all_rows[0]) if all_rows else Columns()
        if columns.is_named:
            self._note_unknown(all_rows[0], columns, "is not one that is known")
        for row in all_rows[1:] if columns.is_named else all_rows:
            self._row(row, columns)
        if not self._hosts:
            raise self._without_pairs()
        rules = tuple(
            PinRule(one.pattern, one.place, tuple(one.pins), one.include_subdomains, one.expiration)
            for one in self._hosts.values()
        )
        kinds, left_out = neutral.addressed(rules)
        problems = tuple(sorted((*left_out, *self._problems), key=lambda one: one.place.line or 0))
        source = self.text.encode(self.text.content)
        pin_set = PinSet(FORMAT, source, rules, problems, client_kinds=kinds)
        lists = tuple(_layout(tuple(one.slots)) for one in self._hosts.values())
        return Document(self.text, pin_set, lists, tuple(range(len(rules))))

    def _without_pairs(self) -> PinError:
        """Nobody pins nothing: such a file is some other one."""
        what = "No row of this table has both a host and a pin, so it is no list of pins."
        place = self._problems[0].place if self._problems else None
        return PinError(f"{what} Write rows such as api.example.com,sha256/….", place, code="wrong_format")

    def _row(self, row: Row, columns: Columns) -> None:
        if not row.is_whole:
            self._unreadable(row, "is too long or has a quoted cell without an end")
            return
        is_named = columns.is_named
        columns = columns if is_named else _by_content(row)
        host = _cell(row, columns.host)
        if host is None or not host.value:
            self._unreadable(row, "names no host")
            return
        if not is_named:
            self._note_unknown(row, columns, "has no name: the first row does not say what it means")
        pins = list(self._pins(row, columns))
        if not pins:
            self._unreadable(row, f"has no pin for {host.value}")
            return
        self._add(host, self._policy(row, columns, host), pins, row)

    def _pins(self, row: Row, columns: Columns) -> Iterator[tuple[Pin, Span]]:
        for cell in (_cell(row, one) for one in columns.pins or ()):
            if cell is None or not cell.value:
                continue
            for span in self._spans(cell):
                place = self.text.place(span.start)
                yield neutral.read_pin(self.text.cut(span), place) or neutral.dead_pin(self.text.cut(span), place), span

    def _spans(self, cell: Cell) -> list[Span]:
        """One pin, which may be hex with blanks, or several with blanks or marks between them."""
        if normalise_token(cell.value):
            return [cell.span]
        return [Span(*one.span()) for one in _PIECE.finditer(self.text.content, *cell.span)]

    def _policy(self, row: Row, columns: Columns, host: Cell) -> _Host:
        return _Host(
            host.value,
            self.text.place(host.span.start),
            self._boolean(_cell(row, columns.subdomains)),
            self._expiration(_cell(row, columns.expires)),
        )

    def _add(self, host: Cell, policy: _Host, pins: list[tuple[Pin, Span]], row: Row) -> None:
        known = self._hosts.setdefault(host.value.lower(), policy)
        if known is policy:
            self._check_host(host)
        elif _said(known) != _said(policy):
            what = f"This row says otherwise about {known.pattern} than an earlier one, which counts."
            self._note("rows_differ", f"{what} Write the same in every row of the host.", row.span.start)
        known.pins += [pin for pin, _ in pins]
        known.slots += [Slot(row.span if len(pins) == 1 else span, (Part(span, pin.text),)) for pin, span in pins]
        self._pin_count += len(pins)
        if self._pin_count > MAXIMUM_PINS:
            raise _too_large(self.text, row)

    def _check_host(self, host: Cell) -> None:
        name, at = host.value, host.span.start
        if "*" in name:
            what = f"Only OkHttp gives the star in {name} a meaning; for every other client it covers no host."
            self._note("wildcard_ignored", f"{what} Write the bare domain and true under include_subdomains.", at)
        elif not _NO_HOST.isdisjoint(name):
            self._note("not_a_host", f"“{name}” is more than a host name. Write the host name alone.", at)

    def _boolean(self, cell: Cell | None) -> bool:
        if cell is None:
            return False
        if cell.value.lower() not in _BOOLEANS:
            what = f"“{cell.value[:50]}” is neither true nor false, so subdomains are not included."
            self._note("unreadable_cell", f"{what} Write true or false.", cell.span.start)
        return _BOOLEANS.get(cell.value.lower(), False)

    def _expiration(self, cell: Cell | None) -> Expiration | None:
        if cell is None or not cell.value:
            return None
        found = _DATE.fullmatch(cell.value)
        day = _day(found[1]) if found else None
        if day is None:
            what = f"“{cell.value[:50]}” is no date that is understood, so the pins are taken to hold for ever."
            self._note("unreadable_cell", f"{what} Write year-month-day: 2027-01-31.", cell.span.start)
            return None
        return Expiration(cell.value, day)

    def _note_unknown(self, row: Row, columns: Columns, why: str) -> None:
        for index, cell in enumerate(row.cells):
            if cell.value and index not in columns.read and index not in self._unknown:
                self._unknown.add(index)
                what = f"Column {index + 1} (“{cell.value[:50]}”) {why}, so it is not read."
                known = "Known names are host, pin, include_subdomains and expires."
                self._note("unknown_column", f"{what} {known}", cell.span.start)

    def _unreadable(self, row: Row, why: str) -> None:
        what = f"“{self.text.cut(row.span)[:100]}” {why}, so this row is left out."
        self._note("unreadable_line", f"{what} Write a host and a pin.", row.span.start)

    def _note(self, code: str, what: str, offset: int) -> None:
        self._problems.append(Problem(code, what, self.text.place(offset)))


def _columns(first: Row) -> Columns:
    """By the names in the first row, where it has some and no pin."""
    names = [re.sub(r"[^a-z0-9]", "", one.value.lower()) for one in first.cells]
    if any(_is_pin(one) for one in first.cells):
        return Columns()
    pins = tuple(index for index, name in enumerate(names) if _PIN_NAME.fullmatch(name))
    host = _index(names, _NAMES["host"])
    if host is None or not pins:
        return Columns()
    return Columns(host, pins, _index(names, _NAMES["subdomains"]), _index(names, _NAMES["expires"]), is_named=True)


def _by_content(row: Row) -> Columns:
    """Without names only hosts and pins can be told from each other."""
    pins = tuple(index for index, cell in enumerate(row.cells) if _is_pin(cell) or _is_damaged(cell))
    hosts = (index for index, cell in enumerate(row.cells) if index not in pins and _HOST.fullmatch(cell.value))
    return Columns(next(hosts, None), pins)


def _is_damaged(cell: Cell) -> bool:
    return not _HOST.fullmatch(cell.value) and neutral.is_like_a_hash(cell.value)


def _index(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    return next((index for index, name in enumerate(names) if name in set(wanted)), None)


def _cell(row: Row, index: int | None) -> Cell | None:
    return row.cells[index] if index is not None and index < len(row.cells) else None


def _said(one: _Host) -> tuple[object, ...]:
    return one.include_subdomains, one.expiration


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _layout(slots: tuple[Slot, ...]) -> PinList:
    end = slots[-1].whole.end
    return PinList(slots, Hole(Span(end, end), "", "", ""), 0, before="", after="", has_commas=False, has_lines=True)
