"""From bytes to text: size, encoding, private keys; offsets in the text become lines and columns here."""

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from pins import pem
from pins.errors import PinError, Place

MAXIMUM_BYTES = 4 * 1024 * 1024
MAXIMUM_NODES = 100_000
MAXIMUM_DEPTH = 64
MAXIMUM_PINS = 20_000
MAXIMUM_LINES = 200_000

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """The characters of a source and what it takes to turn them into bytes again."""

    content: str
    mark: bytes
    encoding: str
    line_starts: tuple[int, ...]

    def encode(self, content: str) -> bytes:
        """`content` in this text's own encoding, behind its own byte order mark."""
        return self.mark + content.encode(self.encoding)

    def place(self, offset: int, path: str = "") -> Place:
        line = bisect_right(self.line_starts, offset)
        return Place(line, offset - self.line_starts[line - 1] + 1, path)

    def cut(self, span: Span) -> str:
        return self.content[span.start : span.end]


def read_text(source: bytes) -> Text:
    """UTF-8, or UTF-16 with its byte order mark; line ends stay as they are."""
    refuse_unfit(source)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if source.startswith(mark)), (b"", "utf-8"))
    content = _decoded(source[len(mark) :], encoding)
    if content.count("\n") + content.count("\r") > 2 * MAXIMUM_LINES:
        raise PinError(
            f"The file has more than {MAXIMUM_LINES:,} lines; no pin file needs that. Check that it is the right file.",
            code="too_large",
        )
    text = Text(content, mark, encoding, (0, *(end.end() for end in _LINE_END.finditer(content))))
    _refuse_control_characters(text)
    return text


def refuse_unfit(source: bytes) -> None:
    """Raises PinError for what is empty, too large, or holds a private key; text or not."""
    _refuse_size(source)
    pem.refuse_private_key(source.replace(b"\0", b"") if b"\0" in source else source)


def _refuse_size(source: bytes) -> None:
    if not source.strip():
        raise PinError("The file is empty. Choose the pin file again.", code="empty")
    if len(source) > MAXIMUM_BYTES:
        raise PinError(
            f"The file has {len(source) / 1024 / 1024:.1f} MB; a pin file has a few kB and is read up to "
            f"{MAXIMUM_BYTES // 1024 // 1024} MB. Check that it is the right file.",
            code="too_large",
        )


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding)
        last = max(before.rfind("\n"), before.rfind("\r"))
        line = len(_LINE_END.split(before))
        raise PinError(
            f"The text is not valid {encoding.upper()[:6].rstrip('-')} here. Save the file as UTF-8 and try again.",
            Place(line, len(before) - last),
            code="invalid_encoding",
        ) from None


def _refuse_control_characters(text: Text) -> None:
    found = _CONTROL.search(text.content)
    if found is None:
        return
    is_wide = text.content[1:20:2].count("\0") > 8 or text.content[0:20:2].count("\0") > 8
    utf16 = "It looks like UTF-16 without a byte order mark. " if is_wide else ""
    raise PinError(
        f"The file holds the control character U+{ord(found[0]):04X}, so it is not text. {utf16}"
        "Give the text file itself, saved as UTF-8.",
        text.place(found.start()),
        code="binary",
    )
