"""From command-line arguments to values; what cannot be read becomes one sentence that names file and place."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pins import formats
from pins.announced import LITERAL, Announced, announced, leaf_first, refuse_no_key
from pins.certificate import Certificate, parse_certificates
from pins.decision import Client
from pins.device import Device
from pins.errors import PinError, Place
from pins.names import normalise_host
from pins.pinset import PinSet
from pins.trust import TrustStore, parse_store

HASH_STARTS = ("sha256/", "sha1/")

T = TypeVar("T")


class Unreadable(Exception):  # noqa: N818 (the sentence says that it is an error)
    """A sentence for standard error."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """`served` None means that the hosts are probed, at `connect` where given."""

    name: str
    pin_set: PinSet
    clients: tuple[Client, ...]
    hosts: tuple[str, ...]
    served: tuple[Certificate, ...] | None
    connect: tuple[str, int] | None
    stores: tuple[TrustStore, ...]
    known: tuple[Announced, ...]
    now: datetime
    device: Device


def read_inputs(args: argparse.Namespace) -> Inputs:
    name = "standard input" if args.pin_file == "-" else args.pin_file
    source = _bytes(args.pin_file)
    pin_set = _told(name, lambda: formats.read(source, name=Path(name).name))
    return Inputs(
        name,
        pin_set,
        _clients(args.client, pin_set),
        tuple(dict.fromkeys(_host(host) for host in args.host)),
        _chain(args.served) if args.served else None,
        _place(args.connect) if args.connect else None,
        _stores(args.trust_store),
        tuple(_next(text) for text in args.next),
        _instant(args.at),
        Device(args.os_version, args.client_version),
    )


def _bytes(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise Unreadable(f"{path}: cannot be read ({why}). Check the path.") from None


def _told(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except PinError as error:
        place = f"{error.place}: " if error.place != Place() else ""
        raise Unreadable(f"{name}: {place}{error.sentence}") from None


def _clients(chosen: str | None, pin_set: PinSet) -> tuple[Client, ...]:
    if chosen is None:
        return formats.clients_in(pin_set)
    able = formats.clients_of(pin_set.format)
    fitting = tuple(client for client in able if client == chosen)
    if not fitting:
        raise Unreadable(
            f"--client {chosen}: no client of that kind reads the format {pin_set.format}. Choose {' or '.join(able)}."
        )
    return fitting


def _host(text: str) -> str:
    _told(f"--host {text}", lambda: normalise_host(text))
    return text


def _chain(path: str) -> tuple[Certificate, ...]:
    source = _bytes(path)
    return leaf_first(_told(path, lambda: parse_certificates(source)))


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Unreadable(f"--connect {text}: this is no HOST:PORT. Write www.example.com:443 or [2001:db8::1]:443.")
    return host.strip("[]"), int(port)


def _stores(texts: list[str]) -> tuple[TrustStore, ...]:
    stores = tuple(_store(text) for text in texts) or (_default_store(),)
    names = [store.name for store in stores]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Unreadable(f"--trust-store: two of them are called {twice}. Tell them apart with NAME=FILE.")
    return stores


def _store(text: str) -> TrustStore:
    name, _, path = text.partition("=")
    if not path or not name or Path(text).is_file():
        name, path = Path(text).stem, text
    source = _bytes(path)
    return _told(path, lambda: parse_store(name, source))


def _default_store() -> TrustStore:
    import certifi

    return parse_store("certifi", Path(certifi.where()).read_bytes())


def _next(text: str) -> Announced:
    is_hash = LITERAL.fullmatch(text.encode()) or (text.lower().startswith(HASH_STARTS) and not Path(text).exists())
    if is_hash:
        return _told(f"--next {text}", lambda: refuse_no_key(announced(text.encode())))
    source = _bytes(text)
    return _told(text, lambda: refuse_no_key(announced(source)))


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last hours of the calendar exist in some zones only
        raise Unreadable(f"--at {text}: this is no ISO time. Write 2027-01-14 or 2027-01-14T12:00:00Z.") from None
