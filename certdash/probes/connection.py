"""A connection to an address that the guard has looked at: the name is resolved once, and what was checked is met."""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from http.client import HTTPConnection
from threading import Timer
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult

import certifi

from certdash.probes.guard import Networks
from certdash.probes.reading import Target
from certdash.probes.resolve import Destination, Located, Resolver

CONCURRENCY = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """`deadline` is for the whole conversation. `allowed` are networks that the address guard lets through although
    they are not public. `authorities` names a file of further roots that certdash believes.
    """

    deadline: timedelta = timedelta(seconds=10)
    allowed: Networks = ()
    authorities: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence for the owner of the address; `is_passing` when the next attempt may well succeed as things are."""

    reason: str
    is_passing: bool = False


UNRESOLVED = Failure("The name of the receiver has no address. Check it and its DNS records.", is_passing=True)


class Connection(HTTPConnection):
    """`is_overdue` once the deadline has passed and the timer has ended the conversation.

    A receiver that sends a byte now and then never meets the time limit of a socket.
    """

    def __init__(self, place: SplitResult, destination: Destination, limits: Limits) -> None:
        seconds = limits.deadline.total_seconds()
        super().__init__(place.hostname or "", destination.port, timeout=seconds)
        self._destination = destination
        self._name = place.hostname or ""
        self._context = context_of(limits.authorities) if place.scheme == "https" else None
        self.default_port = 443 if self._context else 80  # the Host header leaves this one out
        self.is_overdue = False
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def connect(self) -> None:
        place = self._destination
        self.sock = socket.create_connection((place.address, place.port), self.timeout)
        if self._context:
            secure = self._context.wrap_socket(self.sock, server_hostname=self._name, do_handshake_on_connect=False)
            self.sock = secure
            secure.do_handshake()

    def _end(self) -> None:
        self.is_overdue = True
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self.close()


def connected(place: SplitResult, limits: Limits) -> Connection | Failure:
    """Not open yet: the first request connects."""
    port = place.port or (443 if place.scheme == "https" else 80)
    destination = locate(place.hostname or "", port, limits)
    return destination if isinstance(destination, Failure) else Connection(place, destination, limits)


def locate(host: str, port: int, limits: Limits) -> Destination | Failure:
    """The first address; where the guard refuses any of them, none: a name that points inwards is no receiver."""
    try:
        located = asyncio.run(_located(host, port, limits))
    except TimeoutError:
        return UNRESOLVED
    refused = [place[1] for place in located if not isinstance(place, Destination)]
    if not refused:
        return next(place for place in located if isinstance(place, Destination))
    if refused[0].code != "refused_address":
        return UNRESOLVED
    return Failure(
        "The receiver lies in an internal network, to which no notice is sent. Use a public address, or have whoever "
        "runs certdash allow that network in NOTIFY_ALLOWED_NETWORKS."
    )


async def _located(host: str, port: int, limits: Limits) -> Located:
    async with asyncio.timeout(limits.deadline.total_seconds()):
        return await Resolver(limits.allowed, CONCURRENCY).locate(Target(0, host, port))


@lru_cache(maxsize=4)
def context_of(authorities: str) -> ssl.SSLContext:
    """The public roots, and those of a file for receivers inside a company."""
    context = ssl.create_default_context(cafile=certifi.where())
    if authorities:
        context.load_verify_locations(cafile=authorities)
    return context
