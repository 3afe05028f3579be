"""Base64 as each client's own decoder reads it; which client has which decoder is said in its own file."""

import base64
import re

_FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")
_PADDING_OPTIONAL = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?")
_PADDING_REQUIRED = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_OKIO_DATA = re.compile(r"[A-Za-z0-9+/]*")
_OKIO_BLANKS = str.maketrans("-_", "+/", "\n\r\t ")


def decode_android(text: str) -> bytes | None:
    """`android.util.Base64` with flags 0: foreign characters are skipped, padding may be missing but not be wrong."""
    kept = _FOREIGN.sub("", text)
    return _decode(kept) if _PADDING_OPTIONAL.fullmatch(kept) else None


def decode_okio(text: str) -> bytes | None:
    """okio's `decodeBase64`: both alphabets, blanks anywhere, any padding at the end; a lone last character fails."""
    kept = text.rstrip("=\n\r\t ").translate(_OKIO_BLANKS)
    if len(kept) % 4 == 1 or not _OKIO_DATA.fullmatch(kept):
        return None
    return _decode(kept)


def decode_nsdata(text: str) -> bytes | None:
    """`NSData(base64Encoded:)` with options 0: the standard alphabet, whole groups, no blanks; last bits are free."""
    return _decode(text) if _PADDING_REQUIRED.fullmatch(text) else None


def decode_security(text: str) -> bytes | None:
    """Apple's SecBase64Decode, which reads NSPinnedDomains: foreign characters are skipped, a last incomplete group is
    dropped, nothing is read behind the padding; None where no byte comes out."""
    kept, found = _FOREIGN.sub("", text), bytearray()
    for at in range(0, len(kept) - 3, 4):
        group = kept[at : at + 4]
        pads = len(group) - len(group.rstrip("="))
        decoded = base64.b64decode(group.replace("=", "A"))
        found += decoded[: 3 - pads] if pads in (1, 2) else decoded
        if pads:
            break
    return bytes(found) or None


def is_canonical(text: str) -> bool:
    """Whether clients that compare pins as text can match it: padded, standard alphabet, unused last bits zero."""
    digest = decode_nsdata(text)
    return digest is not None and base64.b64encode(digest).decode() == text


def _decode(text: str) -> bytes:
    data = text.rstrip("=")
    return base64.b64decode(data + "=" * (-len(data) % 4))
