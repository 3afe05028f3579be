"""Binary property lists: what Apple's tools write is read as plistlib reads it, and nothing hostile gets far."""

import plistlib
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pins.errors import PinError
from pins.reading.binary_plist import Plain, PlistKind, read_binary_plist
from tests.pki import Authority

D, A, S, N = PlistKind.DICTIONARY, PlistKind.ARRAY, PlistKind.STRING, PlistKind.NUMBER


def of(value: Any) -> Plain:
    """What a value that plistlib can write must be read as."""
    if isinstance(value, dict):
        return Plain(D, members=tuple((name, of(one)) for name, one in value.items()))
    if isinstance(value, list):
        return Plain(A, items=tuple(map(of, value)))
    if isinstance(value, bool):
        return Plain(PlistKind.BOOLEAN, str(value).lower())
    if isinstance(value, bytes):
        return Plain(PlistKind.DATA)
    if isinstance(value, datetime):
        return Plain(PlistKind.DATE, value.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return Plain(S, value) if isinstance(value, str) else Plain(N, repr(value))


def written(value: Any) -> bytes:
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY, sort_keys=False)


def test_every_type_is_read() -> None:
    value = {
        "text": "a",
        "wide": "ü€😀",
        "long": "x" * 300,
        "numbers": [0, 1, 255, 256, 65536, 2**40, -1, 2**63, 1.5],
        "yes": True,
        "no": False,
        "data": b"\0" * 20,
        "date": datetime(2027, 1, 31, 12, 30, tzinfo=UTC).replace(tzinfo=None),
        "nested": {"a": [[], {}]},
        "many": [str(one) for one in range(300)],
    }

    assert read_binary_plist(written(value)) == of(value)


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=20)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab.", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.slow
@settings(deadline=None)
@given(VALUES)
def test_what_plistlib_writes_is_read_as_it_was(value: Any) -> None:
    assert read_binary_plist(written(value)) == of(value)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(VALUES, st.data())
def test_a_damaged_file_gives_a_value_or_a_sentence(value: Any, data: st.DataObject) -> None:
    source = bytearray(written(value))
    for _ in range(data.draw(st.integers(1, 4))):
        source[data.draw(st.integers(8, len(source) - 1))] = data.draw(st.integers(0, 255))
    code = ""
    try:
        read_binary_plist(bytes(source))
    except PinError as error:
        code = error.code

    assert code in ("", "malformed_plist", "too_large", "private_key")  # Hypothesis knows how private keys begin


def assembled(
    *objects: bytes, top: int = 0, count: int | None = None, reference_size: int = 1, table: int = 0
) -> bytes:
    """A file of raw objects; their references are written as they are."""
    body, offsets = b"bplist00", []
    for one in objects:
        offsets.append(len(body))
        body += one
    number = len(objects) if count is None else count
    trailer = struct.pack(">6xBBQQQ", 2, reference_size, number, top, table or len(body))
    return body + b"".join(struct.pack(">H", offset) for offset in offsets) + trailer


def refusal(source: bytes) -> tuple[str, str]:
    with pytest.raises(PinError) as caught:
        read_binary_plist(source)
    return caught.value.code, caught.value.sentence


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (b"bplist00", "it has no end that could be read"),
        (b"bplist15" + bytes(40), "it has no end that could be read"),
        (assembled(b"\xa1\x00"), "a value contains itself"),
        (assembled(b"\xa1\x01", b"\xa1\x00"), "a value contains itself"),
        (assembled(b"\xa1\x05"), "it refers to a value that is not there"),
        (assembled(b"\x09", top=7), "it refers to a value that is not there"),
        (assembled(b"\x09", count=2**60), "its table of values lies outside the file"),
        (assembled(b"\x09", table=2**63), "its table of values lies outside the file"),
        (assembled(b"\x09", reference_size=7), "its numbers have a size that nobody uses"),
        (assembled(b"\x5f\x13" + b"\x7f" * 8), "a value lies outside the file"),
        (assembled(b"\xaf\x51a"), "a length is no number"),
        (assembled(b"\x70"), "the type 7 is not known"),
        (assembled(b"\x0f"), "a value has a type that is not known"),
        (assembled(b"\xd1\x01\x01", b"\x09"), "a key is no text"),
        (assembled(b"\x51\xff"), "a text is not in the encoding that it names"),
        (assembled(b"\x61\xd8\x00"), "a text is not in the encoding that it names"),
        (assembled(b"\x51\x00"), "a text holds the character U+0000"),
        (assembled(b"\x33" + struct.pack(">d", 1e300)), "a date does not exist"),
        (assembled(b"\x33" + struct.pack(">d", float("nan"))), "a date does not exist"),
        (assembled(b"\x20\x00"), "a number has a size that nobody uses"),
    ],
)
def test_a_file_that_nobody_writes_is_called_broken(source: bytes, what: str) -> None:
    assert refusal(source) == (
        "malformed_plist",
        (
            f"The binary property list is broken: {what}. Nothing in it can be read. Copy the file again whole, or "
            "give the Info.plist from the source of the app."
        ),
    )


def nested(depth: int) -> bytes:
    return assembled(*(bytes((0xA1, one + 1)) for one in range(depth)), b"\x09")


def test_depth_is_bounded() -> None:
    assert read_binary_plist(nested(63)).kind is A
    assert refusal(nested(64))[0] == "too_large"


@pytest.mark.slow
def test_a_bomb_of_shared_arrays_is_refused_after_a_bounded_number_of_values() -> None:
    layers = [bytes((0xAA, *[one + 1] * 10)) for one in range(20)]

    code, sentence = refusal(assembled(*layers, b"\x09"))

    assert (code, "more than 100,000 values" in sentence) == ("too_large", True)


def test_a_bomb_of_shared_text_is_refused() -> None:
    text = b"\x5f\x11" + struct.pack(">H", 60_000) + b"a" * 60_000
    array = b"\xaf\x10\xff" + b"\x01" * 255

    code, sentence = refusal(assembled(array, text))

    assert (code, "more text than the file itself is long" in sentence) == ("too_large", True)


def test_a_private_key_is_refused_in_binary_files_too() -> None:
    key = Authority.root("Root").leaf("a.com").key_pem

    assert [refusal(written({"key": one}))[0] for one in (key, key.decode())] == ["private_key", "private_key"]
