"""Source that sets libcurl's options, in C, PHP, Python and their kin: literals and constants of the same file."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pins.errors import PinError
from pins.formats.curl_values import Transfer, Value
from pins.reading import MAXIMUM_NODES, Span, Text

MAXIMUM_NAMESAKES = 100  # a name that stands more often is looked for in its first places only

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?(?:\*/|\Z)|//[^\r\n]*|\#(?!\s*(?:define|include|if|endif|else|undef|pragma))[^\r\n]*)
    |(?P<string>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<name>[$@]?[A-Za-z_]\w*)|(?P<number>\d\w*)|(?P<mark>=>|::|->|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_OPTIONS = {
    "PINNEDPUBLICKEY": "pins",
    "URL": "addresses",
    "SSL_VERIFYPEER": "peer",
    "SSL_VERIFYHOST": "name",
}
_JOINTS = frozenset({".", "+"})
_OFF = frozenset({"0", "0L", "false", "False", "FALSE"})


class Token(NamedTuple):
    kind: str
    text: str
    span: Span


def read_source(text: Text) -> Iterator[Transfer]:
    """One transfer for each handle; where there is one pin alone, every address of the file is its own."""
    found = _Finder(list(_tokens(text))).transfers()
    pinned = [one for one in found.values() if one.pins]
    if len(pinned) == 1:
        pinned[0].addresses = [address for one in found.values() for address in one.addresses]
        if "" in found and found[""] is not pinned[0]:
            _loosened_by(pinned[0], found[""])
    yield from pinned


def _tokens(text: Text) -> Iterator[Token]:
    for count, found in enumerate(_TOKEN.finditer(text.content)):
        if count > MAXIMUM_NODES:
            what = "The source is longer than any that people write. Give the file in which the pin is set."
            raise PinError(what, text.place(found.start()), code="too_large")
        if found.lastgroup != "comment":
            yield Token(found.lastgroup or "", found[0], Span(*found.span()))


def _loosened_by(transfer: Transfer, other: Transfer) -> None:
    transfer.validates_peer &= other.validates_peer
    transfer.validates_name &= other.validates_name
    transfer.loosened_at = transfer.loosened_at or other.loosened_at


class _Finder:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._transfers: dict[str, Transfer] = {}
        self._positions: dict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(tokens):
            self._positions[token.text].append(index)

    def transfers(self) -> dict[str, Transfer]:
        for index, token in enumerate(self.tokens):
            option = _OPTIONS.get(token.text.removeprefix("CURLOPT_")) if self._is_option(index) else None
            if option is not None:
                self._set(option, index)
            elif token.text == "curl_init" and self._is(index + 1, "(") and not self._is(index + 2, ")"):
                handle = self._text(index - 2) if self._is(index - 1, "=") else ""
                self._transfer(handle).addresses.append(self._value(index + 2))
        return self._transfers

    def _is_option(self, index: int) -> bool:
        """`CURLOPT_NAME`, or `NAME` of an object: `pycurl.NAME`, `c.NAME`."""
        token = self.tokens[index]
        if token.kind != "name" or not self._is(index + 1, ",", "=>", "]"):
            return False
        return token.text.startswith("CURLOPT_") or self._is(index - 1, ".", "::")

    def _set(self, option: str, index: int) -> None:
        transfer = self._transfer(self._handle(index))
        start = index + (3 if self._is(index + 1, "]") else 2)  # C# and others: options[NAME] = value
        if option in ("pins", "addresses"):
            wanted = transfer.pins if option == "pins" else transfer.addresses
            wanted.append(self._value(start))
        elif self._text(start) in _OFF:
            transfer.validates_peer &= option != "peer"
            transfer.validates_name &= option != "name"
            transfer.loosened_at = self.tokens[index].span.start

    def _transfer(self, handle: str) -> Transfer:
        return self._transfers.setdefault(handle, Transfer())

    def _handle(self, index: int) -> str:
        """The first argument of the call, or the object of `c.setopt(…)`; empty in an array of options."""
        while self._is(index - 1, ".", "::"):
            index -= 2
        if self._is(index - 1, ",") and self._is(index - 3, "("):
            return self._text(index - 2)
        is_method = self._is(index - 1, "(") and self._is(index - 3, ".", "->")
        return self._text(index - 4) if is_method else ""

    def _value(self, start: int, depth: int = 0) -> Value:
        """A string, several that are joined, or a name that has one of these as its only value."""
        parts: list[Token] = []
        index = start
        while index < len(self.tokens) and (self.tokens[index].kind == "string" or self._is(index, *_JOINTS)):
            parts += [self.tokens[index]] if self.tokens[index].kind == "string" else []
            index += 1
        is_macro = self._text(start - 2) == "define"  # it ends with its line
        is_whole = is_macro or self._is(index, ",", ")", "]", ";", "")
        if parts and is_whole and not any(_is_odd(one) for one in parts):
            return _joined(parts)
        token = self.tokens[min(start, len(self.tokens) - 1)]
        if not parts and token.kind == "name" and self._is(start + 1, ",", ")", "]", ";", "") and depth < 4:
            found = self._definitions(token.text)
            if len(found) == 1:
                return self._value(found[0], depth + 1)
        return Value(None, token.span)

    def _definitions(self, name: str) -> list[int]:
        """Where the values of a name begin: `NAME = …`, `NAME[] = …` and `#define NAME …`."""
        found = []
        for index in self._positions[name][:MAXIMUM_NAMESAKES]:
            after = index + (2 if self._is(index + 1, "[") and self._is(index + 2, "]") else 0)
            if self._is(after + 1, "="):
                found.append(after + 2)
            elif self._text(index - 1) == "define":
                found.append(index + 1)
        return found

    def _is(self, index: int, *texts: str) -> bool:
        return self._text(index) in texts

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""


def _is_odd(token: Token) -> bool:
    return "\\" in token.text or (token.text[0] == '"' and "$" in token.text)


def _joined(parts: Sequence[Token]) -> Value:
    value = "".join(one.text[1:-1] for one in parts)
    span = Span(parts[0].span.start, parts[-1].span.end)
    return Value(value, span, Span(span.start + 1, span.end - 1) if len(parts) == 1 else None)
