"""Keeps programs running: starts what died again, a little later each time, and stops all of them together."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from certdash.runtime import terminal
from certdash.runtime.child import Program, Say, relay, start, stop, sweep

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# A program that ran this long was healthy: its next end starts the delays afresh.
HEALTHY_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def supervise(
    programs: Sequence[Program],
    environment: Mapping[str, str],
    *,
    say: Say,
    once_started: Callable[[], Awaitable[None]],
) -> None:
    """Until a signal or the end of the terminal asks for the end; returns when no child is left."""
    tasks = [asyncio.ensure_future(keep_running(program, environment, say)) for program in programs]
    tasks.append(asyncio.ensure_future(once_started()))
    await _asked_to_stop()
    say("certdash", "stopping")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def keep_running(program: Program, environment: Mapping[str, str], say: Say) -> None:
    loop = asyncio.get_running_loop()
    delay = FIRST_DELAY_SECONDS
    while True:
        started_at = loop.time()
        code = await run(program, environment, say)
        delay = FIRST_DELAY_SECONDS if loop.time() - started_at > HEALTHY_SECONDS else delay
        say("certdash", f"{program.name} {how_it_ended(code)}; it starts again in {delay:g} s")
        await asyncio.sleep(delay)
        delay = min(2 * delay, LONGEST_DELAY_SECONDS)


async def run(program: Program, environment: Mapping[str, str], say: Say) -> int:
    """Once, to its end; a cancelled run stops the process."""
    readable, writable = os.pipe()
    lines = asyncio.ensure_future(relay(readable, program.name, say))
    process = await start(program, environment, writable)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        await stop(process, program.stop_seconds)
        raise
    finally:
        sweep(process)
        # Its last words are the ones that explain its end. `wait`, because in Python 3.11 `wait_for` can swallow the
        # cancellation that asks for the end, and the program would be started again for ever.
        await asyncio.wait([lines], timeout=1)
        lines.cancel()
    return code


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


async def _asked_to_stop() -> None:
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, asked.set)
    if terminal.outlives_its_terminal():
        await asked.wait()
        return
    loop.add_signal_handler(signal.SIGHUP, asked.set)
    ends = [asyncio.ensure_future(asked.wait()), asyncio.ensure_future(terminal.closed())]
    _, other = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in other:
        end.cancel()
