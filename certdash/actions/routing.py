"""Routing: from notices to the channels of those who are told, as deliveries with the time they are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from certdash.actions.bulk import insert_rows
from certdash.actions.turns import take_turn_to_route
from certdash.models import Channel, ChannelKind, Delivery, DeliveryState, Membership, Notice, Pace, User
from certdash.queries.risk.recipients import audience

BATCH = 500
FIELDS = ("notice", "channel", "state", "parcel", "lease", "attempts", "next_try_at", "last_error")


@transaction.atomic
def route(*, now: datetime, has_mail: bool) -> int:
    """One batch; gives how many notices it had. Two workers that route the same notice make one delivery of it."""
    take_turn_to_route()
    rows = Notice.objects.filter(routed_at=None).select_related("app").order_by("pk")
    notices = list(rows[:BATCH])
    if not notices:
        return 0
    if has_mail:
        _open_mailboxes(notices)
    insert_rows(Delivery, FIELDS, _deliveries(notices, now))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices], routed_at=None).update(routed_at=now)
    return len(notices)


def _deliveries(notices: Sequence[Notice], now: datetime) -> Iterable[tuple[object, ...]]:
    told = audience(notices)
    for notice in notices:
        for channel in told.channels_of(notice):
            due = due_at(channel, now, is_urgent=notice.is_urgent)
            yield notice.pk, channel.pk, DeliveryState.WAITING.value, "", "", 0, due, ""


def due_at(channel: Channel, now: datetime, *, is_urgent: bool) -> datetime:
    """Now, or at the hour of the next digest. Programs sort for themselves: a webhook waits for none."""
    if is_urgent or channel.pace == Pace.AT_ONCE or channel.kind == ChannelKind.WEBHOOK:
        return now
    today = now.replace(hour=channel.digest_hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def _open_mailboxes(notices: Sequence[Notice]) -> None:
    """Members who never chose get e-mail. Who archives that channel stays without."""
    customers = {notice.customer_id for notice in notices}
    members = Membership.objects.filter(customer__in=customers - {None})
    members |= Membership.objects.filter(customer=None)
    people = User.objects.filter(pk__in=members.values("user"), is_active=True, channels=None).exclude(email="")
    Channel.objects.bulk_create(
        [Channel(user=person, name="E-mail", kind=ChannelKind.EMAIL, target=person.email) for person in people]
    )
