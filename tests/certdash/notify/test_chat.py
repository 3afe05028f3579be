"""Chat through Apprise against a room on loopback that speaks Mattermost's protocol."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certdash.notify.chat import OFF, Room, address_fault, send
from certdash.notify.message import Delivered, Message
from certdash.probes.connection import Failure, Limits
from certdash.probes.guard import parse_networks
from tests.receivers import web_server

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LOOPBACK = Limits(timedelta(seconds=2), parse_networks(["127.0.0.0/8"]))
MESSAGE = Message("parcel-7", NOW, "Field Service is failing", "Ship a release.", "<p>Ship a release.</p>")
HOOK = "abcdefghijabcdefghijabcdef"


def test_a_room_gets_subject_and_text() -> None:
    with web_server() as server:
        server.answers = [(200, {}, b"ok")]

        answer = send(MESSAGE, Room(f"mmost://127.0.0.1:{server.port}/{HOOK}", is_on=True), LOOPBACK)

        (request,) = server.taken
        assert (answer, request.path) == (Delivered("The service took it."), f"/hooks/{HOOK}")
        assert "Field Service is failing" in json.loads(request.body)["text"]


def test_a_room_that_refuses_or_redirects_is_told() -> None:
    failure = Failure("Mattermost did not take the message. Check that the address is still in force.", is_passing=True)
    with web_server() as other, web_server() as server:
        room = Room(f"mmost://127.0.0.1:{server.port}/{HOOK}", is_on=True)
        server.answers = [(500, {}, b""), (307, {"location": other.url(f"/hooks/{HOOK}")}, b"")]

        assert [send(MESSAGE, room, LOOPBACK) for _ in range(2)] == [failure, failure]
        assert other.taken == []


def test_a_host_inside_is_refused_before_anything_is_sent() -> None:
    with web_server() as server:
        room = Room(f"mmost://127.0.0.1:{server.port}/{HOOK}", is_on=True)

        answer = send(MESSAGE, room, replace(LOOPBACK, allowed=()))

        assert isinstance(answer, Failure)
        assert (answer.reason[:40], server.taken) == ("The receiver lies in an internal network", [])


def test_nothing_is_sent_while_chat_is_off() -> None:
    assert send(MESSAGE, Room(f"slack://T1JJ3T3L2/A1BRTD4JD/{HOOK}", is_on=False), LOOPBACK) == OFF


@pytest.mark.parametrize(
    "url",
    [
        "mailto://user:pass@example.test",
        "json://example.test/x",
        "xml://example.test/x",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "apprise://example.test/x",
        "https://example.test/hook",
        "http://hooks.slack.com/services/a/b/c",
        "schan://x",
        "",
    ],
)
def test_other_services_are_refused(url: str) -> None:
    assert address_fault(url)[:42] == "This is not the address of a chat room. Kn"
    assert isinstance(send(MESSAGE, Room(url, is_on=True), LOOPBACK), Failure)


@pytest.mark.parametrize("query", ["template=/etc/passwd", "attach=file:///etc/passwd", "avatar_url=http://10.0.0.1/"])
def test_parameters_that_could_read_files_or_lead_elsewhere_are_refused(query: str) -> None:
    name = query.partition("=")[0]

    assert address_fault(f"workflows://host.example/a/b?{query}") == (
        f"The address holds the parameter {name}, which is not taken here. Leave it out."
    )


@pytest.mark.parametrize(
    "url",
    [
        f"slack://T1JJ3T3L2/A1BRTD4JD/{HOOK}",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "https://discord.com/api/webhooks/123/abc",
        "workflows://prod.example:443/abc/sig?api-version=2016-06-01&sp=x&sv=1.0&sig=y",
        "tgram://123456789:abcdefg_hijklmnop/12345",
        "gchat://workspace/key/token",
        "matrixs://user:pass@matrix.example/#room",
    ],
)
def test_rooms_of_the_known_services_are_taken(url: str) -> None:
    assert address_fault(url) == ""
