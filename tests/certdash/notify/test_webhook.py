"""Webhooks against real web servers on loopback, well-behaved and not."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest

from certdash.notify.message import Delivered, Message
from certdash.notify.webhook import SILENT, Receiver, new_secret, send, signature
from certdash.probes.connection import Failure, Limits
from certdash.probes.guard import parse_networks
from tests import tls
from tests.labs import free_port
from tests.pki import Authority
from tests.receivers import Request, web_server

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = new_secret(bytes(range(32)))
ROOT = Authority.root("Hook Root")
LOOPBACK = Limits(timedelta(seconds=2), parse_networks(["127.0.0.0/8", "::1/128"]))
MESSAGE = Message("notice-7", NOW, "subject", "text", "html", {"type": "app_worse", "data": {"app": "Café"}})
INTERNAL = Failure(
    "The receiver lies in an internal network, to which no notice is sent. Use a public address, or have whoever runs "
    "certdash allow that network in NOTIFY_ALLOWED_NETWORKS."
)


def is_signed(request: Request, secret: str) -> bool:
    """What a receiver does, written from the description of Standard Webhooks alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        (request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body)
    )
    right = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return request.headers["webhook-signature"].split() == [f"v1,{right}"]


def test_the_signature_is_that_of_the_published_example() -> None:
    # standard-webhooks.md and the libraries' own tests
    found = signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1_614_265_330, UTC),
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_verify_what_it_gets() -> None:
    with web_server() as server:
        server.answers = [(200, {}, b"thank you")]

        answer = send(MESSAGE, Receiver(server.url("/hook?team=1"), SECRET), LOOPBACK)

        (request,) = server.taken
        assert (answer, request.path, request.headers["host"]) == (
            Delivered("200 OK thank you"),
            "/hook?team=1",
            f"127.0.0.1:{server.port}",
        )
        assert json.loads(request.body) == {"type": "app_worse", "data": {"app": "Café"}}
        assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == ("notice-7", "1795510800")
        assert is_signed(request, SECRET)
        assert not is_signed(replace(request, body=request.body + b" "), SECRET)


def test_the_name_of_the_address_is_asked_for_and_its_certificate_must_fit(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(ROOT.pem)
    limits = replace(LOOPBACK, authorities=str(roots))
    with web_server(ROOT.leaf("localhost")) as server:
        right = send(MESSAGE, Receiver(server.url(host="localhost"), SECRET), limits)
        unknown = send(MESSAGE, Receiver(server.url(host="localhost"), SECRET), LOOPBACK)
        hosts = [request.headers["host"] for request in server.taken]
    with web_server(ROOT.leaf("other.test")) as server:
        wrong = send(MESSAGE, Receiver(server.url(host="localhost"), SECRET), limits)

    assert (right, len(hosts)) == (Delivered("204 No Content"), 1)
    assert [failure.reason[:39] for failure in (unknown, wrong) if isinstance(failure, Failure)] == [
        "The receiver's certificate is refused: "
    ] * 2


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://[::ffff:127.0.0.1]/", "https://10.1.2.3/"]
)
def test_the_guard_refuses_addresses_inside(url: str) -> None:
    assert send(MESSAGE, Receiver(url, SECRET), Limits(timedelta(seconds=2))) == INTERNAL


@pytest.mark.parametrize("url", ["ftp://a.test/", "https:///x", "nothing", "https://a.test:port/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    assert send(MESSAGE, Receiver(url, SECRET), LOOPBACK) == Failure(
        "This is not the address of a webhook. It looks like https://hooks.example.com/certdash."
    )


def test_plain_http_is_for_networks_that_somebody_allowed() -> None:
    assert send(MESSAGE, Receiver("http://example.test/", SECRET), Limits()) == Failure(
        "A webhook needs https, because notices name apps and hosts. Use an https address."
    )


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (500, Failure("The receiver answers 500 Internal Server Error no", is_passing=True)),
        (429, Failure("The receiver answers 429 Too Many Requests no", is_passing=True)),
        (404, Failure("The receiver answers 404 Not Found no")),
        (410, Failure("The receiver is gone for good (410). Archive this channel or enter another address.")),
    ],
)
def test_a_refusal_is_told_with_its_status(status: int, failure: Failure) -> None:
    with web_server() as server:
        server.answers = [(status, {}, b"no")]

        assert send(MESSAGE, Receiver(server.url(), SECRET), LOOPBACK) == failure


def test_a_redirect_is_not_followed() -> None:
    with web_server() as other, web_server() as server:
        server.answers = [(307, {"location": other.url()}, b"")]

        answer = send(MESSAGE, Receiver(server.url(), SECRET), LOOPBACK)

        assert answer == Failure("The receiver redirects (307), which is not followed. Enter the address it leads to.")
        assert (len(server.taken), other.taken) == (1, [])


def test_of_a_long_answer_only_the_start_is_read() -> None:
    with web_server() as server:
        server.answers = [(200, {}, b"x" * 10_000_000)]

        answer = send(MESSAGE, Receiver(server.url(), SECRET), LOOPBACK)

    assert answer == Delivered(f"200 OK {'x' * 300}")


@pytest.mark.parametrize("talk", [tls.silent, tls.byte_by_byte], ids=["silent", "byte by byte"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_receiver_that_hangs_costs_its_deadline_and_no_more(talk: tls.Conversation, scheme: str) -> None:
    limits = replace(LOOPBACK, deadline=timedelta(seconds=0.5))
    with tls.serving(talk) as server:
        began = monotonic()
        answer = send(MESSAGE, Receiver(f"{scheme}://{server.place}/", SECRET), limits)

    assert (answer, monotonic() - began < 3) == (SILENT, True)


def test_one_that_hangs_up_talks_rubbish_or_is_away_is_tried_again() -> None:
    answers = []
    for talk in (tls.hanging_up, tls.GARBAGE):
        with tls.serving(talk) as server:
            answers.append(send(MESSAGE, Receiver(f"http://{server.place}/", SECRET), LOOPBACK))
    answers.append(send(MESSAGE, Receiver(f"http://127.0.0.1:{free_port()}/", SECRET), LOOPBACK))

    assert answers == [
        Failure("The connection to the receiver broke. Check that it runs and speaks TLS.", is_passing=True),
        Failure("The receiver's answer is not HTTP. Check the address and the port.", is_passing=True),
        Failure("Nothing listens at this address. Check the port and that the receiver runs.", is_passing=True),
    ]
