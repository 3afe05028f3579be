"""Whether hosts may be probed at all, asked while a person registers them; the first probe tells all the rest."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from certdash.probes.guard import Networks
from certdash.probes.reading import ReadFailure, Target
from certdash.probes.resolve import Located, Resolver

CONCURRENCY = 50


def refusals(targets: Sequence[Target], allowed: Networks, deadline: timedelta) -> dict[int, str]:
    """By place in `targets`, why one may not be connected to.

    A host without an answer inside the deadline passes: a slow name server is no reason to refuse a registration.
    """
    return asyncio.run(_refusals(targets, allowed, deadline))


async def _refusals(targets: Sequence[Target], allowed: Networks, deadline: timedelta) -> dict[int, str]:
    resolver = Resolver(allowed, CONCURRENCY)
    tasks = [asyncio.ensure_future(resolver.locate(target)) for target in targets]
    if tasks:
        await asyncio.wait(tasks, timeout=deadline.total_seconds())
    found = {place: _refused(task.result()) for place, task in enumerate(tasks) if task.done()}
    for task in tasks:
        task.cancel()
    return {place: sentence for place, sentence in found.items() if sentence}


def _refused(located: Located) -> str:
    failures = (place[1] for place in located if isinstance(place, tuple))
    return next((failure.sentence for failure in failures if _is_refusal(failure)), "")


def _is_refusal(failure: ReadFailure) -> bool:
    return failure.code == "refused_address"
