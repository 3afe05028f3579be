"""Pins among the strings of compiled Android code. Their hosts are other strings, and only the code joins the two.

A string of the pool is its length, its characters and a zero byte, so that whole strings are found without reading the
rest of the file. Source: AOSP dex-format, string_data_item.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pins.artefacts.tree import broken
from pins.encodings import decode_okio
from pins.errors import Place
from pins.notations import pin_problem
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet

FORMAT = "okhttp_source"
MAGIC = b"dex\n"

MAXIMUM_CANDIDATES = 20_000
"""Places where a pin may begin, of a whole app; one has a few dozen."""

_PREFIXES = (b"sha256/", b"sha1/")
_PIN = re.compile(rb"sha(?:256|1)/[A-Za-z0-9+/_-]{27,86}={0,2}")
_LONGEST = 128  # more than a pin, its length in front and the zero behind; a longer string has two bytes of length


class Code:
    """The pins among the strings of one app's code, each with the member that has it first.

    `marked`: which of `marks` the code holds, and where first.
    """

    def __init__(self, marks: Iterable[bytes] = ()) -> None:
        self.strings: dict[str, str] = {}
        self.marked: dict[bytes, str] = {}
        self._marks = tuple(marks)
        self._left = MAXIMUM_CANDIDATES

    def search(self, chunks: Iterable[bytes], member: str) -> None:
        kept = b""
        for chunk in chunks:
            window = kept + chunk
            for mark in self._marks:
                if mark not in self.marked and mark in window:
                    self.marked[mark] = member
            for prefix in _PREFIXES:
                for text in self._in_window(window, prefix, len(kept)):
                    self.strings.setdefault(text, member)
            kept = window[-_LONGEST:]

    def _in_window(self, window: bytes, prefix: bytes, seen: int) -> Iterator[str]:
        """Whole strings that were not whole in the window before, of which the first `seen` bytes are left."""
        at = window.find(prefix)
        while at >= 0:
            self._left -= 1
            if self._left < 0:
                raise broken("holds more hashes than any app", code="oversized_member")
            end = at + window[at - 1] if at else 0
            if seen <= end < len(window) and window[end] == 0 and _PIN.fullmatch(window, at, end):
                yield window[at:end].decode()
            at = window.find(prefix, at + 1)


def pins_of_code(strings: Mapping[str, str]) -> PinSet:
    """`strings`: each pin with the member that holds it first.

    Which host each is for is not known, so that the set stands for every host and is not complete: a decision can rest
    on a pin that matches, and never on one that is missing.
    """
    pins = tuple(_pin(text, Place(path=member)) for text, member in strings.items())
    rule = PinRule(EVERY_HOST, pins[0].place, pins, is_for_every_host=True)
    return PinSet(FORMAT, b"", (rule,), is_complete=False, client_kinds=frozenset({"okhttp"}))


def _pin(text: str, place: Place) -> Pin:
    kind = PinKind.SPKI_SHA1 if text.startswith("sha1/") else PinKind.SPKI_SHA256
    body = text.partition("/")[2]
    digest = decode_okio(body)
    return Pin(text, kind, digest, place, pin_problem(body, digest, kind))
