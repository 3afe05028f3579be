"""The wire format of protocol buffers: numbered fields of a message, without knowing the message."""

from collections.abc import Iterator

from pins.artefacts.tree import broken

MAXIMUM_FIELDS = 700_000

_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5


class Fields:
    """Reads messages of one file and counts their fields: some are read again, and no file may cost for ever."""

    def __init__(self) -> None:
        self._left = MAXIMUM_FIELDS

    def of(self, message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
        """The number of each field with a number or with the bytes of a text or of another message."""
        at, end = 0, len(message)
        while at < end:
            self._left -= 1
            if self._left < 0:
                raise broken(f"has more than {MAXIMUM_FIELDS:,} fields", code="oversized_member")
            key, at = _varint(message, at)
            kind = key & 7
            if kind == _VARINT:
                value, at = _varint(message, at)
                yield key >> 3, value
                continue
            size = {_EIGHT: 8, _FOUR: 4}.get(kind, -1)
            if kind == _LENGTH:
                size, at = _varint(message, at)
            if size < 0 or at + size > end:
                raise broken("is damaged: a field reaches beyond its end")
            yield key >> 3, message[at : at + size]
            at += size

    def first(self, message: memoryview, number: int) -> int | memoryview | None:
        """Looks no further: identity and name stand in front of what may be long."""
        return next((value for one, value in self.of(message) if one == number), None)

    def messages(self, message: memoryview, number: int) -> Iterator[memoryview]:
        return (value for one, value in self.of(message) if one == number and isinstance(value, memoryview))

    def message(self, message: memoryview, number: int) -> memoryview | None:
        """The last one counts."""
        found = None
        for one in self.messages(message, number):
            found = one
        return found

    def number(self, message: memoryview, number: int) -> int:
        found = 0
        for one, value in self.of(message):
            if one == number and isinstance(value, int):
                found = value
        return found


def text(message: memoryview | int | None) -> str:
    return bytes(message).decode("utf-8", "replace") if isinstance(message, memoryview) else ""


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(message):
            break
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise broken("is damaged: a number in it does not end")
