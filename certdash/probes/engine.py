"""Probes many endpoints on one event loop: bounded, each with one deadline over name, connection and handshake."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from certdash.probes import failures, fingerprint
from certdash.probes.der import split
from certdash.probes.fingerprint import Readings
from certdash.probes.guard import Networks
from certdash.probes.handshake import Handshake
from certdash.probes.openssl import context_of
from certdash.probes.reading import AddressReading, Outcome, Profile, ReadFailure, Reading, ServedChain, Target
from certdash.probes.resolve import Destination, Located, Resolver, is_address, labels
from certdash.probes.sockets import share


@dataclass(frozen=True, slots=True)
class Limits:
    """`concurrency` counts endpoints under way; `allowed` are networks that the address guard lets through."""

    deadline: timedelta = timedelta(seconds=10)
    concurrency: int = 200
    allowed: Networks = ()


def probe(targets: Iterable[Target], limits: Limits) -> list[Outcome]:
    """Blocks until every target has its outcome; the order is that of arrival."""
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        return runner.run(probe_all(targets, limits))


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        from uvloop import new_event_loop
    except ImportError:  # no build for this platform; asyncio's own loop costs a tenth more
        return asyncio.new_event_loop
    return new_event_loop


async def probe_all(targets: Iterable[Target], limits: Limits) -> list[Outcome]:
    sweep = Sweep(limits, asyncio.get_running_loop())
    queue, outcomes = iter(targets), list[Outcome]()
    await asyncio.gather(*(sweep.work(queue, outcomes.append) for _ in range(limits.concurrency)))
    return outcomes


class Sweep:
    """What the probes of one batch share: the limits, the loop, and chains that were already taken apart."""

    def __init__(self, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        self._limits, self._loop = limits, loop
        self._resolver = Resolver(limits.allowed, limits.concurrency)
        self._sockets = asyncio.Semaphore(share())
        self._seen: dict[bytes, ServedChain] = {}

    async def work(self, queue: Iterator[Target], keep: Callable[[Outcome], None]) -> None:
        for target in queue:
            keep(await self.visit(target))

    async def visit(self, target: Target) -> Outcome:
        ends_at = self._loop.time() + self._limits.deadline.total_seconds()
        located = await self._located(target, ends_at)
        first = await self._read(target, located, "ecdsa_first", ends_at)
        if not target.is_full and fingerprint.is_known(target.fingerprint, fingerprint.half(first)):
            return Outcome(target, first, False, target.fingerprint)
        return fingerprint.outcome(target, first, await self._second(target, located, first))

    async def _second(self, target: Target, located: Located, first: Readings) -> Readings:
        """The other profile, at the addresses where the first one read a chain."""
        chains = {reading.address: reading.reading for reading in first if isinstance(reading.reading, ServedChain)}
        places = tuple(place for place in located if isinstance(place, Destination) and place.label in chains)
        ends_at = self._loop.time() + self._limits.deadline.total_seconds()
        second = await self._read(target, places, "rsa_only", ends_at)
        return tuple(reading for reading in second if _is_news(reading.reading, chains[reading.address]))

    async def _located(self, target: Target, ends_at: float) -> Located:
        if target.connect_to or is_address(target.host):
            return await self._resolver.locate(target)
        try:
            async with asyncio.timeout_at(ends_at):
                return await self._resolver.locate(target)
        except TimeoutError:
            return (("", failures.timed_out("resolve", self._limits.deadline)),)

    async def _read(self, target: Target, located: Located, profile: Profile, ends_at: float) -> Readings:
        name = sent_name(target.host)
        if isinstance(name, ReadFailure):
            return tuple(AddressReading(label, profile, name) for label in labels(located))
        started: list[asyncio.Future[Reading] | ReadFailure] = []
        for place in located:
            ends_at += await self._waited(place)
            started.append(self._start(place, profile, name, ends_at))
        return tuple(
            [
                AddressReading(label, profile, reading if isinstance(reading, ReadFailure) else await reading)
                for label, reading in zip(labels(located), started, strict=True)
            ]
        )

    async def _waited(self, place: Destination | tuple[str, ReadFailure]) -> float:
        """Seconds until a socket was free: what this process lacks is not taken off the host's deadline."""
        began = self._loop.time()
        if isinstance(place, Destination):
            await self._sockets.acquire()
        return self._loop.time() - began

    def _start(
        self, place: Destination | tuple[str, ReadFailure], profile: Profile, name: bytes | None, ends_at: float
    ) -> asyncio.Future[Reading] | ReadFailure:
        if not isinstance(place, Destination):
            return place[1]
        handshake = Handshake(self._loop, context_of(profile), name, self._chain)
        reading = handshake.start(place, ends_at=ends_at, deadline=self._limits.deadline)
        reading.add_done_callback(lambda _: self._sockets.release())
        return reading

    def _chain(self, der: bytes) -> ServedChain:
        """A wildcard is served by thousands of hosts: it is taken apart and hashed once a batch."""
        known = self._seen.get(der)
        if known is None:
            known = self._seen[der] = ServedChain.of(split(der))
        return known


def _is_news(second: Reading, first: Reading) -> bool:
    """A repetition of the first profile's chain is none, nor a refusal: that server has no second chain."""
    return second.is_passing if isinstance(second, ReadFailure) else second != first


def sent_name(host: str) -> bytes | ReadFailure | None:
    """The server name of the hello; an address has none (RFC 6066 §3)."""
    if is_address(host):
        return None
    try:
        name = host.rstrip(".").encode("ascii" if host.isascii() else "idna")
    except UnicodeError:
        return failures.invalid_host(host)
    return failures.invalid_host(host) if b"\0" in name else name
