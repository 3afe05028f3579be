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
from pathlib import Path

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


def is_address(text: str) -> bool:
    # Few names end in a digit and none has a colon; the full look costs as much as two system calls.
    return (text[-1:].isdigit() or ":" in text) and _is_address(text)


@lru_cache(maxsize=16_384)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    """One thread for each probe under way: a stuck lookup never keeps a neighbour waiting."""
    return ThreadPoolExecutor(count, thread_name_prefix="resolve")


class Resolver:
    """`concurrency` counts the lookups that may be under way at once."""

    def __init__(self, allowed: Networks, concurrency: int) -> None:
        self._allowed, self._threads = allowed, _threads(concurrency)
        # Addresses of a family that this machine cannot reach are no news about the host. AI_ADDRCONFIG says the same,
        # but asks the kernel at every lookup, which costs half as much as the lookup.
        self._family = socket.AF_UNSPEC if has_ipv6() else socket.AF_INET

    async def locate(self, target: Target) -> Located:
        """Every address of the target, refused ones as their failure. Raises nothing but cancellation."""
        if target.connect_to:
            return tuple(_override(text, target.port, self._allowed) for text in target.connect_to[:MAX_ADDRESSES])
        if is_address(target.host):
            return (_guarded(target.host, target.port, target.host, self._allowed),)
        addresses = await self._lookup(target.host)
        if isinstance(addresses, ReadFailure):
            return (("", addresses),)
        return tuple(_guarded(address, target.port, address, self._allowed) for address in addresses)

    async def _lookup(self, host: str) -> list[str] | ReadFailure:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, _ask, host, self._family)
        except OSError:
            return failures.unresolved(host)
        except UnicodeError:
            return failures.invalid_host(host)
        return sorted(found)[:MAX_ADDRESSES] or failures.unresolved(host)


def has_ipv6(table: Path = Path("/proc/net/if_inet6")) -> bool:
    """Whether an interface has an IPv6 address beyond this machine and its link; where nobody can tell, yes."""
    try:
        scopes = [line.split()[3] for line in table.read_text().splitlines()]
    except OSError:
        return not table.parent.exists()
    return any(scope not in ("10", "20") for scope in scopes)


def _ask(host: str, family: int) -> set[str]:
    return {str(row[4][0]) for row in socket.getaddrinfo(host, None, family, socket.SOCK_STREAM)}


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
