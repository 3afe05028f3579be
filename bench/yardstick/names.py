"""A name server for the farm's hosts, and a process that asks it: an answer from 127.0.0.1–8 for every name.

python -m bench.yardstick.names answers on 127.0.0.53 until it is stopped; it has to run as root.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.yardstick.farm_running import ROOT

ADDRESS = ("127.0.0.53", 53)
SERVER_CORE = "1"


def answer(query: bytes) -> bytes:
    """RFC 1035 §4.1: one A record for a question of type A, none for any other."""
    end = 12
    while query[end]:
        end += query[end] + 1
    question = query[12 : end + 5]
    is_ipv4 = query[end + 1 : end + 3] == b"\x00\x01"
    address = bytes([127, 0, 0, 1 + query[14] % 8])
    record = b"\xc0\x0c\x00\x01\x00\x01" + (60).to_bytes(4) + b"\x00\x04" + address if is_ipv4 else b""
    return query[:2] + b"\x81\x80\x00\x01" + bytes([0, is_ipv4]) + bytes(4) + question + record


def serve() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(ADDRESS)
        while True:
            query, client = server.recvfrom(4096)
            server.sendto(answer(query), client)


@contextmanager
def name_server() -> Iterator[list[str]]:
    """Gives the words before a command that make its resolver ask this server and nobody else."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(f"nameserver {ADDRESS[0]}\n")
        file.flush()
        command = ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "bench.yardstick.names"]
        with subprocess.Popen(command, cwd=ROOT) as process:
            time.sleep(0.5)
            try:
                mount = f'mount --bind {file.name} {Path("/etc/resolv.conf").resolve()} && exec "$@"'
                yield ["unshare", "--mount", "sh", "-c", mount, "sh"]
            finally:
                process.terminate()


def may_serve() -> bool:
    return os.getuid() == 0


if __name__ == "__main__":
    serve()
