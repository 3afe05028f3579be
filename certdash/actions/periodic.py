"""Whose turn a periodic run is: of all that are asked for at the same time, one begins."""

from datetime import datetime, timedelta

from certdash.models import PeriodicRun


def begin(name: str, *, every: timedelta, now: datetime) -> bool:
    """Whether a run of `name` is due; who gets True does it, and nobody else until most of `every` has passed.

    Compare-and-set in one statement. Half an interval of tolerance: a beat that comes a little early is not skipped.
    """
    due = PeriodicRun.objects.filter(name=name, began_at__lte=now - every / 2)
    if due.update(began_at=now):
        return True
    _, is_first = PeriodicRun.objects.get_or_create(name=name, defaults={"began_at": now})
    return is_first
