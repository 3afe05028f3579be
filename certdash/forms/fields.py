"""Fields that people paste addresses into: host names, addresses to connect to, lists of hosts."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# A name that ends in a number is read as an IP address, also with parts left out (WHATWG URL, host parser).
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
NETWORK = re.compile(r"[0-9a-fA-F.:]+/[0-9]{1,3}")
BROUGHT_BACK = "It is archived: bring it back under Settings, Archived."
# Of what somebody typed, a sentence repeats no more than a line.
MOST_SHOWN = 80
LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class HostAndPort:
    host: str
    port: int


class HostLine(NamedTuple):
    """One line of a pasted list: what it names and the environment it goes to."""

    host: str
    port: int
    environment: str


def taken(sentence: str, twin: Any, remedy: str) -> ValidationError:
    """A name is taken; where the row that holds it is archived, nobody would find it in the list."""
    return ValidationError(f"{sentence} {BROUGHT_BACK if twin.archived_at else remedy}")


def parse_host(text: str) -> str:
    """A host name in lower-case ASCII without its trailing dot, or an IP address in its canonical form."""
    bare = text.strip().strip("[]").rstrip(".").lower()
    try:
        if "%" not in bare:
            return str(ip_address(bare))
    except ValueError:
        pass
    if "*" in bare:
        raise ValidationError(f"“{_short(text)}” stands for many hosts. Name each host that an app connects to.")
    try:
        ascii_name = bare.encode("idna").decode()
    except UnicodeError:
        raise _no_host(text) from None
    if not ascii_name or len(ascii_name) > 253 or not all(LABEL.fullmatch(label) for label in ascii_name.split(".")):
        raise _no_host(text)
    if NUMBER.fullmatch(ascii_name.rpartition(".")[2]):
        raise ValidationError(f"“{text}” is not a whole IP address. Write all four numbers, like 192.0.2.7.")
    return ascii_name


def _no_host(text: str) -> ValidationError:
    return ValidationError(f"“{_short(text)}” is not a host name. Write it like api.example.com.")


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def parse_port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65_535:
        raise ValidationError(f"“{_short(text)}” is not a port. Ports are numbers from 1 to 65535.")
    return int(text)


def parse_host_and_port(text: str, default_port: int = 443) -> HostAndPort:
    """`host`, `host:port`, `[v6]:port` or a URL, with its scheme or without; its path is dropped."""
    bare = text.strip()
    if NETWORK.fullmatch(bare):
        raise ValidationError(f"“{_short(text)}” is a network. Name each host that an app connects to.")
    if "/" in bare:
        bare = _network_part(bare)
    if bare.count(":") > 1 and not bare.startswith("["):
        return HostAndPort(parse_host(bare), default_port)
    host, colon, port = bare.rpartition(":") if re.search(r":\d*$", bare) else (bare, "", "")
    return HostAndPort(parse_host(host), parse_port(port) if colon else default_port)


def _network_part(url: str) -> str:
    try:
        return urlsplit(url if "://" in url else f"//{url.lstrip('/')}").netloc.rpartition("@")[2]
    except ValueError:
        raise _no_host(url) from None


def parse_connect_to(line: str) -> str:
    """`address` or `address:port` as it is stored: an IP address, never a name."""
    target = parse_host_and_port(line, 0)
    try:
        address = ip_address(target.host)
    except ValueError:
        raise ValidationError(f"“{line}” is not an IP address. Probes connect to the addresses listed here.") from None
    if not target.port:
        return str(address)
    return f"[{address}]:{target.port}" if isinstance(address, IPv6Address) else f"{address}:{target.port}"


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """A key too long for any row is refused like one that no row has: the database could not even compare it."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, list) and any(len(str(key)) > LONGEST_KEY for key in value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class HostField(forms.CharField):
    def clean(self, value: str) -> str:
        text = super().clean(value)
        return parse_host(text) if text else text


class ConnectToField(forms.CharField):
    """One address on each line; empty means that the host is resolved by name."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        return [parse_connect_to(line) for line in super().clean(value).splitlines() if line.strip()]
