"""One message to one channel. It takes as long as the receiver does, so no transaction may be open meanwhile."""

from datetime import timedelta
from typing import cast

from django.conf import settings

from certdash.models import Channel, ChannelKind
from certdash.notify import chat, mail, webhook
from certdash.notify.message import Answer, Message
from certdash.probes.connection import Limits
from certdash.probes.guard import parse_networks


def send(message: Message, channel: Channel) -> Answer:
    if channel.kind == ChannelKind.EMAIL:
        return mail.send(message, mail.Mailbox(channel.target, mail_server()), limits())
    if channel.kind == ChannelKind.WEBHOOK:
        return webhook.send(message, webhook.Receiver(channel.target, channel.secret), limits())
    return chat.send(message, chat.Room(channel.target, settings.NOTIFY_CHAT), limits())


def mail_server() -> mail.MailServer:
    return mail.MailServer(
        settings.SMTP_HOST,
        settings.SMTP_PORT,
        cast(mail.Security, settings.SMTP_TLS),  # the settings refuse every other word
        settings.SMTP_USER,
        settings.SMTP_PASSWORD,
        settings.SMTP_FROM,
    )


def limits() -> Limits:
    deadline: timedelta = settings.NOTIFY_DEADLINE
    return Limits(deadline, parse_networks(settings.NOTIFY_ALLOWED_NETWORKS), settings.NOTIFY_CA_FILE)
