"""One child process: started so that it cannot outlive its parent, stopped with everything it started itself."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LONGEST_LINE = 2**20
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """A command line, the name that its lines carry, and how long it may take to stop when asked."""

    name: str
    command: tuple[str, ...]
    stop_seconds: float = 8


async def start(program: Program, environment: Mapping[str, str], output: int) -> Process:
    """In a session of its own: Ctrl-C in the terminal reaches the parent alone, which then stops its children.

    `output` is the end of a pipe that this closes. With a pipe of asyncio's own, waiting for the process would also
    wait for everything that it started and that still holds the pipe.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *program.command,
            env=environment,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_leash(os.getpid()),
        )
    finally:
        os.close(output)


async def relay(readable: int, name: str, say: Say) -> None:
    """Passes on what is written to the pipe, line by line, until its last writer is gone."""
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(readable, "rb")
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), pipe)
    with contextlib.closing(transport):
        await _pass_on(lines, name, say)


async def _pass_on(lines: asyncio.StreamReader, name: str, say: Say) -> None:
    while True:
        try:
            line = await lines.readline()
        except ValueError:
            line = b"(a line of more than a megabyte)"
        if not line:
            return
        if text := line.decode(errors="replace").rstrip():
            say(name, text)


async def stop(process: Process, seconds: float) -> None:
    """Asks first; whatever is left of its group after the grace period is killed."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    sweep(process)
    await process.wait()


def sweep(process: Process) -> None:
    """Kills what the process left behind: a web worker without its master would keep the port taken."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _leash(parent: int) -> Callable[[], None] | None:
    """Runs in the child before its program: the kernel ends it when the parent dies, even by SIGKILL."""
    if (libc := _LIBC) is None:
        return None

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind
