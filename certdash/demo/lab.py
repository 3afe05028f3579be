"""The TLS lab: one process on loopback that serves every chain of the plan, chosen by server name and address.

Run as `python -m certdash.demo.lab FOLDER`; it follows changes of the plan without a restart.
"""

import asyncio
import contextlib
import errno
import signal
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from certdash.demo.plan import FILE, Plan, read_plan

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nConnection: close\r\n\r\ncertdash\n"
WATCH_SECONDS = 0.3
IDLE_SECONDS = 10
HANDSHAKE_SECONDS = 10
# A sweep connects to every host of the lab at once.
BACKLOG = 1024


@dataclass(slots=True)
class Contexts:
    """TLS contexts of a plan, each made at its first use."""

    folder: Path
    plan: Plan
    made: dict[tuple[str, ...], ssl.SSLContext] = field(default_factory=dict)

    def of(self, names: tuple[str, ...]) -> ssl.SSLContext:
        if names not in self.made:
            self.made[names] = _context(self.folder, [self.plan.chains[name] for name in names])
        return self.made[names]


class Lab:
    """Holds what is served now; `follow` replaces it whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contexts = Contexts(folder, read_plan(folder))
        self.changed_at = self._written_at()

    def listener(self, address: str) -> ssl.SSLContext:
        """A context without a certificate: the server name picks the one with it."""
        context = _bare_context()

        def choose(connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
            names = self.contexts.plan.served((host or "").lower(), address)
            if not names:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            connection.context = self.contexts.of(names)
            return None

        context.sni_callback = choose
        return context

    def follow(self) -> None:
        """An unreadable plan changes nothing but says so: whoever edits it by hand sees why."""
        if (written_at := self._written_at()) == self.changed_at:
            return
        self.changed_at = written_at
        try:
            self.contexts = Contexts(self.folder, read_plan(self.folder))
        except (ValueError, KeyError, TypeError, OSError) as error:
            print(f"{self.folder / FILE} cannot be read, so the lab serves what it served: {error}", flush=True)

    def _written_at(self) -> int:
        return (self.folder / FILE).stat().st_mtime_ns


class Answer(asyncio.Protocol):
    """One short answer to whatever is asked, then goodbye; a silent client is dropped."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        asyncio.get_running_loop().call_later(IDLE_SECONDS, transport.abort)

    def data_received(self, _: bytes) -> None:
        self.transport.write(ANSWER)
        self.transport.close()


async def serve(lab: Lab) -> None:
    """Until cancelled."""
    loop = asyncio.get_running_loop()
    plan = lab.contexts.plan
    with contextlib.ExitStack() as stack:
        for address in plan.addresses:
            server = await loop.create_server(
                Answer,
                address,
                plan.port,
                ssl=lab.listener(address),
                backlog=BACKLOG,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
            )
            stack.callback(server.close)
        print(f"serving {len(plan.hosts)} hosts on {', '.join(plan.addresses)}, port {plan.port}", flush=True)
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            with contextlib.suppress(FileNotFoundError):
                lab.follow()


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Weak keys are part of the story; the lab must be able to show them.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.num_tickets = 0
    return context


def _context(folder: Path, chains: list[tuple[str, ...]]) -> ssl.SSLContext:
    """OpenSSL holds one chain per key type and reads each from a file: it has no call that takes bytes."""
    context = _bare_context()
    for certificates in chains:
        joined = folder / f"{'+'.join(certificates)}.served.pem"
        joined.write_text("".join((folder / f"{name}.pem").read_text() for name in certificates))
        context.load_cert_chain(joined, folder / f"{certificates[0]}.key")
    return context


def _say_less(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Probes break off handshakes on purpose; only what is not a connection's end is worth a line."""
    if not isinstance(context.get("exception"), (ssl.SSLError, ConnectionError, TimeoutError)):
        print(context.get("message"), context.get("exception"), flush=True)


async def _until_signalled(folder: Path) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_say_less)
    task = asyncio.ensure_future(serve(Lab(folder)))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    try:
        asyncio.run(_until_signalled(folder))
    except OSError as error:
        print(f"The lab cannot start: {_why(error, folder)}.", flush=True)
        return 1
    return 0


def _why(error: OSError, folder: Path) -> str:
    """The port is kept with the story: whoever meets it taken cannot wait for another one."""
    if error.errno != errno.EADDRINUSE:
        return error.strerror or str(error)
    port = read_plan(folder).port
    return (
        f"another program holds port {port}, perhaps another demo. Stop that one, or stop this one, delete "
        f"{folder.parent} and start again: a new story takes a free port"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
