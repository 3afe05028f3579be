"""A lab in its own process, as the demo runs it, and a client that reads what it serves."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from OpenSSL import SSL


@contextmanager
def running_lab(folder: Path) -> Iterator[None]:
    """Returns once the lab answers: it says so in its first line."""
    command = [sys.executable, "-m", "certdash.demo.lab", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line.startswith("serving "), line
            yield
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def served_names(address: str, port: int, host: str, *, ciphers: str = "DEFAULT") -> tuple[str, ...]:
    """Common names of the served chain, leaf first. `ciphers` other than the default implies TLS 1.2."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    if ciphers != "DEFAULT":
        context.set_max_proto_version(SSL.TLS1_2_VERSION)
        context.set_cipher_list(ciphers.encode())
    with socket.create_connection((address, port), timeout=10) as raw:
        raw.settimeout(None)
        connection = SSL.Connection(context, raw)
        connection.set_tlsext_host_name(host.encode())
        connection.set_connect_state()
        connection.do_handshake()
        chain = connection.get_peer_cert_chain(as_cryptography=True) or []
        return tuple(certificate.subject.rfc4514_string().removeprefix("CN=") for certificate in chain)
