"""What an upload costs on its way: who is turned away before anything is read, and what a broken line leaves behind."""

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from certdash.models import App, PinSet, Role
from certdash.views.receiving import Receiver, patience, turn
from tests.certdash import builders

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
BOUNDARY = "no-random-bytes-are-this"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="app.apk"\r\n\r\n'.encode()


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Turns are taken by everybody who shares a folder, tests in other processes included."""
    monkeypatch.setattr(settings, "VAR", tmp_path)


def begin(server: LiveServer, app: App, client: Client, size: int, *headers: str) -> socket.socket:
    """A line on which an upload of so many bytes is announced, and nothing of it sent yet."""
    place = urlsplit(server.url)
    line = socket.create_connection((place.hostname or "", place.port or 0), timeout=20)
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    lines = (
        f"POST /apps/{app.pk}/upload/ HTTP/1.1",
        f"Host: {place.netloc}",
        f"Cookie: {cookies}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {size}",
        *headers,
    )
    line.sendall("\r\n".join((*lines, "", "")).encode())
    return line


def status(line: socket.socket) -> int:
    with line, line.makefile("rb") as answer:
        return int(answer.readline().split()[1])


def on_its_way() -> list[int]:
    """The sizes of files without a name that this process has open in the folder of uploads."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
            if target.endswith("(deleted)") and "/uploads/" in target:
                found.append(link.stat().st_size)
        except OSError:
            continue
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    end = monotonic() + 15
    while not is_so() and monotonic() < end:
        sleep(0.02)
    assert is_so()


@pytest.mark.parametrize(("who", "answer"), [("nobody", 413), ("stranger", 404), ("manager", 403), ("elsewhere", 403)])
def test_who_may_not_upload_is_told_so_before_a_byte_is_read(live_server: LiveServer, who: str, answer: int) -> None:
    app = builders.app()
    people: dict[str, Callable[[], Client]] = {
        "nobody": Client,
        "stranger": lambda: builders.signed_in(builders.user(Role.APP_OWNER, builders.customer())),
        "manager": lambda: builders.signed_in(builders.user(Role.MANAGER, app.customer)),
        "elsewhere": lambda: builders.signed_in(builders.user(Role.APP_OWNER, app.customer)),
    }
    headers = ["Origin: https://evil.example"] if who == "elsewhere" else []

    line = begin(live_server, app, people[who](), 500 * MEGABYTE, *headers)

    assert (status(line), on_its_way()) == (answer, [])


def test_more_than_an_app_may_have_is_refused_before_a_byte_is_read(live_server: LiveServer) -> None:
    app = builders.app()
    owner = builders.signed_in(builders.user(Role.APP_OWNER, app.customer))

    assert status(begin(live_server, app, owner, 600 * MEGABYTE)) == 413


def test_an_upload_that_is_cut_off_leaves_nothing_behind(live_server: LiveServer) -> None:
    app = builders.app()
    owner = builders.signed_in(builders.user(Role.APP_OWNER, app.customer))
    owner.get(f"/apps/{app.pk}/upload/")  # brings the cookie without which the token is not even looked for
    line = begin(live_server, app, owner, 100 * MEGABYTE)
    line.sendall(HEAD + os.urandom(8 * MEGABYTE))
    wait_until(lambda: any(size > MEGABYTE for size in on_its_way()))

    line.close()

    wait_until(lambda: on_its_way() == [])
    names = [path.name for path in (Path(settings.VAR) / "uploads").iterdir()]
    assert (PinSet.objects.count(), [name for name in names if not name.startswith(("of-", "turn-"))]) == (0, [])


def test_a_file_on_its_way_has_no_name_and_one_reader() -> None:
    receiver = Receiver(HttpRequest())
    receiver.new_file("file", "app.apk", "", None)
    receiver.receive_data_chunk(bytes(MEGABYTE), 0)

    facts = os.fstat(receiver.file.fileno())

    folder = (Path(settings.VAR) / "uploads").stat()
    assert (facts.st_nlink, facts.st_mode & 0o777, folder.st_mode & 0o777) == (0, 0o600, 0o700)
    receiver.drop_part()


def test_of_a_file_that_is_too_large_no_more_than_the_limit_is_kept() -> None:
    receiver = Receiver(HttpRequest())
    receiver.new_file("file", "pins.xml", "", None)

    for number in range(6):
        receiver.receive_data_chunk(bytes(MEGABYTE), number * MEGABYTE)
    file = receiver.file_complete(6 * MEGABYTE)

    assert (file.size, len(file.read())) == (6 * MEGABYTE, 4 * MEGABYTE)
    file.close()


def test_one_person_has_two_large_uploads_at_a_time_and_all_have_four() -> None:
    with ExitStack() as stack:
        answers = [stack.enter_context(turn(user)) for user in (1, 1, 1, 2, 2, 3)]
    with turn(1) as again:
        answers.append(again)

    assert answers == [True, True, False, True, True, False, True]


def test_a_line_may_be_silent_only_while_an_upload_is_read() -> None:
    line, other = socket.socketpair()
    request = HttpRequest()
    request.META["gunicorn.socket"] = line

    with patience(request):
        during = line.gettimeout()

    assert (during, line.gettimeout()) == (30, None)
    line.close()
    other.close()


def test_a_token_counts_in_the_form_and_in_the_header_and_without_one_nothing_is_taken() -> None:
    app = builders.app()
    client = Client(enforce_csrf_checks=True)
    client.force_login(builders.user(Role.APP_OWNER, app.customer))
    address = f"/apps/{app.pk}/upload/"
    client.get(address)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value

    answers = [
        client.post(address, {"text": "x"}),
        client.post(address, {"text": "x"}, headers={"X-CSRFToken": token}),
        client.post(address, {"text": "x", "csrfmiddlewaretoken": token}),
    ]

    assert [answer.status_code for answer in answers] == [403, 422, 422]
