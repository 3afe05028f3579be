"""What curl is told, whatever it is told in: the pins of one transfer, its addresses, and whether it validates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pins.encodings import decode_nsdata
from pins.notations import normalise_token, pin_problem
from pins.pinset import Pin, PinKind
from pins.reading import Span, Text

PREFIX = "sha256//"

_SPLIT = re.compile(";(?=sha256//)")  # vtls.c Curl_pin_peer_pubkey
_SEPARATORS = re.compile(r"[\s;,]")
_HASH = re.compile(r"(?i)sha-?(?:256|1)/|[\"'\s]")
_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[\w.\-]+)(?::\d+)?(?:[/?#].*)?", re.S
)


@dataclass(frozen=True, slots=True)
class Value:
    """An argument: None where only running tells it. `inner` is the stretch that spells it just as it is."""

    text: str | None
    span: Span
    inner: Span | None = None


@dataclass(slots=True)
class Transfer:
    """The options that hold together: those of one command up to `--next`, or of one handle."""

    pins: list[Value] = field(default_factory=list)
    addresses: list[Value] = field(default_factory=list)
    validates_peer: bool = True
    validates_name: bool = True
    loosened_at: int | None = None


def pins_of(value: Value, text: Text) -> Iterator[Pin]:
    """The pins that curl finds in the argument, in its own words; it splits at `;sha256//` and nowhere else."""
    place = text.place(value.span.start)
    if value.text is None:
        yield Pin(text.cut(value.span)[:200], PinKind.SPKI_SHA256, None, place, "unresolved_code")
    elif not value.text.startswith(PREFIX):
        is_meant_as_hash = not value.text or _HASH.search(value.text) or normalise_token(value.text)
        problem = "read_as_file_name" if is_meant_as_hash else "key_in_a_file"
        yield Pin(value.text, PinKind.SPKI_SHA256, None, place, problem)
    else:
        at = 0
        for segment in _SPLIT.split(value.text):
            spot = text.place(value.inner.start + at) if value.inner else place
            yield Pin(segment, PinKind.SPKI_SHA256, _digest(segment), spot, _problem(segment))
            at += len(segment) + 1


def host_of(address: Value) -> str | None:
    """The host of an address, None where it cannot be told: a variable, or several in braces."""
    found = _ADDRESS.fullmatch(address.text or "")
    return found[1].strip("[]") if found else None


def is_address(text: str | None) -> bool:
    return text is not None and re.match(r"[A-Za-z][A-Za-z0-9+.\-]*://", text) is not None


def _digest(segment: str) -> bytes | None:
    return decode_nsdata(segment.removeprefix(PREFIX))


def _problem(segment: str) -> str | None:
    body = segment.removeprefix(PREFIX)
    if _SEPARATORS.search(body):
        return "unknown_separator"
    return pin_problem(body, _digest(segment), PinKind.SPKI_SHA256)
