"""One TLS handshake on a non-blocking socket, driven by the event loop, up to the served chain or a failure."""

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta
from errno import EINPROGRESS

from OpenSSL import SSL

from certdash.probes import failures
from certdash.probes.openssl import served_der
from certdash.probes.reading import ReadFailure, Reading
from certdash.probes.resolve import Destination

Chains = Callable[[bytes], Reading]


class Handshake:
    """Callbacks instead of streams: no task, no transport and no buffer per connection.

    `ended` gets the reading; it is never cancelled and never holds an exception.
    """

    __slots__ = (
        "_chains",
        "_connection",
        "_context",
        "_deadline",
        "_file",
        "_loop",
        "_name",
        "_socket",
        "_timer",
        "ended",
    )

    def __init__(
        self, loop: asyncio.AbstractEventLoop, context: SSL.Context, name: bytes | None, chains: Chains
    ) -> None:
        self._loop, self._context, self._name, self._chains = loop, context, name, chains
        self._connection: SSL.Connection | None = None
        self.ended: asyncio.Future[Reading] = loop.create_future()

    def start(self, destination: Destination, *, ends_at: float, deadline: timedelta) -> asyncio.Future[Reading]:
        """`ends_at` is on the loop's clock; `deadline` is what the sentence about it names."""
        self._deadline = deadline
        try:
            code = self._connect(destination)
        except OSError as error:
            self.ended.set_result(failures.of_system(error.errno or 0))
            return self.ended
        self._file = self._socket.fileno()
        self._timer = self._loop.call_at(ends_at, self._expire)
        if code in (0, EINPROGRESS):
            self._loop.add_writer(self._file, self._open)
        else:
            self._end(failures.of_system(code))
        return self.ended

    def _connect(self, destination: Destination) -> int:
        """The system's code. Raises OSError where this machine knows no such family (IPv6) or zone (`%eth1`)."""
        family = socket.AF_INET6 if ":" in destination.address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            return self._socket.connect_ex((destination.address, destination.port))
        except OSError:
            self._socket.close()
            raise

    def _open(self) -> None:
        if code := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(failures.of_system(code))
            return
        self._connection = SSL.Connection(self._context, self._socket)
        if self._name:
            self._connection.set_tlsext_host_name(self._name)
        self._connection.set_connect_state()
        # In this order uvloop keeps its handle; the other way round it closes it and makes a new one.
        self._loop.add_reader(self._file, self._advance)
        self._loop.remove_writer(self._file)
        self._advance()

    def _advance(self) -> None:
        connection = self._connection
        assert connection is not None
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.WantWriteError:
            self._loop.add_writer(self._file, self._resume)
        except SSL.Error as error:
            self._end(self._told(connection, failures.of_tls(error)))
        else:
            self._end(self._chain(connection) or failures.NO_CERTIFICATE)

    def _resume(self) -> None:
        """A send buffer was full, which a hello of half a kilobyte rarely meets."""
        self._loop.remove_writer(self._file)
        self._advance()

    def _told(self, connection: SSL.Connection, failure: ReadFailure) -> Reading:
        """A server that wants a client certificate sends its own first, then an alert: the chain is read already."""
        return (self._chain(connection) if failure.code == "tls_alert" else None) or failure

    def _chain(self, connection: SSL.Connection) -> Reading | None:
        der = served_der(connection)
        return self._chains(der) if der else None

    def _expire(self) -> None:
        self._end(failures.timed_out("handshake" if self._connection else "connect", self._deadline))

    def _end(self, reading: Reading) -> None:
        self._timer.cancel()
        self._loop.remove_reader(self._file)
        self._loop.remove_writer(self._file)
        self._socket.close()
        self._connection = None
        if not self.ended.done():
            self.ended.set_result(reading)
