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

SOURCE = Path(__file__).resolve().parents[2]
ASK_AGAIN_SECONDS = 0.1


class StartError(Exception):
    """A sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Launch:
    """`command` is how to start this again, as a person would type it; `greeting` follows the URL."""

    var: Path
    port: int
    command: str
    greeting: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[Program, ...] = ()
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
    """Runs until Ctrl-C; the exit code is 1 when it could not start."""
    try:
        with locked(plan.var):
            require_free_port(plan.port, plan.command)
            return asyncio.run(_live(plan))
    except StartError as reason:
        print(reason, flush=True)
        return 1


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
            "or give this one a folder of its own: --var FOLDER."
        ) from error
    return lock


def require_free_port(port: int, command: str) -> None:
    if not 1 <= port <= 65535:
        raise StartError(f"A port is a number from 1 to 65535. Choose one: PORT=8001 {command}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((programs.HOST, port))
        except OSError as error:
            raise StartError(
                f"Port {port} on {programs.HOST} cannot be used: {error.strerror}. "
                f"Stop the program that has it, or choose another: PORT={port + 1 if port < 65535 else 8001} {command}"
            ) from error


async def _live(plan: Launch) -> int:
    await prepare(plan)
    everything = (*plan.extra, programs.web(plan.port), programs.worker(), programs.beat(plan.var))

    async def greet() -> None:
        await _web_answers(plan.port)
        print("\n".join(("", f"certdash is at http://{programs.HOST}:{plan.port}/", *plan.greeting, "")), flush=True)

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


def say(name: str, line: str) -> None:
    print(f"{name:<8} | {line}", flush=True)
