"""Tasks of notices: look what time has brought, route what was written, send what is due."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from certdash.actions import calendar_entries, delivering, looking, routing
from certdash.actions.composing import compose
from certdash.actions.sending import send
from certdash.probes.connection import Failure
from certdash.tasks.periodic import periodic

# Of one channel in one task; the next beat offers what is left.
MOST_PARCELS = 50
MOST_BATCHES = 40


@periodic
def look() -> None:
    """Dates that come close, hosts that stay silent; and the calendar, which shows the same dates."""
    now = timezone.now()
    looking.look(now=now)
    calendar_entries.refresh(now=now)


@periodic
def tidy() -> None:
    delivering.tidy(now=timezone.now())


@periodic
def offer() -> None:
    """Route what is new, then a hint for each channel with something due. A hint that gets lost comes again."""
    for _ in range(MOST_BATCHES):
        if not routing.route(now=timezone.now(), has_mail=bool(settings.SMTP_HOST)):
            break
    for channel_id in delivering.due_channels(now=timezone.now()):
        deliver.apply_async((channel_id,), expires=settings.NOTIFY_TICK.total_seconds())


@shared_task
def deliver(channel_id: int) -> None:
    """Send, then mark. It ends at the first failure: the channel's back-off is for all its parcels."""
    for _ in range(MOST_PARCELS):
        parcel = delivering.claim(channel_id, now=timezone.now(), lease_for=settings.NOTIFY_LEASE)
        if parcel is None or not _deliver(parcel):
            return


def _deliver(parcel: delivering.Parcel) -> bool:
    if not parcel.notices:
        return True
    answer = send(compose(parcel, now=timezone.now()), parcel.channel)
    if isinstance(answer, Failure):
        delivering.mark_failed(parcel, answer.reason, is_passing=answer.is_passing, now=timezone.now())
        return False
    delivering.mark_sent(parcel, now=timezone.now())
    return True
