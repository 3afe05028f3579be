"""Check now: a person asks for a probe of some endpoints and watches its progress."""

from datetime import datetime

from django.db import transaction

from certdash.actions.scheduling import schedule
from certdash.models import Progress, User


@transaction.atomic
def begin_check(endpoint_ids: list[int], title: str, *, actor: User, now: datetime) -> Progress:
    """Without any endpoint it is over at once and says so."""
    progress = Progress(user=actor, title=title, total=len(endpoint_ids), started_at=now)
    if not endpoint_ids:
        progress.ended_at, progress.result = now, "There is no endpoint to check. Add a host to the environment first."
    progress.save()
    schedule(endpoint_ids, now=now)
    return progress
