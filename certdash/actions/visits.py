"""Visits to the overview: when a reader was there before, so that the page can say what changed since."""

from datetime import datetime, timedelta

from certdash.models import User

# The mark is moved once an hour at most, so silence is known to the hour: a visit ends after one hour of it, or two.
STEP = timedelta(hours=1)
SILENCE = 2 * STEP


def note_visit(user: User, *, now: datetime) -> datetime | None:
    """When the visit before this one ended, None for the first; most calls write nothing.

    Compare-and-set: of two pages that are opened at once, one begins the visit.
    """
    last, previous = user.last_overview_at, user.previous_overview_at
    if last is not None and now - last < STEP:
        return previous
    if last is not None and now - last >= SILENCE:
        previous = last
    rows = User.objects.filter(pk=user.pk, last_overview_at=last)
    rows.update(last_overview_at=now, previous_overview_at=previous)
    return previous
