"""The terminal that certdash was started in: what is said there, and how its end is noticed."""

import asyncio
import os
import select
import signal
import sys

LOOK_AGAIN_SECONDS = 1


def say(name: str, line: str) -> None:
    tell(f"{name:<8} | {line}")


def tell(text: str) -> None:
    """When nobody reads any more (`| head`, a closed terminal) the rest goes nowhere: it must not stop the stopping."""
    try:
        print(text, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def outlives_its_terminal() -> bool:
    """Started with `nohup`: the closed terminal is no reason to stop."""
    return signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


async def closed() -> None:
    """Returns once the terminal, or whoever reads the pipe in its place, is gone.

    The kernel tells only the program that the terminal was opened for. Where that is `make` and not a shell, nobody
    passes the signal on.
    """
    watched = select.poll()
    watched.register(sys.stdout.fileno(), 0)
    while not watched.poll(0):
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
