"""A parent with the children given as `name=python code`, for the drills: run by Python, not by pytest."""

import asyncio
import os
import sys

from certdash.runtime.child import Program
from certdash.runtime.supervisor import supervise
from certdash.runtime.terminal import say


def program(argument: str) -> Program:
    name, _, code = argument.partition("=")
    return Program(name, (sys.executable, "-c", code), stop_seconds=0.3)


async def started() -> None:
    say("parent", f"{os.getpid()}")


if __name__ == "__main__":
    asyncio.run(supervise([*map(program, sys.argv[1:])], os.environ, say=say, once_started=started))
