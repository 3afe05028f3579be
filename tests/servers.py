"""Private PostgreSQL and Redis servers on loopback that live as long as the tests which use them.

Run as `python -m tests.servers COMMAND…` it gives the command a PostgreSQL database in DATABASE_URL.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.labs import free_port

POSTGRES_OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")


def postgres_program(name: str) -> str | None:
    """Debian keeps the server's programs out of the path, one folder a version."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty cluster. The server refuses to run as root, so root runs it as Debian's `postgres`."""
    port, owner = free_port(), _unprivileged()
    with tempfile.TemporaryDirectory(prefix="certdash-postgres-") as folder:
        if owner:
            shutil.chown(folder, *owner.values())
        data = f"{folder}/data"
        create = (_found("initdb"), "-D", data, "-U", "certdash", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        subprocess.run(create, check=True, stdout=subprocess.DEVNULL, cwd=folder, **_as(owner))
        settings = (*POSTGRES_OPTIONS, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
        options = [part for setting in settings for part in ("-c", setting)]
        command = (_found("postgres"), "-D", data, "-p", str(port), *options)
        with running(command, "database system is ready to accept connections", folder, _as(owner)):
            yield f"postgres://certdash@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """The URL of an empty server that writes nothing to disk."""
    port = free_port()
    command = (_found("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    with (
        tempfile.TemporaryDirectory(prefix="certdash-redis-") as folder,
        running(command, "Ready to accept connections", folder, {}),
    ):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def running(command: Sequence[str], ready: str, folder: str, options: Mapping[str, Any]) -> Iterator[None]:
    """Until the block ends. What the server writes is read to its end: a full pipe would stop it."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, text=True, **options
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if ready in line:
            break
    else:
        raise RuntimeError(f"{command[0]} did not start: {''.join(said)}")
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    drain.start()
    try:
        yield
    finally:
        process.send_signal(2)  # PostgreSQL's fast shutdown; a polite end for Redis
        process.wait()
        drain.join()
        process.stdout.close()


def _found(name: str) -> str:
    program = postgres_program(name) or shutil.which(name)
    assert program is not None, name
    return program


def _unprivileged() -> dict[str, str]:
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_name, "group": "postgres"}


def _as(owner: Mapping[str, str]) -> dict[str, Any]:
    return {**owner, "extra_groups": []} if owner else {}


def main(command: list[str]) -> int:
    with postgres() as url:
        return subprocess.run(command, check=False, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
