"""How a digest is written beside others: in the letters, separators and prefix that its neighbours have."""

import base64
import re

_HEX = re.compile(r"[0-9A-Fa-f]{2}(?P<separator>[: -]?)[0-9A-Fa-f]{2}(?:(?P=separator)[0-9A-Fa-f]{2})+")
_PREFIX = re.compile(r"(?i)sha-?(?:256|1)(?://?|[:=]\s*)")


def spelled_like(digest: bytes, neighbour: str) -> str:
    """`digest` as `neighbour` spells its own: hex with its separators and case, else base64, behind the same prefix."""
    prefix = _PREFIX.match(neighbour)
    start = prefix[0] if prefix else ""
    body = neighbour[len(start) :].strip()
    hexadecimal = _HEX.fullmatch(body)
    if hexadecimal is None:
        return start + base64.b64encode(digest).decode()
    text = digest.hex(hexadecimal["separator"]) if hexadecimal["separator"] else digest.hex()
    return start + (text if body != body.upper() else text.upper())
