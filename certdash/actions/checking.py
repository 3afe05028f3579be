"""Check now: a person asks for a probe of some endpoints and watches its progress."""

from datetime import datetime, timedelta

from django.db import transaction

from certdash.actions.probing import request_now
from certdash.actions.scheduling import schedule
from certdash.models import Progress, User

INTERRUPTED = "The check was interrupted. The hosts are due and are read with the next sweep."
# 5,000 silent hosts take about this long at the default deadline.
LONGEST = timedelta(minutes=15)


@transaction.atomic
def begin_check(endpoint_ids: list[int], title: str, *, actor: User, now: datetime) -> Progress:
    """Without any endpoint it is over at once and says so."""
    progress = Progress(user=actor, title=title, total=len(endpoint_ids), started_at=now)
    if not endpoint_ids:
        progress.ended_at, progress.result = now, "There is no endpoint to check. Add a host to the environment first."
    progress.save()
    schedule(endpoint_ids, now=now)
    # The message that starts the check can get lost; due endpoints are then found by the next beat.
    request_now(endpoint_ids, now=now)
    return progress


def end_stalled(*, now: datetime) -> int:
    """Close checks whose worker died, so that nobody watches a bar that never moves; gives how many."""
    stalled = Progress.objects.filter(ended_at=None, started_at__lt=now - LONGEST)
    return stalled.update(ended_at=now, result=INTERRUPTED)
