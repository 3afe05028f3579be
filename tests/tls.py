"""Real TLS servers on loopback for probes to meet, well-behaved and hostile, each in threads of its own."""

import socket
import ssl
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.pki import Issued

Conversation = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Server:
    """`stopped` ends conversations that would last for ever."""

    address: str
    port: int
    stopped: Event = field(default_factory=Event)

    @property
    def place(self) -> str:
        return f"{self.address}:{self.port}"


@contextmanager
def serving(talk: Conversation, *, address: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """Every connection gets a thread that runs `talk` and then closes it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family, backlog=256) as listener:
        server = Server(address, listener.getsockname()[1])
        Thread(target=_accept, args=(listener, talk), daemon=True).start()
        try:
            yield server
        finally:
            server.stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, talk: Conversation) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        Thread(target=_converse, args=(connection, talk), daemon=True).start()


def _converse(connection: socket.socket, talk: Conversation) -> None:
    with suppress(OSError), connection:
        talk(connection)


@dataclass(frozen=True)
class Keeping:
    """One chain of a server, leaf first, and the key of its leaf; `extra` is raw DER sent behind the others."""

    leaf: Issued
    others: Sequence[Issued] = ()


def tls(*chains: Keeping, configure: Callable[[ssl.SSLContext], object] = lambda context: None) -> Conversation:
    """A TLS server; with chains of two key types it chooses by the client's offer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    for chain in chains:
        _load(context, chain)
    configure(context)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure, suppress(OSError):
            secure.recv(1)

    return talk


def _load(context: ssl.SSLContext, chain: Keeping) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(b"".join(one.pem for one in (chain.leaf, *chain.others)) + chain.leaf.key_pem)
        file.flush()
        context.load_cert_chain(file.name)


def only(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], object]:
    def configure(context: ssl.SSLContext) -> None:
        context.minimum_version = context.maximum_version = version

    return configure


def curve(name: str) -> Callable[[ssl.SSLContext], object]:
    return lambda context: context.set_ecdh_curve(name)


def asking_for_a_certificate(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], object]:
    def configure(context: ssl.SSLContext) -> None:
        context.minimum_version = context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED

    return configure


def silent(connection: socket.socket) -> None:
    """Reads what comes and never answers."""
    while connection.recv(4096):
        pass


def byte_by_byte(connection: socket.socket) -> None:
    """The header of a record that announces 16 kB, then a byte now and then."""
    connection.recv(4096)
    for byte in b"\x16\x03\x03\x40\x00" + bytes(16_384):
        connection.send(bytes([byte]))
        Event().wait(0.05)


def resetting(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hanging_up(connection: socket.socket) -> None:
    connection.recv(4096)


def saying(answer: bytes) -> Conversation:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)
        silent(connection)

    return talk


PLAIN_HTTP = saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
GARBAGE = saying(bytes(range(1, 256)) * 8)
ALERT = saying(bytes.fromhex("15 0303 0002 02 28"))  # RFC 8446 §6: fatal, handshake_failure
OLD_PROTOCOL = saying(bytes.fromhex("15 0301 0002 02 46"))  # fatal, protocol_version
