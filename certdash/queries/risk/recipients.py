"""Who is told what: the usual for each role, what customers and people changed in it, and what nobody may be told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from certdash.models import PLATFORM_ROLES, Channel, Event, Membership, Notice, NoticePreference, Role

ROTATIONS = frozenset(
    {
        Event.SUCCESSOR_ANNOUNCED,
        Event.SUCCESSOR_WITHDRAWN,
        Event.ROTATION_CANCELLED,
        Event.ROTATION_BEGAN,
        Event.ROTATION_DONE,
    }
)
# Of these the platform has a copy of its own, over all customers; those of one customer would only repeat it.
COPIED = ROTATIONS
DOMAINS = frozenset({Event.CERTIFICATE_EXPIRES, Event.ENDPOINT_UNREACHABLE})
APPS = frozenset({Event.APP_WORSE, Event.SHIP_BY})
USUAL: Mapping[Role, frozenset[Event]] = {
    Role.PLATFORM_ADMIN: ROTATIONS | {Event.DATA_STALE},
    Role.PLATFORM_MANAGER: frozenset({Event.ROTATION_BEGAN, Event.ROTATION_DONE}),
    Role.CUSTOMER_ADMIN: ROTATIONS | DOMAINS,
    Role.APP_OWNER: APPS,
    Role.MANAGER: frozenset({Event.ROTATION_BEGAN, Event.ROTATION_DONE}),
}
OF_CUSTOMER = frozenset(Event) - {Event.DATA_STALE}
OF_PLATFORM = USUAL[Role.PLATFORM_ADMIN]
# Who can ship a fix. A question of a person reaches them whatever else they chose to be told.
ASKED = frozenset({Role.CUSTOMER_ADMIN, Role.APP_OWNER})


def usual(role: Role) -> tuple[Event, ...]:
    return tuple(event for event in Event if event in USUAL[role])


def possible(role: Role) -> tuple[Event, ...]:
    """What a role can be told at all, or be spared."""
    choices = [event for event in Event if event is not Event.OWNER_ASKED]
    return tuple(event for event in choices if role in PLATFORM_ROLES or event in OF_CUSTOMER)


@dataclass(frozen=True, slots=True)
class Audience:
    """Everything that decides who gets notices of some customers, read at once; `channels` by customer."""

    channels: Mapping[int | None, tuple[Channel, ...]]
    roles: Mapping[int, tuple[tuple[int | None, Role], ...]]
    preferences: Mapping[tuple[int | None, str], frozenset[str]]

    def channels_of(self, notice: Notice) -> list[Channel]:
        near = [*self.channels.get(notice.customer_id, ()), *self.channels.get(None, ())]
        return [channel for channel in {one.pk: one for one in near}.values() if self.gets(channel, notice)]

    def gets(self, channel: Channel, notice: Notice) -> bool:
        """Also asked right before sending: whoever has lost a role gets nothing that was on its way."""
        if channel.user_id is None:
            usual_here = OF_CUSTOMER if channel.customer_id else OF_PLATFORM
            return _concerns(channel.customer_id, notice) and notice.event in (channel.events or usual_here)
        own = self.roles.get(channel.user_id, ())
        fitting = [(key, role) for key, role in own if _concerns(key, notice) and _is_theirs(channel, role, notice)]
        if notice.event == Event.OWNER_ASKED:
            is_asked = any(key == notice.customer_id and role in ASKED for key, role in fitting)
            return is_asked and notice.payload.get("by") != channel.user_id
        if channel.events:
            return bool(fitting) and notice.event in channel.events
        return any(notice.event in self._wanted(key, role) for key, role in fitting)

    def _wanted(self, customer_id: int | None, role: Role) -> frozenset[str]:
        return self.preferences.get((customer_id, role.value), USUAL[role])


def _concerns(customer_id: int | None, notice: Notice) -> bool:
    """A customer's own notices; for the platform its copies, and all others of every customer."""
    if customer_id is None:
        return notice.customer_id is None or notice.event not in COPIED
    return notice.customer_id == customer_id


def _is_theirs(channel: Channel, role: Role, notice: Notice) -> bool:
    """App owners are told of their own apps, and of those that nobody owns."""
    if role is not Role.APP_OWNER or notice.app is None:
        return True
    return notice.app.owner_id in (None, channel.user_id)


def audience(notices: Sequence[Notice], channels: Iterable[Channel] | None = None) -> Audience:
    """Three statements. Without `channels` all that could get one of these notices."""
    customers = {notice.customer_id for notice in notices if notice.customer_id}
    here = Q(customer__in=customers) | Q(customer=None)
    roles: dict[int, list[tuple[int | None, Role]]] = defaultdict(list)
    for user_id, customer_id, role in Membership.objects.filter(here, user__is_active=True).values_list(
        "user_id", "customer_id", "role"
    ):
        roles[user_id].append((customer_id, Role(role)))
    stored = NoticePreference.objects.filter(here).values_list("customer_id", "role", "events")
    if channels is None:
        owned = Q(user__in=list(roles)) | Q(user=None, customer__in=customers) | Q(user=None, customer=None)
        channels = Channel.objects.filter(owned, archived_at=None).order_by("pk")
    return Audience(
        _by_customer(channels, roles),
        {user_id: tuple(found) for user_id, found in roles.items()},
        {(customer_id, role): frozenset(events) for customer_id, role, events in stored},
    )


def _by_customer(
    channels: Iterable[Channel], roles: Mapping[int, Sequence[tuple[int | None, Role]]]
) -> Mapping[int | None, tuple[Channel, ...]]:
    """A user's channel stands under each customer they have a role for."""
    found: dict[int | None, list[Channel]] = defaultdict(list)
    for channel in channels:
        own = [channel.customer_id] if channel.user_id is None else [key for key, _ in roles.get(channel.user_id, ())]
        for key in own:
            found[key].append(channel)
    return {key: tuple(rows) for key, rows in found.items()}
