"""Channels: set one up, change it, put it away, note how a test went; and who is told what by role."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes

from django.db import transaction

from certdash.actions import delivering, records
from certdash.actions.audit import record
from certdash.models import Channel, ChannelKind, Customer, NoticePreference, Role, User
from certdash.notify.message import Answer
from certdash.notify.webhook import new_secret
from certdash.probes.connection import Failure

# Without the target: what stands in the address of a webhook or a chat room lets others write there.
FIELDS = ("name", "kind", "place", "events", "pace", "digest_hour")


@transaction.atomic
def save_channel(channel: Channel, *, actor: User | None, now: datetime) -> Channel:
    """A new webhook gets its secret here; another address is another receiver, and starts without failures."""
    stored = Channel.objects.filter(pk=channel.pk).values_list("target", flat=True).first()
    if channel.kind == ChannelKind.WEBHOOK and not channel.secret:
        channel.secret = new_secret(token_bytes(32))
    records.save(channel, FIELDS, actor=actor, now=now, customer=channel.customer)
    if stored is not None and stored != channel.target:
        delivering.revive(channel.pk, now=now)
    return channel


@transaction.atomic
def archive_channel(channel: Channel, *, actor: User | None, now: datetime) -> None:
    records.archive(channel, actor=actor, now=now, customer=channel.customer)


@transaction.atomic
def restore_channel(channel: Channel, *, actor: User | None, now: datetime) -> None:
    if records.restore(channel, actor=actor, now=now, customer=channel.customer):
        delivering.revive(channel.pk, now=now)


def note_test(channel: Channel, answer: Answer, *, now: datetime) -> None:
    """A test that arrives revives the channel, and what waited goes out; one that does not changes the reason shown."""
    if not isinstance(answer, Failure):
        delivering.revive(channel.pk, now=now)
    elif channel.broken_since:
        Channel.objects.filter(pk=channel.pk).update(last_error=answer.reason[:500])


@transaction.atomic
def save_preference(
    customer: Customer | None, role: Role, events: Sequence[str], *, actor: User | None, now: datetime
) -> None:
    row, is_new = NoticePreference.objects.get_or_create(
        customer=customer, role=role, defaults={"events": list(events)}
    )
    before = None if is_new else {"events": row.events}
    if before == {"events": list(events)}:
        return
    NoticePreference.objects.filter(pk=row.pk).update(events=list(events))
    record(actor, "edited", row, at=now, before=before, after={"events": list(events)}, customer=customer)
