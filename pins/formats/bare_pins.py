"""Pins that a file writes as bare base64 texts of its own dialect, and the lists of them."""

from collections.abc import Iterable
from typing import NamedTuple

from pins.formats.layout import ExpiryLayout, PinList, Slot
from pins.formats.properties import Property
from pins.notations import pin_problem
from pins.pinset import Pin, PinKind

_PREFIXES = ("sha256/", "sha1/", "sha256:", "pin-sha256")


class Notation(NamedTuple):
    """How a new pin is written where no neighbour shows it, and an end where there is none (empty: it is not)."""

    before: str
    after: str
    has_commas: bool
    before_end: str = ""


def bare_pin(value: Property, digest: bytes | None) -> Pin:
    """`digest` is what the client decodes; a value that only running tells is kept as it stands."""
    text = value.text
    if value.why_open:
        return Pin(text[:200], PinKind.SPKI_SHA256, None, value.place, "unresolved_code")
    if text.lower().startswith(_PREFIXES):
        return Pin(text, PinKind.SPKI_SHA256, digest, value.place, "wrong_prefix")
    problem = pin_problem(text, digest, PinKind.SPKI_SHA256) if text else "wrong_length"
    return Pin(text, PinKind.SPKI_SHA256, digest, value.place, problem)


def list_layout(
    array: Property, slots: Iterable[Slot], notation: Notation, expiry: ExpiryLayout | None = None
) -> PinList | None:
    """None where the array stands in no text that could be written."""
    if array.hole is None:
        return None
    return PinList(
        slots=tuple(slots),
        hole=array.hole,
        opening=array.opening,
        before=notation.before,
        after=notation.after,
        has_commas=notation.has_commas,
        expiry=expiry,
    )
