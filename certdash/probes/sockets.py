"""How many connections a sweep may hold at once, so that no batch fails for want of a file descriptor."""

import resource
from functools import cache

WANTED = 16_384
# For what is not a probe: database, queue, logs, and a socket or two for every name that is being looked up.
KEPT_FREE = 600
# Sweeps at once in one process: the threads of a worker.
SWEEPS = 4
FEWEST = 16


@cache
def share() -> int:
    """Raises the limit of the process as far as it may: the usual 1024 are fewer than 300 hosts have addresses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft not in (resource.RLIM_INFINITY, most) and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return share_of(most if soft == resource.RLIM_INFINITY else max(soft, most))


def share_of(limit: int) -> int:
    return max((limit - KEPT_FREE) // SWEEPS, FEWEST)
