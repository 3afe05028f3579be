"""Webhooks as Standard Webhooks describes them: signed JSON to an address that was checked before the connection."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http.client import HTTPException, HTTPResponse
from ssl import SSLCertVerificationError
from urllib.parse import SplitResult, urlsplit

from certdash.notify.message import MOST_OF_AN_ANSWER, Answer, Delivered, Message
from certdash.probes.connection import Connection, Failure, Limits, connected

PREFIX = "whsec_"
MOST_SHOWN = 300
# What the receiver may answer otherwise at the next attempt.
PASSING = frozenset({408, 409, 421, 423, 425, 429})
SILENT = Failure(
    "The receiver did not answer in time. Let it answer first and do its work afterwards.", is_passing=True
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """`secret` is `whsec_` and base64 of at least 24 bytes."""

    url: str
    secret: str


def send(message: Message, target: Receiver, limits: Limits) -> Answer:
    """One POST. A redirect is not followed: it could lead where the guard has not looked."""
    place = urlsplit(target.url)
    if fault := address_fault(place, limits):
        return Failure(fault)
    body = json.dumps(message.data, ensure_ascii=False, separators=(",", ":")).encode()
    connection = connected(place, limits)
    if isinstance(connection, Failure):
        return connection
    with connection:
        return _post(connection, place, body, headers(message, body, target.secret))


def address_fault(place: SplitResult, limits: Limits) -> str:
    """Why this cannot be a webhook's address; empty when it can."""
    try:
        host, _ = place.hostname, place.port
    except ValueError:
        host = None
    if place.scheme not in ("https", "http") or not host:
        return "This is not the address of a webhook. It looks like https://hooks.example.com/certdash."
    if place.username or place.password:
        return "The address holds a user or password. The signature takes their place: leave them out."
    if place.scheme == "http" and not limits.allowed:
        return "A webhook needs https, because notices name apps and hosts. Use an https address."
    return ""


def headers(message: Message, body: bytes, secret: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "certdash",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.sent_at.timestamp())),
        "webhook-signature": signature(message.id, message.sent_at, body, secret),
    }


def signature(identifier: str, sent_at: datetime, body: bytes, secret: str) -> str:
    """`v1,` and base64 of HMAC-SHA256 over identifier, timestamp and body."""
    # standard-webhooks.md, "Signature scheme"
    signed = f"{identifier}.{int(sent_at.timestamp())}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()}"


def key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def new_secret(random: bytes) -> str:
    return PREFIX + base64.b64encode(random).decode()


def _post(connection: Connection, place: SplitResult, body: bytes, fields: dict[str, str]) -> Answer:
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    try:
        connection.request("POST", path, body, fields)
        response = connection.getresponse()
        shown = _shown(response)
    except SSLCertVerificationError as error:
        return Failure(
            f"The receiver's certificate is refused: {error.verify_message}. Install one that fits its name."
        )
    except (OSError, HTTPException, ValueError) as error:
        return _broken(connection, error)
    if connection.is_overdue:
        return SILENT
    return _answer(response.status, shown)


def _shown(response: HTTPResponse) -> str:
    """The status and the start of the body; what is beyond the limit is never read."""
    text = response.read(MOST_OF_AN_ANSWER).decode(errors="replace")
    return f"{response.status} {response.reason} {' '.join(text.split())[:MOST_SHOWN]}".strip()


def _answer(status: int, shown: str) -> Answer:
    if 200 <= status < 300:
        return Delivered(shown)
    if 300 <= status < 400:
        return Failure(f"The receiver redirects ({status}), which is not followed. Enter the address it leads to.")
    if status == 410:
        return Failure("The receiver is gone for good (410). Archive this channel or enter another address.")
    return Failure(f"The receiver answers {shown}", is_passing=status >= 500 or status in PASSING)


def _broken(connection: Connection, error: Exception) -> Failure:
    if connection.is_overdue or isinstance(error, TimeoutError):
        return SILENT
    if isinstance(error, ConnectionRefusedError):
        return Failure("Nothing listens at this address. Check the port and that the receiver runs.", is_passing=True)
    if isinstance(error, OSError):
        return Failure("The connection to the receiver broke. Check that it runs and speaks TLS.", is_passing=True)
    return Failure("The receiver's answer is not HTTP. Check the address and the port.", is_passing=True)
