"""When an authority suggests to renew a certificate: how one asks about it, and what the answer says."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from pins.certificate import Certificate
from pins.errors import PinError

UNREADABLE = "The authority's answer is no renewal information. Check that the address is that of an ACME directory."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The client picks a moment between the two; `start` may have passed when the authority is about to revoke."""

    start: datetime
    end: datetime


def identifier(leaf: Certificate) -> str | None:
    """Authority key and serial number, as the last part of the address; None for a leaf that names no authority key."""
    # RFC 9773 §4.1
    if leaf.authority_key_id is None:
        return None
    serial = leaf.serial.to_bytes(leaf.serial.bit_length() // 8 + 1, "big", signed=True)
    return f"{_base64url(leaf.authority_key_id)}.{_base64url(serial)}"


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def read_directory(body: bytes) -> str:
    """The address below which renewal information is found, from an ACME directory; else PinError."""
    address = _object(body).get("renewalInfo")  # RFC 9773 §4
    if not isinstance(address, str):
        raise PinError("This ACME directory offers no renewal information. Take its line out.", code="unreadable")
    return address.rstrip("/")


def read_suggestion(body: bytes) -> Suggestion:
    window = _object(body).get("suggestedWindow")  # RFC 9773 §4.2
    if not isinstance(window, dict):
        raise PinError(UNREADABLE, code="unreadable")
    found = Suggestion(_instant(window.get("start")), _instant(window.get("end")))
    if found.end <= found.start:  # RFC 9773 §4.2: such an object is invalid
        raise PinError(UNREADABLE, code="unreadable")
    return found


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise PinError(UNREADABLE, code="unreadable")
    return value


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise PinError(UNREADABLE, code="unreadable")
