"""From a notice to a real mail server and a real web server on loopback, through the tasks."""

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone
from pytest_django import Settings

from certdash.actions import delivering
from certdash.actions.channels import save_channel
from certdash.actions.composing import compose
from certdash.actions.outbox import put
from certdash.actions.sending import send
from certdash.celery import app
from certdash.models import Channel, Customer, Delivery, Event, Notice, Role
from certdash.queries.notices.drafts import Draft, Words
from certdash.tasks import notices
from tests.certdash import builders
from tests.receivers import MailServer, WebServer, mail_server, web_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_and_an_empty_queue(settings: Settings) -> None:
    settings.NOTIFY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.NOTIFY_DEADLINE = timedelta(seconds=1)
    settings.BASE_URL = "https://certdash.example"
    settings.PERIODIC = dict.fromkeys(settings.PERIODIC, timedelta())
    enqueued()


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = "127.0.0.1", server.port, "none"
        settings.SMTP_FROM = "certdash@example.test"
        yield server


@pytest.fixture
def hooks() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def enqueued() -> list[int]:
    """Takes every hint out of the queue: the channels to deliver to."""
    found = []
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        while queue.qsize():
            message = queue.get()
            message.ack()
            found += message.payload[0]
    return found


def write(event: Event, customer: Customer | None, subject: str, *, urgent: bool = False) -> None:
    words = Words(subject, f"{subject}: <what>.", "So what.", "Do it.")
    draft = Draft(event, subject, customer.pk if customer else None, words, "/apps/7/", urgent, facts={"app": "Café"})
    put([draft], now=timezone.now())


def hook(server: WebServer, customer: Customer) -> Channel:
    row = Channel(customer=customer, name="hook", kind="webhook", target=server.url())
    return save_channel(row, actor=None, now=timezone.now())


def deliver() -> None:
    """The beat, and a worker that takes every hint twice."""
    notices.offer()
    for channel_id in enqueued():
        notices.deliver(channel_id)
        notices.deliver(channel_id)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_urgent_arrives_as_one_mail_with_text_html_and_a_link(mails: MailServer) -> None:
    acme = builders.customer("Acme")
    admin = builders.user(Role.CUSTOMER_ADMIN, acme, email="clara@example.test")
    write(Event.ROTATION_BEGAN, acme, "Unexpected: *.cloud.test rotates", urgent=True)
    write(Event.CERTIFICATE_EXPIRES, acme, "Certificate of api.acme.test expires 3 Jan", urgent=True)

    deliver()

    (post,) = mails.taken
    assert (post.recipients, post.letter["subject"]) == (
        [admin.email],
        "2 notices, 2 urgent: Unexpected: *.cloud.test rotates",
    )
    assert post.body("plain") == (
        "Unexpected: *.cloud.test rotates\n"
        "\n"
        "Unexpected: *.cloud.test rotates: <what>.\n"
        "So what.\n"
        "What to do: Do it.\n"
        "https://certdash.example/apps/7/\n"
        "\n"
        "----------------------------------------\n"
        "\n"
        "Certificate of api.acme.test expires 3 Jan\n"
        "\n"
        "Certificate of api.acme.test expires 3 Jan: <what>.\n"
        "So what.\n"
        "What to do: Do it.\n"
        "https://certdash.example/apps/7/\n"
        "\n"
        "-- \n"
        "You get this because of the channel “E-mail”. Change what you get: "
        "https://certdash.example/settings/channels/\n"
    )
    html = post.body("html")
    assert html.count('<a href="https://certdash.example/apps/7/">Open its page</a>') == 2
    assert html.count("rotates: &lt;what&gt;.") == 1
    assert states() == ["sent", "sent"]


def test_what_can_wait_comes_in_one_digest(mails: MailServer) -> None:
    acme = builders.customer("Acme")
    builders.user(Role.CUSTOMER_ADMIN, acme)
    write(Event.ROTATION_BEGAN, acme, "first")
    write(Event.ROTATION_DONE, acme, "second")

    deliver()
    before = len(mails.taken)
    Delivery.objects.update(next_try_at=timezone.now())
    deliver()

    assert (before, [post.letter["subject"] for post in mails.taken]) == (0, ["2 notices: first"])


def test_a_webhook_gets_signed_json_that_its_receiver_can_verify(hooks: WebServer) -> None:
    acme = builders.customer("Acme")
    row = hook(hooks, acme)
    write(Event.APP_WORSE, acme, "Field Service is failing", urgent=True)

    deliver()

    (request,) = hooks.taken
    notice = Notice.objects.get()
    sent = json.loads(request.body)
    assert (sent["type"], request.headers["webhook-id"]) == ("app_worse", f"notice-{notice.uid.hex}")
    assert sent["data"] == {
        "customer": "acme",
        "is_urgent": True,
        "subject": "Field Service is failing",
        "what": "Field Service is failing: <what>.",
        "so_what": "So what.",
        "to_do": "Do it.",
        "url": "https://certdash.example/apps/7/",
        "app": "Café",
    }
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(row.secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert (len(key), request.headers["webhook-signature"]) == (32, f"v1,{right}")


def test_a_worker_that_dies_between_send_and_mark_doubles_one_and_loses_none(hooks: WebServer) -> None:
    """What it held comes back once its lease has run out, under the identifier that the receiver knows."""
    acme = builders.customer()
    row = hook(hooks, acme)
    write(Event.APP_WORSE, acme, "first", urgent=True)
    write(Event.APP_WORSE, acme, "second", urgent=True)
    notices.offer()

    held = delivering.claim(row.pk, now=timezone.now(), lease_for=timedelta(minutes=2))
    assert held is not None
    send(compose(held, now=timezone.now()), held.channel)
    # Here the worker dies.
    deliver()
    Delivery.objects.update(leased_until=timezone.now())
    deliver()

    first, second = (f"notice-{notice.uid.hex}" for notice in Notice.objects.order_by("pk"))
    assert [request.headers["webhook-id"] for request in hooks.taken] == [first, second, first]
    assert states() == ["sent", "sent"]


def test_a_receiver_that_fails_is_tried_again_and_comes_back(hooks: WebServer) -> None:
    acme = builders.customer()
    row = hook(hooks, acme)
    hooks.answers = [(500, {}, b"busy"), (204, {}, b"")]
    write(Event.APP_WORSE, acme, "first", urgent=True)

    deliver()
    row.refresh_from_db()
    failed = (row.failures, row.broken_since, row.last_error, states())
    Channel.objects.update(retry_at=timezone.now())
    Delivery.objects.update(next_try_at=timezone.now())
    deliver()

    assert failed == (1, None, "The receiver answers 500 Internal Server Error busy", ["waiting"])
    row.refresh_from_db()
    assert (row.failures, states(), len(hooks.taken)) == (0, ["sent"], 2)
    assert len({request.headers["webhook-id"] for request in hooks.taken}) == 1


def test_a_redirect_and_an_address_inside_break_a_channel_at_once(hooks: WebServer, settings: Settings) -> None:
    acme = builders.customer()
    row = hook(hooks, acme)
    hooks.answers = [(302, {"location": hooks.url("/elsewhere")}, b"")]
    write(Event.APP_WORSE, acme, "first", urgent=True)
    found = []

    for networks in (["127.0.0.0/8"], ["192.0.2.0/24"]):
        settings.NOTIFY_ALLOWED_NETWORKS = networks
        Channel.objects.update(retry_at=None, broken_since=None)
        Delivery.objects.update(next_try_at=timezone.now())
        deliver()
        row.refresh_from_db()
        found.append((row.broken_since is not None, row.last_error.partition(",")[0]))

    assert found == [
        (True, "The receiver redirects (302)"),
        (True, "The receiver lies in an internal network"),
    ]
    assert len(hooks.taken) == 1


def test_a_lost_hint_costs_a_delay_and_no_notice(hooks: WebServer) -> None:
    acme = builders.customer()
    row = hook(hooks, acme)
    write(Event.APP_WORSE, acme, "first", urgent=True)

    notices.offer()
    lost = enqueued()
    deliver()

    assert (lost, len(hooks.taken), states()) == ([row.pk], 1, ["sent"])
