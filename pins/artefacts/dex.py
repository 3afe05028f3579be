"""Pins among the strings of compiled Android code. Their hosts are other strings, and only the code joins the two.

A string of the pool is its length, its characters and a zero byte, so that whole strings are found without reading the
rest of the file. Source: AOSP dex-format, string_data_item.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pins.encodings import decode_okio
from pins.errors import Place
from pins.notations import pin_problem
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet
from pins.reading import MAXIMUM_PINS

FORMAT = "okhttp_source"
MAGIC = b"dex\n"

_PREFIXES = (b"sha256/", b"sha1/")
_PIN = re.compile(rb"(?:sha256|sha1)/[A-Za-z0-9+/_-]{27,86}={0,2}(?=\0)")
_LONGEST = 128  # more than a pin, its length in front and the zero behind; a longer string has two bytes of length


def pin_strings(chunks: Iterable[bytes]) -> Iterator[str]:
    """Every string that is a pin from end to end, in the order of the file."""
    kept = b""
    for chunk in chunks:
        window = kept + chunk
        if any(prefix in window for prefix in _PREFIXES):
            yield from _in_window(window, len(kept))
        kept = window[-_LONGEST:]


def _in_window(window: bytes, seen: int) -> Iterator[str]:
    for found in _PIN.finditer(window):
        is_new = found.end() >= seen
        is_whole = found.start() > 0 and window[found.start() - 1] == found.end() - found.start()
        if is_new and is_whole:
            yield found[0].decode()


def pins_of_code(strings: Mapping[str, str]) -> PinSet:
    """`strings`: each pin with the member that holds it first.

    Which host each is for is not known, so that the set stands for every host and is not complete: a decision can rest
    on a pin that matches, and never on one that is missing.
    """
    pins = tuple(_pin(text, Place(path=member)) for text, member in list(strings.items())[:MAXIMUM_PINS])
    rule = PinRule(EVERY_HOST, pins[0].place, pins, is_for_every_host=True)
    return PinSet(FORMAT, b"", (rule,), is_complete=False, client_kinds=frozenset({"okhttp"}))


def _pin(text: str, place: Place) -> Pin:
    kind = PinKind.SPKI_SHA1 if text.startswith("sha1/") else PinKind.SPKI_SHA256
    body = text.partition("/")[2]
    digest = decode_okio(body)
    return Pin(text, kind, digest, place, pin_problem(body, digest, kind))
