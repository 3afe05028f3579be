"""Who is told: by role, by what customers and people chose, and never what they may not see."""

from datetime import datetime, timedelta

import pytest

from certdash.actions.outbox import put
from certdash.actions.routing import route
from certdash.models import App, Channel, Customer, Delivery, Event, Notice, NoticePreference, Role, User
from certdash.queries.notices.drafts import Draft, Words
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db
WORDS = Words("subject", "what", "so what", "to do")


def notice(event: Event, customer: Customer | None, app: App | None = None, *, urgent: bool = False) -> None:
    key = str(Notice.objects.count())
    put([Draft(event, key, customer.pk if customer else None, WORDS, "/", urgent, app.pk if app else None)], now=NOW)


def hook(*, user: User | None = None, customer: Customer | None = None, events: tuple[Event, ...] = ()) -> Channel:
    return Channel.objects.create(
        user=user, customer=customer, name="hook", kind="webhook", target="https://a.test/", events=list(events)
    )


def routed() -> dict[Channel, list[str]]:
    """Two runs: the second finds nothing to do."""
    assert route(now=NOW, has_mail=True) > 0
    assert route(now=NOW, has_mail=True) == 0
    found: dict[Channel, list[str]] = {}
    for row in Delivery.objects.select_related("channel", "notice").order_by("notice"):
        found.setdefault(row.channel, []).append(row.notice.event)
    return found


def by_user(found: dict[Channel, list[str]]) -> dict[str, list[str]]:
    return {channel.user.name: events for channel, events in found.items() if channel.user}


def everything(customer: Customer) -> None:
    """One of each kind, as they are written: rotations of a platform domain also in the platform's copy."""
    app = builders.app(customer)
    notice(Event.APP_WORSE, customer, app)
    notice(Event.ROTATION_BEGAN, customer)
    notice(Event.ROTATION_BEGAN, None)
    notice(Event.CERTIFICATE_EXPIRES, customer)
    notice(Event.DATA_STALE, None)


def test_each_role_is_told_what_it_is_for_by_e_mail() -> None:
    acme, globex = builders.customer("Acme"), builders.customer("Globex")
    for role in Role:
        owner = None if role.value.startswith("platform") else acme
        builders.user(role, owner, email=f"{role.value}@example.test")
    builders.user(Role.CUSTOMER_ADMIN, globex, email="stranger@example.test")
    builders.user(email="nobody@example.test")

    everything(acme)

    assert by_user(routed()) == {
        "platform_admin": ["rotation_began", "data_stale"],
        "platform_manager": ["rotation_began"],
        "customer_admin": ["rotation_began", "certificate_expires"],
        "app_owner": ["app_worse"],
        "manager": ["rotation_began"],
    }
    assert {(row.kind, row.name) for row in Channel.objects.all()} == {("email", "E-mail")}


def test_app_owners_are_told_of_their_apps_and_of_those_without_an_owner() -> None:
    acme = builders.customer()
    omar, olga = (builders.user(Role.APP_OWNER, acme, email=f"{name}@example.test") for name in ("omar", "olga"))
    app = builders.app(acme)
    App.objects.update(owner=omar)
    notice(Event.APP_WORSE, acme, app)
    notice(Event.SHIP_BY, acme, builders.app(acme))

    assert by_user(routed()) == {"omar": ["app_worse", "ship_by"], olga.name: ["ship_by"]}


def test_a_customer_and_a_person_can_choose_otherwise() -> None:
    acme = builders.customer()
    admin = builders.user(Role.CUSTOMER_ADMIN, acme, email="admin@example.test")
    builders.user(Role.MANAGER, acme, email="manager@example.test")
    hook(user=admin, events=(Event.APP_WORSE,))
    NoticePreference.objects.create(customer=acme, role=Role.MANAGER, events=["certificate_expires"])

    everything(acme)

    assert by_user(routed()) == {"admin": ["app_worse"], "manager": ["certificate_expires"]}


def test_who_has_put_every_channel_away_is_told_nothing() -> None:
    acme = builders.customer()
    admin = builders.user(Role.CUSTOMER_ADMIN, acme)
    Channel.objects.create(user=admin, name="E-mail", kind="email", target=admin.email, archived_at=NOW)

    everything(acme)

    assert routed() == {}


def test_channels_of_customers_and_of_the_platform_get_what_concerns_them() -> None:
    acme, globex = builders.customer(), builders.customer()
    own, chosen, other, platform = (
        hook(customer=acme),
        hook(customer=acme, events=(Event.APP_WORSE,)),
        hook(customer=globex),
        hook(),
    )

    everything(acme)

    found = routed()
    assert [found.get(channel, []) for channel in (own, chosen, other, platform)] == [
        ["app_worse", "rotation_began", "certificate_expires"],
        ["app_worse"],
        [],
        ["rotation_began", "data_stale"],
    ]


@pytest.mark.parametrize(
    ("fields", "urgent", "due"),
    [
        ({}, False, timedelta(hours=22)),
        ({"digest_hour": 10}, False, timedelta(hours=1)),
        ({}, True, timedelta()),
        ({"pace": "at_once"}, False, timedelta()),
        ({"kind": "webhook"}, False, timedelta()),
    ],
    ids=["digest", "later hour", "urgent", "at once", "webhook"],
)
def test_a_digest_waits_for_its_hour_and_what_is_urgent_for_nothing(
    fields: dict[str, object], urgent: bool, due: timedelta
) -> None:
    acme = builders.customer()
    Channel.objects.create(**{"customer": acme, "name": "x", "kind": "email", "target": "a@example.test"} | fields)
    notice(Event.APP_WORSE, acme, urgent=urgent)

    route(now=NOW, has_mail=False)

    assert list(Delivery.objects.values_list("next_try_at", flat=True)) == [NOW + due]


def test_the_same_fact_makes_one_notice() -> None:
    draft = Draft(Event.DATA_STALE, "2026-11-24", None, WORDS, "/")

    put([draft, draft], now=NOW)
    put([draft], now=NOW + timedelta(hours=1))

    assert list(Notice.objects.values_list("key", "created_at")) == [("data_stale:platform:2026-11-24", NOW)]


def test_without_a_mail_server_nobody_is_given_a_mailbox() -> None:
    builders.user(Role.PLATFORM_ADMIN)
    notice(Event.DATA_STALE, None)

    route(now=datetime.now(NOW.tzinfo), has_mail=False)

    assert (Channel.objects.count(), Delivery.objects.count()) == (0, 0)
