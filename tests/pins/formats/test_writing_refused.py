"""What is never written into a pin file, and the notation of each dialect."""

from dataclasses import replace

import pytest

from pins.decision import Client
from pins.errors import PinError
from pins.formats import clients_of, pin_text, read, replace_pins, write
from pins.pinset import Position
from tests.pins.formats.samples import KOTLIN, PRETTY, XML


@pytest.mark.parametrize("text", ["", "a b", "<pin/>", 'x"', "$HASH", "ä", "a\\n", "]]>"])
def test_what_is_no_pin_is_never_written(text: str) -> None:
    for source in (XML, PRETTY, KOTLIN):
        with pytest.raises(PinError) as caught:
            replace_pins(read(source.encode()), 0, [text])
        assert caught.value.code == "not_writable"


def test_anything_but_pins_and_dates_is_not_written() -> None:
    pin_set = read(PRETTY.encode())
    first, *others = pin_set.rules
    changed = [
        replace(first, pattern="x.com"),
        replace(first, position=Position.LEAF),
        replace(first, ignores_chain=True),
        replace(first, pins=None),
    ]

    for rules in (tuple(others), *((one, *others) for one in changed)):
        with pytest.raises(PinError) as caught:
            write(replace(pin_set, rules=rules))
        assert caught.value.code == "not_writable"


def test_each_dialect_has_its_notation_and_its_clients() -> None:
    digest = bytes(32)
    zeros = "A" * 43 + "="

    assert [
        (one, pin_text(one, digest), clients_of(one)) for one in ("android_nsc", "outsystems_json", "okhttp_source")
    ] == [
        ("android_nsc", zeros, (Client.ANDROID_NSC, Client.TRUSTKIT_ANDROID)),
        ("outsystems_json", "sha256/" + zeros, (Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS)),
        ("okhttp_source", "sha256/" + zeros, (Client.OKHTTP, Client.KTOR_DARWIN)),
    ]
