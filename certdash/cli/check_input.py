"""From command-line arguments to values; what cannot be read becomes one sentence that names file and place."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from certdash.cli.check_pins import SIGNATURE_LENGTH, Part, Pins, pins_of_app, pins_of_file
from certdash.cli.check_policy import Platform, Policy, domain, known_code
from pins import formats
from pins.announced import LITERAL, Announced, announced, leaf_first, refuse_no_key
from pins.certificate import Certificate, parse_certificates
from pins.device import Device
from pins.errors import PinError, Place
from pins.formats.recognise import is_archive
from pins.names import normalise_host
from pins.trust import TrustStore, known_store, parse_store

HASH_STARTS = ("sha256/", "sha1/")

T = TypeVar("T")


class Unreadable(Exception):  # noqa: N818 (the sentence says that it is an error)
    """A sentence for standard error."""


class Inputs(NamedTuple):
    """`served` None means that the hosts are probed, at `connect` where given."""

    name: str
    pins: Pins
    hosts: tuple[str, ...]
    served: tuple[Certificate, ...] | None
    connect: tuple[str, int] | None
    stores: tuple[TrustStore, ...]
    known: tuple[Announced, ...]
    now: datetime
    device: Device
    policy: Policy = Policy()


def read_inputs(args: argparse.Namespace) -> Inputs:
    name = "standard input" if args.pin_file == "-" else args.pin_file
    device = Device(args.os_version, _version(args.client_version))
    pins = _pins(args.pin_file, name)
    if pins.artefact:
        device = replace(device, is_debuggable=pins.artefact.is_debuggable)
    return Inputs(
        name,
        _narrowed(pins, args.client, device),
        tuple(dict.fromkeys(_host(host) for host in args.host)),
        _chain(args.served) if args.served else None,
        _place(args.connect) if args.connect else None,
        _stores(args.trust_store),
        tuple(_next(text) for text in args.next),
        _instant(args.at),
        device,
        _policy(args.refuse, args.platform_domain, args.platform_certificate),
    )


def _policy(codes: list[str], domains: list[str], files: list[str]) -> Policy:
    platform = Platform(
        tuple(_told(f"--platform-domain {text}", partial(domain, text)) for text in domains),
        tuple(certificate for path in files for certificate in _leaves(path)),
    )
    known = (_told(f"--refuse {code}", partial(known_code, code, platform)) for code in codes)
    return Policy(frozenset(known), platform)


def _leaves(path: str) -> list[Certificate]:
    """A chain may be given whole: its authorities belong to themselves."""
    found = [one for one in _chain(path) if not one.is_ca]
    if not found:
        raise Unreadable(f"--platform-certificate {path}: this holds no server's certificate. Give the one it serves.")
    return found


def _version(text: str | None) -> str | None:
    """One without a number would be taken for the default of its library without a word."""
    if text is not None and not any(one.isdecimal() for one in text):
        raise Unreadable(f"--client-version {text}: this is no version. Write it like 4.12.0.")
    return text


def _pins(path: str, name: str) -> Pins:
    """A built app is read in place: of its hundreds of megabytes a few are needed."""
    if path == "-":
        source = _bytes(path)
        if is_archive(source):
            raise Unreadable(f"{name}: a built app is read in place. Give the path of its file.")
        return _told(name, lambda: pins_of_file(source, name))
    with _opened(path) as stream:
        try:
            beginning = stream.read(SIGNATURE_LENGTH)
            if is_archive(beginning):
                return _told(name, lambda: pins_of_app(stream, Path(name).name))
            source = beginning + stream.read()
        except OSError as error:
            raise _unreadable(path, error) from None
    return _told(name, lambda: pins_of_file(source, Path(name).name))


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _bytes(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError | ValueError) -> Unreadable:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return Unreadable(f"{path}: cannot be read ({why}). Check the path.")


def _told(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except PinError as error:
        place = f"{error.place}: " if error.place != Place() else ""
        raise Unreadable(f"{name}: {place}{error.sentence}") from None


def _narrowed(pins: Pins, chosen: str | None, device: Device) -> Pins:
    """What counts on the device; with a chosen client only what that client reads, whatever the file addresses."""
    parts = pins.deciding(device)
    if chosen is None:
        return replace(pins, parts=parts)
    fitting = _fitting(parts, chosen) or _fitting(pins.parts, chosen)
    if not fitting:
        able = [client for part in pins.parts for client in formats.clients_of(part.pin_set.format)]
        choices = f" Choose {' or '.join(dict.fromkeys(able))}." if able else ""
        raise Unreadable(f"--client {chosen}: no client of that kind reads the format {pins.format}.{choices}")
    return replace(pins, parts=fitting, is_chosen=True)


def _fitting(parts: tuple[Part, ...], chosen: str) -> tuple[Part, ...]:
    return tuple(
        replace(part, clients=(client,))
        for part in parts
        for client in formats.clients_of(part.pin_set.format)
        if client == chosen
    )


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
    return known_store("certifi", _certifi_file().read_bytes())


def _certifi_file() -> Path:
    """Found without `certifi.where()`, which loads the readers of every kind of archive for a file on the disk."""
    package = find_spec("certifi")
    beside = Path(package.origin).with_name("cacert.pem") if package and package.origin else Path()
    if beside.is_file():
        return beside
    import certifi  # as distributions change it, the file is elsewhere

    return Path(certifi.where())


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
