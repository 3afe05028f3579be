"""Lists of pins in JSON, as their writer needs them."""

from collections.abc import Sequence

from pins.formats.layout import ExpiryLayout, Hole, Part, PinList, Slot
from pins.reading import Span, Text
from pins.reading.json_text import Array, String


def json_list(text: Text, array: Array, pins: Sequence[String], *, expiry: ExpiryLayout | None = None) -> PinList:
    """The layout of `pins`, which are members of `array`."""
    inner = array.span.start + 1
    blank = not text.content[inner : array.span.end - 1].strip()
    hole = Hole(Span(inner, array.span.end - 1 if blank else inner), "", ", ", "")
    slots = tuple(Slot(one.span, (Part(Span(one.span.start + 1, one.span.end - 1), one.value),)) for one in pins)
    return PinList(slots, hole, inner, before='"', after='"', has_commas=True, expiry=expiry)
