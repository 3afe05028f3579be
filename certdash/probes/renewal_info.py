"""Asks ACME authorities when they suggest to renew, at addresses that the guard has looked at."""

from collections.abc import Iterable, Iterator
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from certdash.probes.connection import Connection, Failure, Limits, connected
from pins.errors import PinError
from pins.renewal_info import Suggestion, read_directory, read_suggestion

MOST_OF_AN_ANSWER = 64 * 1024
SLOW = Failure("The authority did not answer in time.", is_passing=True)
Answer = Suggestion | Failure | None


def ask(directory: str, identifiers: Iterable[str], limits: Limits) -> Iterator[tuple[str, Answer]]:
    """An answer for each identifier, None where the authority does not know it; the first failure is the last answer.

    Two conversations, however many identifiers: one with the directory, one with the address that it names.
    """
    asked = iter(identifiers)
    opened = _open(directory, limits)
    if isinstance(opened, Failure):
        yield next(asked, ""), opened
        return
    connection, path = opened
    with connection:
        for one in asked:
            answer = _suggestion(connection, f"{path}/{one}")
            yield one, answer
            if isinstance(answer, Failure):
                return


def _open(directory: str, limits: Limits) -> tuple[Connection, str] | Failure:
    """Where the directory says that suggestions are found, not asked yet."""
    connected = _connected(directory, limits)
    if isinstance(connected, Failure):
        return connected
    connection, path = connected
    with connection:
        body = _get(connection, path or "/")
    if isinstance(body, Failure):
        return body
    try:
        return _connected(read_directory(body or b""), limits)
    except PinError as error:
        return Failure(error.sentence)


def _suggestion(connection: Connection, path: str) -> Answer:
    body = _get(connection, path)
    if body is None or isinstance(body, Failure):
        return body
    try:
        return read_suggestion(body)
    except PinError as error:
        return Failure(error.sentence)


def _connected(address: str, limits: Limits) -> tuple[Connection, str] | Failure:
    """With the path at it. By https only: whoever sits between could move every window."""
    try:
        place = urlsplit(address)
        is_usable = place.scheme == "https" and bool(place.hostname) and place.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        return Failure("The address of an ACME directory begins with https://. Correct its line.")
    connection = connected(place, limits)
    return connection if isinstance(connection, Failure) else (connection, place.path)


def _get(connection: Connection, path: str) -> bytes | Failure | None:
    """The body; None where there is no such thing. Redirects are not followed."""
    if connection.is_overdue:
        return SLOW
    try:
        connection.request("GET", path, headers={"user-agent": "certdash", "accept": "application/json"})
        response = connection.getresponse()
        body = _body(response)
    except (OSError, HTTPException, ValueError) as error:
        return (
            SLOW if connection.is_overdue else Failure(f"The authority could not be asked: {error}.", is_passing=True)
        )
    if response.status == 404:
        return None
    if response.status != 200 or body is None:
        return Failure(f"The authority answers {response.status} {response.reason}.", is_passing=response.status >= 429)
    return body


def _body(response: HTTPResponse) -> bytes | None:
    """None for one that is longer than any answer; it stays unread, so the connection is not used again."""
    body = response.read(MOST_OF_AN_ANSWER)
    return None if response.read(1) else body
