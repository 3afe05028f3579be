"""Starts certdash on this machine: what must be true first, what runs, what the person at the terminal reads."""

import asyncio
import fcntl
import os
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from certdash.runtime import programs
from certdash.runtime.child import Program
from certdash.runtime.supervisor import run, supervise
from certdash.runtime.terminal import say, tell

SOURCE = Path(__file__).resolve().parents[2]
ASK_AGAIN_SECONDS = 0.1


class StartError(Exception):
    """A sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Launch:
    """`command` is how to start this again, as a person would type it; `greeting` follows the URL.

    `places` are addresses and ports that the data is about and that `extra` listens on: they cannot be others.
    """

    var: Path
    port: int
    command: str
    greeting: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[Program, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    with_story: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """The source folder is on the path: the command works from any folder, installed or not."""
        return {
            # Links in notices; whoever puts a proxy in front names the address that people see.
            "BASE_URL": f"http://{programs.HOST}:{self.port}",
            **os.environ,
            **self.settings,
            "CERTDASH_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "certdash.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
        }


def launch(plan: Launch) -> int:
    """Runs until Ctrl-C; the exit code is 1 when it could not start, 130 when Ctrl-C came before it had."""
    try:
        with locked(plan.var):
            require_free_port(plan.port, plan.command)
            require_free_places(plan)
            return asyncio.run(_live(plan))
    except StartError as reason:
        tell(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def locked(var: Path) -> TextIO:
    """Two parents on one folder would serve one queue twice; the lock goes with the process that holds it."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "lock").open("a+")
    except OSError as error:
        raise StartError(f"certdash keeps its data in {var}, and that cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartError(
            f"certdash already runs on the data in {var}. Stop it first (Ctrl-C in its terminal), "
            "or give this one a folder of its own: CERTDASH_VAR=FOLDER."
        ) from error
    return lock


def require_free_port(port: int, command: str) -> None:
    if not 1 <= port <= 65535:
        raise StartError(f"A port is a number from 1 to 65535. Choose one: PORT=8001 {command}")
    if reason := _taken(programs.HOST, port):
        raise StartError(
            f"Port {port} on {programs.HOST} cannot be used: {reason}. "
            f"Stop the program that has it, or choose another: PORT={port + 1 if port < 65535 else 8001} {command}"
        )


def require_free_places(plan: Launch) -> None:
    """Another demo's lab answers for the same hosts with other certificates, which would look like a rotation."""
    for address, port in plan.places:
        if reason := _taken(address, port):
            raise StartError(
                f"Port {port} on {address}, where the servers of {plan.var} answer, cannot be used: {reason}. "
                f"Stop the program that has it, perhaps another demo, or start a second story: "
                f"CERTDASH_VAR=FOLDER {plan.command}"
            )


def _taken(address: str, port: int) -> str | None:
    """Why nobody can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.strerror
    return None


async def _live(plan: Launch) -> int:
    await prepare(plan)
    everything = (*plan.extra, programs.web(plan.port), programs.worker(), programs.beat(plan.var))

    async def greet() -> None:
        await _web_answers(plan.port)
        tell("\n".join(("", f"certdash is at http://{programs.HOST}:{plan.port}/", *plan.greeting, "")))

    await supervise(everything, plan.environment, say=say, once_started=greet)
    return 0


async def prepare(plan: Launch) -> None:
    """Of a failure the person reads the last line, which says why; all lines are kept beside the data."""
    say("certdash", f"preparing the data in {plan.var}")
    lines: list[str] = []
    program = programs.prepare(with_story=plan.with_story)
    if not await run(program, plan.environment, lambda _, line: lines.append(line)):
        return
    log = plan.var / "prepare.log"
    log.write_text("\n".join(lines))
    reason = re.sub(r"^[\w.]+(Error|Exception|Configured): ", "", lines[-1]) if lines else "it was killed"
    raise StartError(f"certdash could not prepare its data, and nothing was started: {reason}\nMore is in {log}.")


async def _web_answers(port: int) -> None:
    while True:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(programs.HOST, port)
            writer.write(f"GET /healthz HTTP/1.0\r\nHost: {programs.HOST}\r\n\r\n".encode())
            status = await reader.readline()
            writer.close()
            # A refusal answers too: ALLOWED_HOSTS may leave out this machine's own address.
            if status and b" 50" not in status:
                return
        await asyncio.sleep(ASK_AGAIN_SECONDS)
