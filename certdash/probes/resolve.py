"""From a host or an override to addresses that the guard lets through.

The system's resolver answers: it knows /etc/hosts and the search rules of an intranet, asks for both families at once
and costs a third of the CPU that dnspython takes for one. It cannot be cancelled, so every lookup holds a thread until
it gives up.
"""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address

from certdash.probes import failures
from certdash.probes.guard import Networks, refusal
from certdash.probes.reading import ReadFailure, Target

# A hostile zone answers with thousands of addresses; each would cost a connection and a row.
MAX_ADDRESSES = 64
LABEL_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to connect and under which label to report it."""

    address: str
    port: int
    label: str


Located = tuple[Destination | tuple[str, ReadFailure], ...]


@lru_cache(maxsize=16_384)
def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    """One thread for each probe under way: a stuck lookup never keeps a neighbour waiting."""
    return ThreadPoolExecutor(count, thread_name_prefix="resolve")


async def locate(target: Target, allowed: Networks, concurrency: int) -> Located:
    """Every address of the target, refused ones as their failure. Raises nothing but cancellation."""
    if target.connect_to:
        return tuple(_override(text, target.port, allowed) for text in target.connect_to[:MAX_ADDRESSES])
    if is_address(target.host):
        return (_guarded(target.host, target.port, target.host, allowed),)
    addresses = await _lookup(target.host, concurrency)
    if isinstance(addresses, ReadFailure):
        return (("", addresses),)
    return tuple(_guarded(address, target.port, address, allowed) for address in addresses)


async def _lookup(host: str, concurrency: int) -> list[str] | ReadFailure:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(_threads(concurrency), _ask, host)
    except OSError:
        return failures.unresolved(host)
    except UnicodeError:
        return failures.invalid_host(host)
    return sorted(found)[:MAX_ADDRESSES] or failures.unresolved(host)


def _ask(host: str) -> set[str]:
    # ADDRCONFIG: without a route for a family its addresses are not news about the host.
    rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return {str(row[4][0]) for row in rows}


def _override(text: str, port: int, allowed: Networks) -> Destination | tuple[str, ReadFailure]:
    address, own_port = parse_override(text)
    if address is None:
        return (text[:LABEL_LENGTH], failures.invalid_override(text))
    return _guarded(address, own_port or port, text, allowed)


def parse_override(text: str) -> tuple[str | None, int | None]:
    """`192.0.2.1`, `192.0.2.1:8443`, `2001:db8::1` or `[2001:db8::1]:8443`; the address is None when it is neither."""
    if is_address(text):
        return text, None
    address, _, port = text.rpartition(":")
    address = address.removeprefix("[").removesuffix("]") if address.startswith("[") else address
    if is_address(address) and port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
        return address, int(port)
    return (text[1:-1], None) if text[:1] == "[" and text[-1:] == "]" and is_address(text[1:-1]) else (None, None)


def _guarded(address: str, port: int, label: str, allowed: Networks) -> Destination | tuple[str, ReadFailure]:
    if kind := refusal(address, allowed):
        return (label, failures.refused_address(address, kind))
    return Destination(address, port, label)


def labels(located: Iterable[Destination | tuple[str, ReadFailure]]) -> list[str]:
    return [place.label if isinstance(place, Destination) else place[0] for place in located]
