"""Settings, Channels: who sees and changes which, what is refused, and the answer to a test."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from certdash.models import AuditEntry, Channel, Customer, Delivery, Event, Notice, Role
from tests.certdash import builders
from tests.certdash.builders import NOW, signed_in
from tests.receivers import WebServer, web_server

pytestmark = pytest.mark.django_db
LIST = "/settings/channels/"
INTERNAL = (
    "The receiver lies in an internal network, to which no notice is sent. Use a public address, or have whoever runs "
    "certdash allow that network in NOTIFY_ALLOWED_NETWORKS."
)


@pytest.fixture(autouse=True)
def _loopback(settings: Settings) -> None:
    settings.NOTIFY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.NOTIFY_DEADLINE = timedelta(seconds=1)


@pytest.fixture
def acme() -> Customer:
    return builders.customer("Acme")


@pytest.fixture
def admin(acme: Customer) -> Client:
    return signed_in(builders.user(Role.CUSTOMER_ADMIN, acme, email="clara@example.test"))


@pytest.fixture
def hooks() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def given(owner: object, kind: str = "email", target: str = "ops@example.test", **fields: object) -> dict[str, Any]:
    return {"owner": owner, "kind": kind, "name": "ops", "target": target, "pace": "digest", "digest_hour": 7} | fields


def errors(client: Client, values: dict[str, Any]) -> dict[str, list[str]]:
    response = client.post(f"{LIST}new/", values)
    assert response.status_code == 422
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def channel(**fields: object) -> Channel:
    values = {"name": "hook", "kind": "webhook", "target": "https://hooks.example.test/s3cret", "secret": "whsec_AAAA"}
    return Channel.objects.create(**values | fields)


def test_a_webhook_shows_its_secret_once_and_its_address_never_in_full(acme: Customer, admin: Client) -> None:
    response = admin.post(f"{LIST}new/", given(acme.pk, "webhook", "http://127.0.0.1:9/s3cret", events=["app_worse"]))

    row = Channel.objects.get()
    assert (response.status_code, row.customer, row.user, row.events) == (200, acme, None, ["app_worse"])
    assert f'value="{row.secret}"' in response.content.decode()
    pages = [admin.get(url).content.decode() for url in (LIST, f"{LIST}{row.pk}/", "/activity/")]
    assert [(row.secret in page, "s3cret" in page) for page in pages] == [(False, False)] * 3
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.customer, entry.after) == (
        "created",
        acme,
        {
            "name": "ops",
            "kind": "webhook",
            "place": "http://127.0.0.1:9/…",
            "events": ["app_worse"],
            "pace": "digest",
            "digest_hour": 7,
        },
    )


def test_everybody_keeps_channels_of_their_own(acme: Customer) -> None:
    reader = builders.user(Role.MANAGER, acme)

    response = signed_in(reader).post(f"{LIST}new/", given("me", target="me@example.test"))

    row = Channel.objects.get()
    assert (response.status_code, row.user, row.customer, row.target) == (302, reader, None, "me@example.test")


@pytest.mark.parametrize(
    ("role", "owners"),
    [
        (Role.MANAGER, ["me"]),
        (Role.APP_OWNER, ["me"]),
        (Role.CUSTOMER_ADMIN, ["me", "Acme"]),
        (Role.PLATFORM_MANAGER, ["me"]),
        (Role.PLATFORM_ADMIN, ["me", "platform", "Acme", "Globex"]),
    ],
)
def test_whom_a_channel_can_be_for_depends_on_the_role(acme: Customer, role: Role, owners: list[str]) -> None:
    globex = builders.customer("Globex")
    person = builders.user(role, None if role.value.startswith("platform") else acme)
    client = signed_in(person)
    keys = {"me": "me", "platform": "platform", "Acme": acme.pk, "Globex": globex.pk}

    statuses = {name: client.post(f"{LIST}new/", given(key)).status_code for name, key in keys.items()}

    assert [name for name, status in statuses.items() if status == 302] == owners
    assert Channel.objects.count() == len(owners)


@pytest.mark.parametrize(
    ("kind", "target", "sentence"),
    [
        ("email", "ops", "This is not an e-mail address. Write it like name@example.com."),
        (
            "webhook",
            "ftp://example.test",
            "This is not the address of a webhook. It looks like https://hooks.example.com/certdash.",
        ),
        (
            "webhook",
            "https://10.1.2.3/hook",
            INTERNAL,
        ),
        (
            "webhook",
            "https://user:pass@127.0.0.1/",
            "The address holds a user or password. The signature takes their place: leave them out.",
        ),
    ],
)
def test_a_target_that_cannot_work_is_refused(admin: Client, kind: str, target: str, sentence: str) -> None:
    assert errors(admin, given("me", kind, target)) == {"target": [sentence]}


def test_chat_is_offered_only_where_it_is_switched_on(admin: Client, settings: Settings) -> None:
    room = given("me", "chat", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    assert list(errors(admin, room)) == ["kind"]

    settings.NOTIFY_CHAT = True

    assert list(errors(admin, given("me", "chat", "json://example.test"))) == ["target"]
    assert (admin.post(f"{LIST}new/", room).status_code, Channel.objects.get().place) == (302, "slack://…")


def test_channels_of_others_do_not_exist(acme: Customer, admin: Client) -> None:
    row = channel(customer=acme)
    mine = channel(user=admin.get(LIST).wsgi_request.user)
    colleague = signed_in(builders.user(Role.CUSTOMER_ADMIN, acme))
    reader = signed_in(builders.user(Role.MANAGER, acme))
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))

    def answers(client: Client, pk: int) -> list[int]:
        place = f"{LIST}{pk}/"
        read = [client.get(url).status_code for url in (place, f"{place}edit/", f"{place}archive/")]
        return [*read, client.post(f"{place}test/").status_code]

    assert [answers(client, row.pk)[:3] for client in (admin, colleague)] == [[200] * 3] * 2
    assert [answers(client, row.pk) for client in (reader, stranger)] == [[404] * 4] * 2
    assert [answers(client, mine.pk) for client in (colleague, reader, stranger)] == [[404] * 4] * 3
    assert [len(client.get(LIST).context["list"].rows) for client in (admin, colleague, reader, stranger)] == [
        2,
        1,
        0,
        0,
    ]


def test_a_test_shows_the_answer_and_revives_what_was_broken(acme: Customer, admin: Client, hooks: WebServer) -> None:
    row = channel(
        customer=acme, target=hooks.url(), failures=6, broken_since=NOW, last_error="No answer.", retry_at=NOW
    )
    notice = Notice.objects.create(event=Event.ROTATION_DONE, key="x", subject="x", payload={}, created_at=NOW)
    later = NOW + timedelta(days=9999)
    Delivery.objects.create(notice=notice, channel=row, attempts=6, next_try_at=later)
    hooks.answers = [(503, {}, b"not yet"), (200, {}, b"welcome")]
    told, broken = [], []

    for _ in range(2):
        response = admin.post(f"{LIST}{row.pk}/test/", follow=True)
        told += [str(message) for message in response.context["messages"]]
        row.refresh_from_db()
        broken.append((row.broken_since is not None, row.last_error))

    assert told == [
        "The test did not arrive. The receiver answers 503 Service Unavailable not yet",
        "The test was taken. The answer: 200 OK welcome",
    ]
    assert broken == [(True, "The receiver answers 503 Service Unavailable not yet"), (False, "")]
    assert Delivery.objects.get().next_try_at < later


def test_a_broken_channel_is_shown_to_its_owner_and_to_nobody_else(acme: Customer, admin: Client) -> None:
    channel(customer=acme, name="on call", broken_since=NOW, last_error="The receiver answers 404.")
    reader = signed_in(builders.user(Role.MANAGER, acme))
    sentence = (
        "The channel “on call” is broken since 24 Nov 2026, so its notices wait. The receiver answers 404. Repair it "
        "and send a test under Settings, Channels."
    )

    pages = ("/", "/settings/", LIST)
    shown = [[sentence in client.get(url).content.decode() for url in pages] for client in (admin, reader)]

    assert shown == [[True] * 3, [False] * 3]


def test_another_address_starts_without_failures_and_keeps_the_secret(acme: Customer, admin: Client) -> None:
    row = channel(customer=acme, failures=6, broken_since=NOW, last_error="No answer.")

    values = given(acme.pk, "email", "http://127.0.0.1:9/other")
    assert admin.post(f"{LIST}{row.pk}/edit/", values).status_code == 302

    row.refresh_from_db()
    assert (row.kind, row.target, row.secret, row.failures, row.broken_since) == (
        "webhook",
        "http://127.0.0.1:9/other",
        "whsec_AAAA",
        0,
        None,
    )


def test_a_channel_is_archived_and_restored(acme: Customer, admin: Client) -> None:
    row = channel(customer=acme)
    states = []
    for _ in range(2):
        admin.post(f"{LIST}{row.pk}/archive/")
        row.refresh_from_db()
        states.append(row.archived_at is None)

    assert states == [False, True]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["archived", "restored"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_channel_and_for_three(acme: Customer, admin: Client, count: int) -> None:
    for _ in range(count):
        channel(customer=acme)

    with CaptureQueriesContext(connection) as queries:
        admin.get(LIST)

    assert len(queries) == 4
