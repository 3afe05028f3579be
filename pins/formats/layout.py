"""Where the pins of a file stand: what a dialect's reader hands to the writer beside the pin set itself."""

from dataclasses import dataclass
from typing import NamedTuple

from pins.pinset import PinSet
from pins.reading import Span, Text


class Part(NamedTuple):
    """A stretch of source that holds a pin's text, or a part of it, just as it is; several pins may share one."""

    span: Span
    value: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One pin in its list. `whole` goes when the pin goes; without `parts` the pin cannot be rewritten, only removed.

    `is_removable` False: several pins come from one expression. `is_own`: nothing outside `whole` spells the pin.
    """

    whole: Span
    parts: tuple[Part, ...]
    is_removable: bool = True
    is_own: bool = True


class Hole(NamedTuple):
    """Where and how the first pins of an empty list are written."""

    span: Span
    before: str
    joint: str
    after: str


class ExpiryLayout(NamedTuple):
    """What ends a rule: its value and the whole of it, None where there is none, where one fits, and how it begins."""

    inner: Span | None
    whole: Span | None
    insert_at: int
    before: str = ' expiration="'
    after: str = '"'


@dataclass(frozen=True, slots=True)
class PinList:
    """A list of pins as the file has it. `before` and `after` surround a new pin where no neighbour shows how.

    `opening` is where the list begins: a comma behind it belongs to the first pin. `gap` is what stands between two
    pins where the lines of the file do not tell, as in XML that stands inside a JSON text. `has_lines`: every pin has
    a line of its own, the first of the file too.
    """

    slots: tuple[Slot, ...]
    hole: Hole
    opening: int
    before: str
    after: str
    has_commas: bool
    expiry: ExpiryLayout | None = None
    gap: str = ""
    has_lines: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A pin set with its layout: `list_of_rule` gives for each rule the index of its list, None where it has none.

    `unwritable`: why no file of this kind is ever written, and what to do instead.
    `why_closed` says, in sentences for people, why rules without a list cannot be written.
    """

    text: Text
    pin_set: PinSet
    lists: tuple[PinList, ...]
    list_of_rule: tuple[int | None, ...]
    unwritable: str = ""
    why_closed: str = ""

    def sharers(self, index: int) -> tuple[int, ...]:
        """Every rule that has the same list as rule `index`."""
        own = self.list_of_rule[index]
        return tuple(rule for rule, one in enumerate(self.list_of_rule) if one == own)
