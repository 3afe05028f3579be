"""Chat rooms, through Apprise, of the services named here and no others.

Apprise resolves and connects by itself, so the guard cannot hold it to the address that was checked. That is why chat
is off unless a setting switches it on; where the owner names the host, it is looked at before each message.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from certdash.notify.message import Answer, Delivered, Message
from certdash.probes.connection import Failure, Limits, locate

if TYPE_CHECKING:
    from apprise import NotifyBase

# By the name that Apprise gives its service: the schemes of the addresses.
SERVICES = {
    "slack": "Slack",
    "workflows": "Microsoft Teams",
    "workflow": "Microsoft Teams",
    "discord": "Discord",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "tgram": "Telegram",
    "gchat": "Google Chat",
}
# Addresses as the services themselves show them.
PAGES = ("hooks.slack.com", "discord.com", "discordapp.com", "chat.googleapis.com")
# The rest is for experts, and some of it names files of this machine.
PARAMETERS = frozenset({"api-version", "sp", "sv", "sig", "key", "token", "channel", "to", "thread", "threadkey"})
# Their owner names the host.
OWN_HOSTS = frozenset({"mmost", "mmosts", "matrix", "matrixs", "workflow", "workflows"})
NAMES = ", ".join(dict.fromkeys(SERVICES.values()))
OFF = Failure("Chat is switched off. Whoever runs certdash switches it on with NOTIFY_CHAT=1.")


@dataclass(frozen=True, slots=True)
class Room:
    url: str
    is_on: bool


def send(message: Message, target: Room, limits: Limits) -> Answer:
    if not target.is_on:
        return OFF
    if fault := address_fault(target.url):
        return Failure(fault)
    if failure := _guarded(target.url, limits):
        return failure
    service = _service(target.url, limits)
    if service is None:
        return Failure(_unknown())
    try:
        is_sent = service.notify(title=message.subject, body=message.text)
    except Exception:  # noqa: BLE001  # ninety plugins, each with exceptions of its own; none may end the worker
        is_sent = False
    if not is_sent:
        name = SERVICES.get(urlsplit(target.url).scheme, "The service")
        return Failure(f"{name} did not take the message. Check that the address is still in force.", is_passing=True)
    return Delivered("The service took it.")


def address_fault(url: str) -> str:
    """Why this is not the address of a room; empty when it is."""
    place = urlsplit(url)
    if place.scheme not in SERVICES and not (place.scheme == "https" and place.hostname in PAGES):
        return _unknown()
    strange = sorted({name for name, _ in parse_qsl(place.query) if name not in PARAMETERS})
    if strange:
        return f"The address holds the parameter {strange[0]}, which is not taken here. Leave it out."
    return ""


def _unknown() -> str:
    return (
        f"This is not the address of a chat room. Known are {NAMES}, in Apprise's notation: slack://…, workflows://…, "
        "discord://…, mmosts://…, matrixs://…, tgram://…, gchat://…"
    )


def _guarded(url: str, limits: Limits) -> Failure | None:
    place = urlsplit(url)
    if place.scheme not in OWN_HOSTS:
        return None
    try:
        port = place.port or 443
    except ValueError:
        return Failure(_unknown())
    found = locate(place.hostname or "", port, limits)
    return found if isinstance(found, Failure) else None


def _service(url: str, limits: Limits) -> "NotifyBase | None":
    # Importing Apprise takes a second and reads a hundred files: only those pay who use it.
    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines can name the address, which is a secret
    service = Apprise.instantiate(url, suppress_exceptions=True)
    if service is None or not _is_allowed(service) or not _is_host_read_alike(url, service):
        return None
    service.redirects = False
    service.socket_connect_timeout = service.socket_read_timeout = limits.deadline.total_seconds() / 2
    if hasattr(service, "discovery"):
        service.discovery = False  # Matrix: would ask the host for another one
    return service


def _is_allowed(service: "NotifyBase") -> bool:
    """An https address is read by any plugin that knows it; the answer must be one of the services all the same."""
    schemes: set[str] = set()
    for found in (service.protocol, service.secure_protocol):
        schemes.update((found,) if isinstance(found, str) else found or ())
    return bool(schemes & SERVICES.keys())


def _is_host_read_alike(url: str, service: "NotifyBase") -> bool:
    """What the guard looked at is what Apprise connects to."""
    place = urlsplit(url)
    return place.scheme not in OWN_HOSTS or str(getattr(service, "host", "")).lower() == place.hostname
