"""E-mail against a real mail server on loopback."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certdash.notify.mail import NO_SERVER, Mailbox, MailServer, send
from certdash.notify.message import Delivered, Message
from certdash.probes.connection import Failure, Limits
from tests import tls
from tests.labs import free_port
from tests.pki import Authority
from tests.receivers import mail_server

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOT = Authority.root("Mail Root")
LEAF = ROOT.leaf("localhost")
LIMITS = Limits(timedelta(seconds=2))
MESSAGE = Message("parcel-7", NOW, "Field Service is failing", "Plain words.\n", "<p>Plain words.</p>\n")
TAKEN = Delivered("The mail server took it.")


def box(port: int, security: str = "none", **fields: str) -> Mailbox:
    server = MailServer("localhost", port, security, sender="certdash@example.test", **fields)  # type: ignore[arg-type]
    return Mailbox("owner@example.test", server)


def test_a_letter_has_text_and_html_and_the_same_identifier_each_time() -> None:
    with mail_server() as server:
        answers = [send(MESSAGE, box(server.port), LIMITS) for _ in range(2)]

        assert (answers, [post.recipients for post in server.taken]) == ([TAKEN] * 2, [["owner@example.test"]] * 2)
        first, second = (post.letter for post in server.taken)
        assert (first["subject"], first["from"], first["date"]) == (
            "Field Service is failing",
            "certdash <certdash@example.test>",
            "Tue, 24 Nov 2026 09:00:00 +0000",
        )
        assert first["message-id"] == second["message-id"] == "<parcel-7@example.test>"
        assert (server.taken[0].body("plain"), server.taken[0].body("html")) == (MESSAGE.text, MESSAGE.html)


def test_it_goes_over_tls_and_with_a_log_in_where_the_server_asks_for_both(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(ROOT.pem)
    limits = Limits(timedelta(seconds=2), authorities=str(roots))
    with mail_server(certificate=LEAF, login=("certdash", "right")) as server:
        right = send(MESSAGE, box(server.port, "starttls", user="certdash", password="right"), limits)
        wrong = send(MESSAGE, box(server.port, "starttls", user="certdash", password="wrong"), limits)
        unknown = send(MESSAGE, box(server.port, "starttls"), LIMITS)

    assert right == TAKEN
    assert wrong == Failure("The mail server refuses the user or password. Check SMTP_USER and SMTP_PASSWORD.")
    assert isinstance(unknown, Failure)
    assert unknown.reason.startswith("The mail server's certificate or TLS is refused: ")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("451 Greylisted", Failure("The mail server answers 451 Greylisted.", is_passing=True)),
        ("554 Spam", Failure("The mail server answers 554 Spam.")),
    ],
)
def test_a_refusal_is_told_with_the_servers_own_words(answer: str, failure: Failure) -> None:
    with mail_server() as server:
        server.answer = answer

        assert send(MESSAGE, box(server.port), LIMITS) == failure


def test_an_unknown_recipient_does_not_pass_by_itself() -> None:
    with mail_server() as server:
        server.refusal = "550 No such user"

        assert send(MESSAGE, box(server.port), LIMITS) == Failure(
            "The mail server refuses owner@example.test: 550 No such user."
        )


def test_a_server_that_is_away_or_silent_is_tried_again() -> None:
    with tls.serving(tls.silent) as server:
        silent = send(MESSAGE, box(server.port), Limits(timedelta(seconds=0.3)))
    away = send(MESSAGE, box(free_port()), LIMITS)

    assert (silent, away) == (
        Failure("The mail server broke the conversation off, or fell silent in it.", is_passing=True),
        Failure("The mail server localhost cannot be reached: Connection refused.", is_passing=True),
    )


def test_lines_in_a_subject_and_strange_addresses_make_no_header() -> None:
    with mail_server() as server:
        folded = Message("parcel-8", NOW, "One\r\nBcc: all@example.test", "text", "<p>html</p>")
        send(folded, box(server.port), LIMITS)
        strange = send(MESSAGE, Mailbox("a@b.test\r\nBcc: c@d.test", box(server.port).server), LIMITS)

        assert [post.letter["subject"] for post in server.taken] == ["One Bcc: all@example.test"]
        assert isinstance(strange, Failure)


def test_without_a_mail_server_nothing_is_tried() -> None:
    assert send(MESSAGE, Mailbox("owner@example.test", MailServer("")), LIMITS) == NO_SERVER
