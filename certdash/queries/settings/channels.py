"""Channels as their owners see them: the list, one of them, the broken ones; and what each role is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from certdash.models import (
    PLATFORM_ROLES,
    Channel,
    ChannelKind,
    Customer,
    Delivery,
    DeliveryState,
    Event,
    NoticePreference,
    Pace,
    Role,
)
from certdash.queries.access import Access
from certdash.queries.formatting import Moment, counted, full_day, moment
from certdash.queries.risk.recipients import USUAL
from certdash.queries.settings.pages import ACTIVE_FIRST, SettingList, SettingRow

MOST_SHOWN = 20
WAITING = Q(deliveries__state=DeliveryState.WAITING)
WITH_MAIL = "You get e-mail as soon as there is something to tell. Add a webhook, or an address of your team."
WITHOUT_MAIL = "No mail server is set (SMTP_HOST), so no e-mail leaves certdash. Add a webhook to be told all the same."
CUSTOMER_ROLES = tuple(role for role in Role if role not in PLATFORM_ROLES)
# The labels are sentences for ticks; in a table a word or two must do.
BRIEF = {
    Event.APP_WORSE: "worse verdicts",
    Event.SHIP_BY: "ship-by dates",
    Event.SUCCESSOR_ANNOUNCED: "announcements",
    Event.SUCCESSOR_WITHDRAWN: "withdrawals",
    Event.ROTATION_CANCELLED: "rotations called off",
    Event.ROTATION_BEGAN: "rotations that begin",
    Event.ROTATION_DONE: "rotations that are done",
    Event.CERTIFICATE_EXPIRES: "expiring certificates",
    Event.ENDPOINT_UNREACHABLE: "unreachable hosts",
    Event.DATA_STALE: "late checks",
    Event.OWNER_ASKED: "questions to owners",
}


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    at: Moment
    subject: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class ChannelPage:
    pk: int
    name: str
    kind: str
    place: str
    owner: str
    told: str
    pace: str
    waiting: int
    broken: str
    error: str
    is_archived: bool
    rows: tuple[DeliveryRow, ...]


def visible_channels(access: Access) -> QuerySet[Channel]:
    """One's own, and those that one administers: what a channel of others says or where it leads is theirs."""
    rows = Channel.objects.select_related("customer", "user")
    if access.is_platform_admin:
        return rows.filter(Q(user=None) | Q(user=access.user_id))
    administered = [key for key in access.customer_roles if access.may_administer(key)]
    return rows.filter(Q(user=access.user_id) | Q(customer__in=administered))


def broken_channels(access: Access) -> tuple[str, ...]:
    """A sentence for each, to be shown where its owner looks."""
    rows = visible_channels(access).filter(broken_since__isnull=False, archived_at=None)
    return tuple(
        f"The channel “{row.name}” is broken since {full_day(row.broken_since)}, so its notices wait. {row.last_error} "
        "Repair it and send a test under Settings, Channels."
        for row in rows.order_by("broken_since", "pk")
        if row.broken_since
    )


def channel_list(access: Access) -> SettingList:
    rows = visible_channels(access).annotate(waiting=Count("deliveries", filter=WAITING))
    return SettingList(
        "Channels",
        "Notices go to these places: your own, and those of the customers and the platform that you administer.",
        ("Channel", "Kind", "For", "Where to", "When", "State"),
        tuple(_row(row) for row in rows.order_by(ACTIVE_FIRST, "name", "pk")),
        WITH_MAIL if settings.SMTP_HOST else WITHOUT_MAIL,
        reverse("channel_new"),
        "Add channel",
    )


def _row(row: Channel) -> SettingRow:
    is_at_once = row.pace == Pace.AT_ONCE or row.kind == ChannelKind.WEBHOOK
    when = "at once" if is_at_once else f"daily {row.digest_hour:02}:00"
    waiting: int = row.waiting  # type: ignore[attr-defined]  # annotated above
    state = "works" if not row.failures else "fails, tried again"
    if row.broken_since:
        state = f"broken since {full_day(row.broken_since)}"
    if waiting:
        state += f"; {counted(waiting, 'notice')} {'waits' if waiting == 1 else 'wait'}"
    return SettingRow(
        row.name,
        (row.get_kind_display(), owner_of(row), row.place, when, state),
        reverse("channel_edit", args=(row.pk,)),
        reverse("channel_archive", args=(row.pk,)),
        row.archived_at is not None,
        reverse("channel", args=(row.pk,)),
    )


def owner_of(row: Channel) -> str:
    if row.customer:
        return row.customer.name
    return "the platform" if row.user_id is None else "you"


def channel_page(row: Channel, now: datetime) -> ChannelPage:
    """Three statements. `row` comes from `visible_channels`."""
    deliveries = Delivery.objects.filter(channel=row).select_related("notice").order_by("-pk")
    waiting = deliveries.filter(state=DeliveryState.WAITING).count()
    pace = row.get_pace_display()
    hour = "" if row.pace == Pace.AT_ONCE else f" ({row.digest_hour:02}:00 UTC)"
    is_hook = row.kind == ChannelKind.WEBHOOK
    return ChannelPage(
        row.pk,
        row.name,
        row.get_kind_display(),
        row.place,
        owner_of(row),
        named_events(row.events) if row.events else _usual_words(row),
        "Each notice by itself, at once" if is_hook else f"{pace}{hour}",
        waiting,
        full_day(row.broken_since) if row.broken_since else "",
        row.last_error,
        row.archived_at is not None,
        tuple(_delivery(one, now) for one in deliveries[:MOST_SHOWN]),
    )


def named_events(events: Iterable[str]) -> str:
    chosen = set(events)
    return ", ".join(BRIEF[event] for event in Event if event in chosen) or "nothing"


def _usual_words(row: Channel) -> str:
    return "what your roles are told" if row.user_id else "what is usual"


def _delivery(one: Delivery, now: datetime) -> DeliveryRow:
    if one.state == DeliveryState.SENT:
        return DeliveryRow(moment(one.sent_at, now), one.notice.subject, "sent", "")
    tried = f"{counted(one.attempts, 'attempt')}. {one.last_error}" if one.attempts else one.last_error
    return DeliveryRow(moment(one.notice.created_at, now), one.notice.subject, one.state, tried)


def preference_list(access: Access) -> SettingList:
    """The roles whose members this reader may have told more, or less."""
    stored = {(row.customer_id, row.role): row.events for row in NoticePreference.objects.filter(access.rows())}
    rows = []
    if access.is_platform_admin:
        rows += [_preference(None, role, stored.get((None, role.value))) for role in PLATFORM_ROLES]
    for customer in _customers(access, stored):
        rows += [_preference(customer, role, stored.get((customer.pk, role.value))) for role in CUSTOMER_ROLES]
    return SettingList(
        "Who is told",
        "Members are told what their role is for; each of them can choose otherwise under Channels.",
        ("Role", "Customer", "Told of"),
        tuple(rows),
        "Only admins change what the roles of a customer or of the platform are told.",
    )


def _customers(access: Access, stored: Iterable[tuple[int | None, str]]) -> QuerySet[Customer]:
    """A platform admin sees those that differ from the usual: a list of every customer would hide them."""
    rows = Customer.objects.filter(archived_at=None)
    if access.is_platform_admin:
        return rows.filter(pk__in={key for key, _ in stored if key})
    return rows.filter(pk__in=[key for key in access.customer_roles if access.may_administer(key)])


def _preference(customer: Customer | None, role: Role, events: list[str] | None) -> SettingRow:
    told = named_events(USUAL[role] if events is None else events)
    args = (role.value,) if customer is None else (customer.pk, role.value)
    view = "platform_notices" if customer is None else "customer_notices"
    return SettingRow(role.label, (customer.name if customer else "all customers", told), reverse(view, args=args), "")
