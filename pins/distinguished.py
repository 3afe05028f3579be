"""Distinguished names: as text for people, and in a form in which devices find them equal."""

from functools import lru_cache
from typing import NamedTuple

from pins import der
from pins.der import Element
from pins.errors import PinError

COMMON_NAME = "2.5.4.3"
SHORT_NAMES = {  # RFC 4514 §3, and the three that every tool shows
    COMMON_NAME: "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    "1.2.840.113549.1.9.1": "emailAddress",
    "2.5.4.5": "serialNumber",
    "2.5.4.4": "SN",
}
ENCODINGS = {0x0C: "utf-8", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_SPECIAL = str.maketrans({one: f"\\{one}" for one in '\\",+;<>'})  # RFC 4514 §2.4


class Attribute(NamedTuple):
    """`text` is None where the value is no string; `is_joined`: it shares its RDN with the one before."""

    oid: str
    text: str | None
    raw: bytes
    is_joined: bool


class Name(NamedTuple):
    """`comparable` is equal for names that differ only in case, white space or string type (RFC 5280 §7.1)."""

    text: str
    common_name: str | None
    comparable: tuple[tuple[str, str | bytes, bool], ...]


@lru_cache(maxsize=4096)
def read_name(source: bytes) -> Name:
    attributes = [found for rdn in der.read_whole(source).expect(der.SEQUENCE).children() for found in _attributes(rdn)]
    commons = [one.text for one in attributes if one.oid == COMMON_NAME and one.text is not None]
    return Name(
        _text(attributes),
        printable(commons[-1]) if commons else None,
        tuple(map(_compared, attributes)),
    )


def last_attribute(source: bytes) -> tuple[tuple[str, str | bytes, bool], ...]:
    """What ends `comparable`, for a first look at many names; empty for a name without attributes."""
    rdns = der.read_children(der.read_whole(source).expect(der.SEQUENCE))
    return tuple(_compared(one) for one in (_attributes(rdns[-1]) if rdns else ())[-1:])


def is_same_name(first: bytes, second: bytes) -> bool:
    """Of two names in DER; one that cannot be read is the same as none."""
    try:
        return first == second or read_name(first).comparable == read_name(second).comparable
    except PinError:
        return False


def printable(text: str) -> str:
    """Control characters as escapes: they forge log lines, and PostgreSQL refuses a NUL."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else f"\\{ord(one):02x}" for one in text)


def _attributes(rdn: Element) -> list[Attribute]:
    found = []
    for position, pair in enumerate(rdn.expect(der.SET).children()):
        kind, value = der.read_children(pair.expect(der.SEQUENCE), at_least=2)[:2]
        found.append(Attribute(der.object_id(kind), _string(value), value.raw, position > 0))
    return found


def _string(value: Element) -> str | None:
    encoding = ENCODINGS.get(value.tag)
    return None if encoding is None else value.content.decode(encoding, "replace")


def _compared(attribute: Attribute) -> tuple[str, str | bytes, bool]:
    return attribute.oid, _folded(attribute), attribute.is_joined


def _folded(attribute: Attribute) -> str | bytes:
    if attribute.text is None:
        return attribute.raw
    return " ".join(attribute.text.casefold().split())


def _text(attributes: list[Attribute]) -> str:
    """RFC 4514: the most specific part first."""
    parts: list[str] = []
    for one in attributes:
        value = f"#{one.raw.hex()}" if one.text is None else _escaped(one.text)
        part = f"{SHORT_NAMES.get(one.oid, one.oid)}={value}"
        if one.is_joined:
            parts[-1] += f"+{part}"
        else:
            parts.append(part)
    return ",".join(reversed(parts))


def _escaped(text: str) -> str:
    escaped = text.translate(_SPECIAL)
    if escaped.startswith(("#", " ")):
        escaped = f"\\{escaped}"
    if text.endswith(" ") and len(text) > 1:
        escaped = f"{escaped[:-1]}\\ "
    return printable(escaped)
