"""Every dialect in which a pin file is written: detect it, read it, write it back with other pins."""

import base64
from collections.abc import Sequence
from dataclasses import replace

from pins.decision import Client
from pins.errors import PinError
from pins.formats.dialects import DIALECTS, Dialect
from pins.formats.recognise import refuse_unrecognised
from pins.pem import refuse_private_key
from pins.pinset import PinSet
from pins.reading import read_text

FORMATS: tuple[str, ...] = tuple(DIALECTS)


def read(source: bytes, *, name: str = "", format: str | None = None) -> PinSet:  # noqa: A002
    """The pin set in `source`. `name` is the file's name, for sentences only; without `format` the dialect is found.

    PinError says what the input looks like and what to give instead. A file that its client would refuse is read, with
    its problems.
    """
    return _dialect(format or detect(source, name=name)).read(source).pin_set


def detect(source: bytes, *, name: str = "") -> str:
    """The name of the dialect; PinError where it is none of those that are read."""
    refuse_private_key(source)
    for dialect in DIALECTS.values():
        if dialect.may_be_bytes(source):
            return dialect.name
    refuse_unrecognised(source, name)
    text = read_text(source)
    for dialect in DIALECTS.values():
        if dialect.may_be(text):
            return dialect.name
    raise PinError(
        f"{name or 'This'} is no pin file that can be read. Give a network_security_config.xml, an Info.plist, "
        "the file of a pinning plugin, the source that sets the pins, bundled certificates, or a list of hashes.",
        code="unknown_format",
    )


def write(pin_set: PinSet) -> bytes:
    """The file with the pins and expirations of `pin_set`: the same bytes when nothing changed.

    Everything but the lines of changed pins stays as it is. Pins count by their text. PinError `not_writable` where
    the change is none of pins and dates, or where the file cannot be changed without changing more.
    """
    from pins.formats.writing import write_source

    return write_source(pin_set, _dialect(pin_set.format).read)


def replace_pins(pin_set: PinSet, rule_index: int, texts: Sequence[str]) -> PinSet:
    """`pin_set` with `texts` as the pins of one rule (and of those that share its list), written and read again.

    `texts` are in the dialect's own notation, as `pin_text` gives it; `.source` of the answer is the new file.
    """
    from pins.formats.writing import replaced_rules, write_source

    dialect = _dialect(pin_set.format)
    rules = replaced_rules(dialect.read(pin_set.source), rule_index, texts)
    return dialect.read(write_source(replace(pin_set, rules=rules), dialect.read)).pin_set


def sharing_rules(pin_set: PinSet, rule_index: int) -> tuple[int, ...]:
    """The rules that `replace_pins` changes together with rule `rule_index`, itself included."""
    document = _dialect(pin_set.format).read(pin_set.source)
    return document.sharers(rule_index) if document.list_of_rule[rule_index] is not None else (rule_index,)


def pin_text(format: str, spki_sha256: bytes) -> str:  # noqa: A002
    """The SHA-256 of a key as files of this dialect write it."""
    return _dialect(format).prefix + base64.b64encode(spki_sha256).decode()


def clients_of(format: str) -> tuple[Client, ...]:  # noqa: A002
    """Every client that a file of this dialect can feed."""
    return _dialect(format).clients


def clients_in(pin_set: PinSet) -> tuple[Client, ...]:
    """Every client that this very file addresses: a property list may configure one mechanism and not the other."""
    kinds = pin_set.client_kinds
    return tuple(client for client in clients_of(pin_set.format) if not kinds or client in kinds)


def _dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        raise PinError(f"The format {name} is not known. Choose one of {', '.join(DIALECTS)}.", code="unknown_format")
    return DIALECTS[name]
