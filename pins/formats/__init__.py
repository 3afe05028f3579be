"""Every dialect in which a pin file is written: detect it, read it, write it back with other pins."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pins.decision import Client
from pins.errors import PinError
from pins.formats import android_nsc, outsystems_json
from pins.formats.layout import Document
from pins.formats.recognise import refuse_unrecognised
from pins.pinset import PinSet
from pins.reading import Text, read_text


class _Dialect(NamedTuple):
    looks_like: Callable[[Text], bool]
    read: Callable[[bytes], Document]
    clients: tuple[Client, ...]
    prefix: str


# Source code needs a lexer and more; a program that looks at one XML file and ends should not pay for loading it.
def _is_okhttp_source(text: Text) -> bool:
    from pins.formats import okhttp_source

    return okhttp_source.looks_like(text)


def _read_okhttp_source(source: bytes) -> Document:
    from pins.formats import okhttp_source

    return okhttp_source.read(source)


_DIALECTS = {
    "android_nsc": _Dialect(android_nsc.looks_like, android_nsc.read, (Client.ANDROID_NSC,), ""),
    "outsystems_json": _Dialect(
        outsystems_json.looks_like,
        outsystems_json.read,
        (Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS),
        "sha256/",
    ),
    "okhttp_source": _Dialect(_is_okhttp_source, _read_okhttp_source, (Client.OKHTTP,), "sha256/"),
}
FORMATS: tuple[str, ...] = tuple(_DIALECTS)


def read(source: bytes, *, name: str = "", format: str | None = None) -> PinSet:  # noqa: A002
    """The pin set in `source`. `name` is the file's name, for sentences only; without `format` the dialect is found.

    PinError says what the input looks like and what to give instead. A file that its client would refuse is read, with
    its problems.
    """
    return _dialect(format or detect(source, name=name)).read(source).pin_set


def detect(source: bytes, *, name: str = "") -> str:
    """The name of the dialect; PinError where it is none of those that are read."""
    refuse_unrecognised(source, name)
    text = read_text(source)
    for format_name, dialect in _DIALECTS.items():
        if dialect.looks_like(text):
            return format_name
    raise PinError(
        f"{name or 'This'} is no pin file that can be read. Give a network_security_config.xml, the JSON of the "
        "OutSystems plugin, or Kotlin or Java source with a CertificatePinner.",
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
    """Every client that a file of this dialect feeds."""
    return _dialect(format).clients


def _dialect(name: str) -> _Dialect:
    if name not in _DIALECTS:
        raise PinError(f"The format {name} is not known. Choose one of {', '.join(_DIALECTS)}.", code="unknown_format")
    return _DIALECTS[name]
