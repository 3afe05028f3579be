"""E-mail: text with an HTML alternative, handed to the mail server of the settings."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from certdash.notify.message import Answer, Delivered, Message
from certdash.probes.connection import Failure, Limits

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Whoever runs certdash names it, so the address guard does not look at it. An empty `host` means: no e-mail."""

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    sender: str = "certdash@localhost"


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str
    server: MailServer


NO_SERVER = Failure("No mail server is set, so no e-mail leaves certdash. Whoever runs it sets SMTP_HOST.")


def send(message: Message, target: Mailbox, limits: Limits) -> Answer:
    if not target.server.host:
        return NO_SERVER
    try:
        letter = _letter(message, target)
    except (ValueError, IndexError):
        return Failure(f"{target.address} is not an e-mail address. Correct it.")
    try:
        with _connected(target.server, limits) as server:
            server.send_message(letter, target.server.sender, [target.address])
    except smtplib.SMTPException as error:
        return _refused(error, target)
    except ssl.SSLError as error:
        return Failure(f"The mail server's certificate or TLS is refused: {error.reason or error}. Check SMTP_TLS.")
    except OSError as error:
        return Failure(f"The mail server {target.server.host} cannot be reached: {_words(error)}.", is_passing=True)
    return Delivered("The mail server took it.")


@contextmanager
def _connected(place: MailServer, limits: Limits) -> Iterator[smtplib.SMTP]:
    seconds = limits.deadline.total_seconds()
    context = ssl.create_default_context(cafile=limits.authorities or None)
    if place.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(place.host, place.port, timeout=seconds)
    with server:
        if place.security == "starttls":
            server.starttls(context=context)
        if place.user:
            server.login(place.user, place.password)
        yield server


def _letter(message: Message, target: Mailbox) -> EmailMessage:
    """The same identifier at every attempt: a mail program shows a repetition once."""
    local, _, domain = target.server.sender.rpartition("@")
    letter = EmailMessage()
    letter["From"] = Address("certdash", local, domain)
    letter["To"] = Address(addr_spec=target.address)
    letter["Subject"] = " ".join(message.subject.split())
    letter["Date"] = format_datetime(message.sent_at)
    letter["Message-ID"] = f"<{message.id}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office answers
    letter.set_content(message.text)
    letter.add_alternative(message.html, subtype="html")
    return letter


def _refused(error: smtplib.SMTPException, target: Mailbox) -> Failure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return Failure(f"The mail server refuses {target.address}: {code} {_line(text)}.", is_passing=code < 500)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Failure("The mail server refuses the user or password. Check SMTP_USER and SMTP_PASSWORD.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failure(f"The mail server does not offer what SMTP_TLS or SMTP_USER asks for: {error}.")
    if isinstance(error, smtplib.SMTPResponseException):
        words = f"{error.smtp_code} {_line(error.smtp_error)}"
        return Failure(f"The mail server answers {words}.", is_passing=error.smtp_code < 500)
    return Failure("The mail server broke the conversation off, or fell silent in it.", is_passing=True)


def _line(text: bytes | str) -> str:
    decoded = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join(decoded.split())[:200]


def _words(error: OSError) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else error.strerror or "no answer"
