"""Deliveries: lease a parcel, send it, then mark it; what fails is tried again, ever later, until its owner must look.

A crash between sending and marking sends a parcel twice, under the same identifier; none is ever lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet

from certdash.models import Channel, ChannelKind, Delivery, DeliveryState, Notice
from certdash.queries.risk.recipients import audience

MINUTE = timedelta(minutes=1)
BACK_OFF = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 180 * MINUTE, 360 * MINUTE)
# After so many failures in a row the owner is asked to look; it is tried on all the same.
MOST_FAILURES = len(BACK_OFF)
# Of one mail or chat message; what is beyond comes in the next.
MOST_TOGETHER = 100
# What nobody took for so long is no news any more.
LONGEST = timedelta(days=30)
KEPT = timedelta(days=400)
WAITING = Q(state=DeliveryState.WAITING)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Notices that go out together, reserved by `lease`. `id` is the same at every attempt."""

    id: str
    lease: str
    channel: Channel
    notices: tuple[Notice, ...]


def _due(now: datetime) -> Q:
    is_free = Q(leased_until=None) | Q(leased_until__lte=now)
    may_try = Q(channel__retry_at=None) | Q(channel__retry_at__lte=now)
    return WAITING & is_free & may_try & Q(next_try_at__lte=now, channel__archived_at=None)


def due_channels(*, now: datetime) -> list[int]:
    rows = Delivery.objects.filter(_due(now)).order_by("channel_id")
    return list(rows.values_list("channel_id", flat=True).distinct())


@transaction.atomic
def claim(channel_id: int, *, now: datetime, lease_for: timedelta) -> Parcel | None:
    """The oldest parcel that is due. Of two callers one gets it: the lease is set where nobody else's is in force."""
    rows = list(
        Delivery.objects.filter(_due(now), channel=channel_id).select_related("channel").order_by("pk")[:MOST_TOGETHER]
    )
    if not rows:
        return None
    together = _together(rows)
    parcel, lease = together[0].parcel or uuid4().hex, uuid4().hex
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    chosen = Delivery.objects.filter(WAITING & free, pk__in=[row.pk for row in together], parcel=together[0].parcel)
    if not chosen.update(parcel=parcel, lease=lease, leased_until=now + lease_for):
        return None
    notices = _sendable(lease, rows[0].channel)
    return Parcel(parcel, lease, rows[0].channel, notices)


def _together(rows: Sequence[Delivery]) -> list[Delivery]:
    """What was tried together before, else everything new; programs get each notice by itself."""
    first = rows[0]
    if first.channel.kind == ChannelKind.WEBHOOK:
        return [first]
    return [row for row in rows if row.parcel == first.parcel]


def _sendable(lease: str, channel: Channel) -> tuple[Notice, ...]:
    """Without what its reader may not know any more; that is dropped."""
    rows = Notice.objects.filter(deliveries__lease=lease).select_related("app", "customer").order_by("created_at", "pk")
    notices = tuple(rows)
    told = audience(notices, [channel])
    lost = [notice.pk for notice in notices if not told.gets(channel, notice)]
    Delivery.objects.filter(lease=lease, notice__in=lost).update(
        state=DeliveryState.DROPPED, last_error="Its reader is no longer told of such things."
    )
    return tuple(notice for notice in notices if notice.pk not in lost)


@transaction.atomic
def mark_sent(parcel: Parcel, *, now: datetime) -> None:
    """Without effect once the lease has run out and somebody else has sent it again."""
    if _held(parcel).update(
        state=DeliveryState.SENT, sent_at=now, attempts=F("attempts") + 1, last_error="", leased_until=None
    ):
        Channel.objects.filter(pk=parcel.channel.pk).update(failures=0, retry_at=None, broken_since=None, last_error="")


@transaction.atomic
def mark_failed(parcel: Parcel, reason: str, *, is_passing: bool, now: datetime) -> None:
    """What does not pass by itself is shown to the owner at once, the rest after the limit."""
    channel = Channel.objects.select_for_update().get(pk=parcel.channel.pk)
    retry_at = now + BACK_OFF[min(channel.failures, len(BACK_OFF) - 1)]
    if not _held(parcel).update(
        attempts=F("attempts") + 1, next_try_at=retry_at, last_error=reason[:500], leased_until=None
    ):
        return
    failures = channel.failures + 1
    is_broken = not is_passing or failures >= MOST_FAILURES
    Channel.objects.filter(pk=channel.pk).update(
        failures=failures,
        retry_at=retry_at,
        last_error=reason[:500],
        broken_since=channel.broken_since or (now if is_broken else None),
    )


def _held(parcel: Parcel) -> QuerySet[Delivery]:
    return Delivery.objects.filter(WAITING, lease=parcel.lease)


@transaction.atomic
def revive(channel_id: int, *, now: datetime) -> None:
    """After a test that was taken, or a change of the address: what waits is due now."""
    Channel.objects.filter(pk=channel_id).update(failures=0, retry_at=None, broken_since=None, last_error="")
    tried = Delivery.objects.filter(WAITING, channel=channel_id, attempts__gt=0)
    tried.update(next_try_at=now)


@transaction.atomic
def tidy(*, now: datetime) -> None:
    """Drop what nobody took for a month, and forget what is told and more than a year old."""
    old = Delivery.objects.filter(WAITING, notice__created_at__lte=now - LONGEST)
    old.update(state=DeliveryState.DROPPED, last_error="Nobody took it for 30 days.", leased_until=None)
    Notice.objects.filter(created_at__lte=now - KEPT).delete()
