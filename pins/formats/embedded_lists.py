"""Lists of pins in XML that stands inside a JSON text: the same layout, with spans of the file and its escapes."""

from dataclasses import replace

from pins.formats.layout import ExpiryLayout, Hole, Part, PinList, Slot
from pins.reading import Span
from pins.reading.embedded import EmbeddedText, escaped


def in_file(text: EmbeddedText, pins: PinList) -> PinList:
    """`pins` as read from `text`, with everything where it stands in the file around it."""
    return replace(
        pins,
        slots=tuple(_slot(text, one) for one in pins.slots),
        hole=_hole(text, pins.hole),
        opening=text.offsets[pins.opening],
        before=escaped(pins.before),
        after=escaped(pins.after),
        expiry=_expiry(text, pins.expiry) if pins.expiry else None,
        gap=_gap(text, pins),
    )


def _slot(text: EmbeddedText, slot: Slot) -> Slot:
    parts = tuple(Part(text.outer_span(part.span), part.value) for part in slot.parts)
    return replace(slot, whole=text.outer_span(slot.whole), parts=parts)


def _hole(text: EmbeddedText, hole: Hole) -> Hole:
    return Hole(text.outer_span(hole.span), escaped(hole.before), escaped(hole.joint), escaped(hole.after))


def _expiry(text: EmbeddedText, expiry: ExpiryLayout) -> ExpiryLayout:
    inner, whole = (one and text.outer_span(one) for one in (expiry.inner, expiry.whole))
    return ExpiryLayout(inner, whole, text.offsets[expiry.insert_at], escaped(expiry.before), escaped(expiry.after))


def _gap(text: EmbeddedText, pins: PinList) -> str:
    """What stands between the first two pins; before the only one where there is no second."""
    if len(pins.slots) > 1:
        between = Span(pins.slots[0].whole.end, pins.slots[1].whole.start)
    elif pins.slots:
        between = Span(pins.opening, pins.slots[0].whole.start)
    else:
        return ""
    return text.outer.cut(text.outer_span(between)) if not text.cut(between).strip() else ""
