"""Receivers on loopback that are what they claim to be: a mail server, and a web server that keeps what it is sent."""

import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.labs import free_port
from tests.pki import Issued


@dataclass
class Post:
    """One envelope that the mail server took."""

    sender: str
    recipients: list[str]
    letter: EmailMessage

    def body(self, kind: str) -> str:
        part = self.letter.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    port: int = 0
    taken: list[Post] = field(default_factory=list)
    answer: str = "250 Taken"
    refusal: str = "250 Fine"

    async def handle_RCPT(  # noqa: N802  # the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.refusal

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = message_from_bytes(content, policy=policy.default)
            self.taken.append(Post(envelope.mail_from or "", list(envelope.rcpt_tos), letter))
        return self.answer


@contextmanager
def mail_server(*, certificate: Issued | None = None, login: tuple[str, str] | None = None) -> Iterator[MailServer]:
    """With a certificate it offers STARTTLS and asks for it; with a log-in it asks for that too."""
    handler = MailServer()

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and login == (given.login.decode(), given.password.decode())
        return AuthResult(success=is_right, handled=False)

    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=_context(certificate) if certificate else None,
        require_starttls=certificate is not None,
        auth_required=login is not None,
        authenticator=authenticate,
        auth_require_tls=certificate is not None,
    )
    controller.start()
    try:
        handler.port = controller.port
        yield handler
    finally:
        controller.stop()


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebServer:
    """`answers` are given in turn, the last one for ever: a status, further headers, a body."""

    scheme: str = "http"
    port: int = 0
    taken: list[Request] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(204, {}, b"")])
    during: Callable[[], None] = lambda: None

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def web_server(certificate: Issued | None = None) -> Iterator[WebServer]:
    kept = WebServer("https" if certificate else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is the library's
            length = int(self.headers.get("content-length", 0))
            fields = {name.lower(): value for name, value in self.headers.items()}
            kept.taken.append(Request(self.command, self.path, fields, self.rfile.read(length)))
            kept.during()
            status, headers, body = kept.answers[0] if len(kept.answers) == 1 else kept.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815  # as above

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            server.socket = _context(certificate).wrap_socket(server.socket, server_side=True)
        kept.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


def _context(issued: Issued) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(issued.pem + issued.key_pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
