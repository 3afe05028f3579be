"""Pins for curl: a command line, a configuration file, source that sets its options, or the key file itself."""

import base64
import hashlib

from pins import pem
from pins.errors import PinError, Place
from pins.formats.curl_commands import OPTION, is_config, read_commands, read_config
from pins.formats.curl_source import read_source
from pins.formats.curl_values import PREFIX, Transfer, Value, host_of, pins_of
from pins.formats.layout import Document, Hole, PinList
from pins.keys import read_key
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet, Problem
from pins.reading import MAXIMUM_PINS, Text, read_text

FORMAT = "curl"
_KEY = b"-----BEGIN PUBLIC KEY-----"
_ARMOUR = b"-----BEGIN "
_UNWRITABLE = "A key file holds one key. Give curl the other key's file, or write hashes as sha256//…;sha256//…."
_MARKS = (b"PINNEDPUBLICKEY", b"pinnedpubkey")
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def looks_like(text: Text) -> bool:
    return OPTION in text.content or "PINNEDPUBLICKEY" in text.content or is_config(text)


def looks_like_bytes(source: bytes) -> bool:
    """A public key in PEM or DER; only curl takes such a file for a pin."""
    if source.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_KEY):
        return _CERTIFICATE not in source
    return source[:1] == b"\x30" and _is_key(source)


def read(source: bytes) -> Document:
    if looks_like_bytes(source) or (_ARMOUR in source and not any(mark in source for mark in _MARKS)):
        return _key_file(source)
    return _Reader(read_text(source)).document()


def _key_file(source: bytes) -> Document:
    """vtls.c: the first PUBLIC KEY of a PEM file, else the bytes of the file themselves."""
    keys = [one for one in pem.read_blocks(source) if one.label in ("", "PUBLIC KEY")]
    problems = []
    if len(keys) > 1:
        what = "The file holds several keys, and curl takes the first. Write hashes instead, as sha256//…;sha256//…."
        problems.append(Problem("several_keys", what, keys[1].place))
    place = keys[0].place if keys else Place(1)
    if keys:
        digest = hashlib.sha256(keys[0].body).digest()
        pin = Pin(PREFIX + base64.b64encode(digest).decode(), PinKind.SPKI_SHA256, digest, place)
    else:
        pin = Pin(_CERTIFICATE.decode(), PinKind.SPKI_SHA256, None, place, "certificate_for_key")
    rule = PinRule(EVERY_HOST, place, (pin,), is_for_every_host=True)
    text = Text("", b"", "utf-8", (0,))
    return Document(text, PinSet(FORMAT, source, (rule,), tuple(problems)), (), (None,), _UNWRITABLE)


def _is_key(source: bytes) -> bool:
    try:
        return bool(read_key(source).spki_sha256)
    except PinError:
        return False


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._rules: list[PinRule] = []
        self._lists: list[PinList] = []
        self._list_of_rule: list[int | None] = []
        self._pin_count = 0

    def document(self) -> Document:
        for transfer in self._transfers():
            if transfer.pins:
                self._transfer(transfer)
        if not self._rules and not self._problems:
            what = "No public key is pinned here. Give the command, the configuration or the source that pins one."
            raise PinError(what, code="wrong_format")
        problems = tuple(sorted(self._problems, key=lambda one: one.place.line or 0))
        pin_set = PinSet(FORMAT, self.text.encode(self.text.content), tuple(self._rules), problems)
        return Document(self.text, pin_set, tuple(self._lists), tuple(self._list_of_rule))

    def _transfers(self) -> list[Transfer]:
        if "PINNEDPUBLICKEY" in self.text.content:
            return list(read_source(self.text))
        if is_config(self.text):
            return list(read_config(self.text))
        return list(read_commands(self.text, self._refuse))

    def _transfer(self, transfer: Transfer) -> None:
        *lost, value = transfer.pins
        for one in lost:
            what = "A later pinned key replaces this one, so it does nothing. Write all into one value with ;."
            self._note("option_repeated", what, one.span.start)
        pins = tuple(pins_of(value, self.text))
        self._pin_count += len(pins)
        if self._pin_count > MAXIMUM_PINS:
            raise PinError(f"The file has more than {MAXIMUM_PINS:,} pins; no app needs that.", code="too_large")
        self._note_pins(pins, value)
        ignores_chain = not transfer.validates_peer and not transfer.validates_name
        if transfer.loosened_at is not None:
            what = "Validation of the certificate is switched off, so the pin alone protects the connection."
            if not ignores_chain:
                what = "Part of the validation is switched off; it is judged as if it were on."
            self._note("chain_not_validated", what, transfer.loosened_at)
        hosts = self._hosts(transfer.addresses)
        place = self.text.place(value.span.start)
        for host in hosts or (EVERY_HOST,):
            is_every = host == EVERY_HOST
            rule = PinRule(host, place, pins, is_for_every_host=is_every, ignores_chain=ignores_chain)
            self._rules.append(rule)
            self._list_of_rule.append(len(self._lists) if value.inner else None)
        if value.inner:
            hole = Hole(value.inner, "", ";", "")
            self._lists.append(PinList((), hole, value.inner.start, before="", after="", has_commas=False))

    def _hosts(self, addresses: list[Value]) -> tuple[str, ...]:
        """Nothing where an address cannot be told: the pins then speak for whatever host is asked for."""
        hosts = [host_of(one) for one in addresses]
        return () if None in hosts else tuple(dict.fromkeys(one for one in hosts if one))

    def _note_pins(self, pins: tuple[Pin, ...], value: Value) -> None:
        unresolved = next((one for one in pins if one.problem == "unresolved_code"), None)
        if unresolved:
            what = f"The pinned key “{unresolved.text[:100]}” is known only when this runs. Write it as a literal."
            self._note("unresolved_code", what, value.span.start)

    def _note(self, code: str, what: str, offset: int) -> None:
        self._problems.append(Problem(code, what, self.text.place(offset)))

    def _refuse(self, code: str, what: str, offset: int) -> None:
        self._problems.append(Problem(code, what, self.text.place(offset), is_refused=True))
