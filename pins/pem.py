"""From what people paste or upload to DER: armour, bare base64, limits, and the refusal of private keys."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pins import der
from pins.errors import PinError, Place

MAXIMUM_BYTES = 16 * 1024 * 1024
MAXIMUM_BLOCKS = 5_000
OPENING = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
PUTTY_KEY = b"PuTTY-User-Key-File-"
REFUSED = (
    "This contains a private key. It was refused and not stored. Treat a key that was sent to the wrong place as "
    "exposed: replace it, and give only the certificate or the public key here."
)


class Block(NamedTuple):
    """One armoured object; `label` is CERTIFICATE, PUBLIC KEY and so on, and empty where there was no armour."""

    label: str
    body: bytes
    place: Place


def read_blocks(source: bytes) -> tuple[Block, ...]:
    """Every object in `source`: PEM with any text around it, DER, or the base64 of DER. No private key gets through."""
    if len(source) > MAXIMUM_BYTES:
        raise PinError(
            f"This is larger than {MAXIMUM_BYTES // 1024 // 1024} MB, more than any set of certificates needs. "
            "Give only the certificates.",
            code="too_large",
        )
    refuse_private_key(source)
    openings = list(islice(OPENING.finditer(source), MAXIMUM_BLOCKS + 1))
    if len(openings) > MAXIMUM_BLOCKS:
        raise PinError(f"This holds more than {MAXIMUM_BLOCKS} objects. Split it.", code="too_large")
    if openings:
        return tuple(_blocks(source, openings))
    bare = source if source[:1] == b"\x30" else _decoded(source)
    if bare is None or bare[:1] != b"\x30":
        return ()
    refuse_private_key(bare)
    return (Block("", bare, Place()),)


def refuse_private_key(source: bytes) -> None:
    """Raises PinError `private_key` for PEM, PuTTY and DER keys and for PKCS#12 files."""
    # The plain search comes first: it is a hundred times faster on megabytes that hold no key.
    is_text = PUTTY_KEY in source or (b"PRIVATE KEY" in source and PRIVATE_KEY.search(source))
    if is_text or (source[:1] == b"\x30" and _is_private(source)):
        raise PinError(REFUSED, code="private_key")


def _is_private(source: bytes) -> bool:
    """PKCS#1, PKCS#8, SEC 1 and PKCS#12 begin with a version number; an encrypted PKCS#8 is two parts long."""
    try:
        parts = der.read_children(der.read_whole(source), at_least=2)
    except PinError:
        return False
    if parts[0].tag == der.INTEGER:
        return len(parts) > 2 or parts[1].tag == der.OCTET_STRING or parts[0].content == b"\x03"
    return [one.tag for one in parts] == [der.SEQUENCE, der.OCTET_STRING]


def _blocks(source: bytes, openings: list[re.Match[bytes]]) -> Iterator[Block]:
    line, counted = 1, 0
    for opening in openings:
        line += source.count(b"\n", counted, opening.start())
        counted = opening.start()
        yield _block(source, opening, Place(line=line))


def _block(source: bytes, opening: re.Match[bytes], place: Place) -> Block:
    label = opening[1]
    end = source.find(b"-----END " + label + b"-----", opening.end())
    if end < 0:
        raise PinError(f"The {label.decode().lower()} has no END line. Copy it whole.", place, code="unreadable")
    body = _decoded(source[opening.end() : end])
    if body is None:
        raise PinError(
            f"The text of the {label.decode().lower()} is not base64. Copy it again from its file.",
            place,
            code="unreadable",
        )
    refuse_private_key(body)
    return Block(label.decode(), body, place)


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
