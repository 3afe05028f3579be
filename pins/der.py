"""A small strict reader of DER: lengths, tags and the few primitive types that certificates are made of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from pins.errors import PinError

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31
BOOLEAN, UTC_TIME, GENERALIZED_TIME = 0x01, 0x17, 0x18
TIME_LENGTHS = {UTC_TIME: 13, GENERALIZED_TIME: 15}  # RFC 5280 §4.1.2.5: seconds and Z are always there


class Element(NamedTuple):
    """One tag, length and value inside `source`; nothing is copied until asked for."""

    source: bytes
    tag: int
    start: int
    body: int
    end: int

    @property
    def raw(self) -> bytes:
        """The whole element, header included."""
        return self.source[self.start : self.end]

    @property
    def content(self) -> bytes:
        return self.source[self.body : self.end]

    def children(self) -> Iterator["Element"]:
        source, offset, limit = self.source, self.body, self.end
        while offset < limit:
            child = _element(source, offset, limit)
            yield child
            offset = child[4]

    def expect(self, tag: int) -> "Element":
        if self.tag != tag:
            raise damaged(f"tag 0x{self.tag:02x} stands where 0x{tag:02x} belongs")
        return self


def damaged(detail: str) -> PinError:
    return PinError(
        f"This is not well-formed DER: {detail}. It may be cut off or altered; export the certificate or key again.",
        code="unreadable",
    )


def read_whole(source: bytes) -> Element:
    """The one element, of any type, that `source` consists of; anything behind it is an error."""
    element = _element(source, 0, len(source))
    if element.end != len(source):
        raise damaged(f"{len(source) - element.end} bytes follow its end")
    return element


def read_children(element: Element, *, at_least: int = 0) -> list[Element]:
    found = list(element.children())
    if len(found) < at_least:
        raise damaged(f"a sequence has {len(found)} parts and needs {at_least}")
    return found


def _element(source: bytes, start: int, limit: int) -> Element:
    body = start + 2
    if body > limit:
        raise damaged("it ends inside an element")
    tag, size = source[start], source[start + 1]
    if tag & 0x1F == 0x1F:
        raise damaged("it uses a tag of more than one byte")
    if size & 0x80:
        body, size = _long_form(source, body, limit)
    end = body + size
    if end > limit:
        raise damaged("it ends inside an element")
    return Element(source, tag, start, body, end)


def _long_form(source: bytes, offset: int, limit: int) -> tuple[int, int]:
    """Where the contents begin and how long they are, for a length of more than one byte."""
    count = source[offset - 1] & 0x7F
    body = offset + count
    size = int.from_bytes(source[offset:body], "big")
    if not 1 <= count <= 4 or body > limit or size < 0x80 or size >> (8 * (count - 1)) == 0:
        raise damaged("a length is not in its shortest form")
    return body, size


def integer(element: Element) -> int:
    """May be negative: some old authorities wrote such serial numbers, and devices take them."""
    content = element.expect(INTEGER).content
    if not content:
        raise damaged("an integer is empty")
    return int.from_bytes(content, "big", signed=True)


def boolean(element: Element) -> bool:
    return element.expect(BOOLEAN).content not in (b"", b"\x00")


def object_id(element: Element) -> str:
    """Dotted decimal."""
    return _dotted(element.expect(OID).content)


@lru_cache(maxsize=1024)
def _dotted(content: bytes) -> str:
    if not content or content[-1] & 0x80:
        raise damaged("an object identifier is cut off")
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def bits(element: Element) -> bytes:
    """The contents of a BIT STRING that is a whole number of bytes."""
    content = element.expect(BIT_STRING).content
    if not content or content[0] > 7:
        raise damaged("a bit string says nothing of its unused bits")
    return content[1:]


def instant(element: Element) -> datetime:
    """UTCTime or GeneralizedTime, in UTC."""
    text = element.content
    if len(text) != TIME_LENGTHS.get(element.tag) or text[-1:] != b"Z" or not text[:-1].isdigit():
        raise damaged("a date is not written as RFC 5280 asks")
    year = int(text[:-11])
    if element.tag == UTC_TIME:
        year += 1900 if year >= 50 else 2000  # RFC 5280 §4.1.2.5.1
    month, day, hour, minute, second = (int(text[i : i + 2]) for i in range(len(text) - 11, len(text) - 1, 2))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise damaged("a date does not exist") from None


def encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
