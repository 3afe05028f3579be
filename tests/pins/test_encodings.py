"""Base64 as each decoder reads it, with what the real decoders did when they were run."""

import base64
from collections.abc import Callable

import pytest

from pins.encodings import decode_android, decode_nsdata, decode_okio, decode_security, is_canonical

RIGHT = "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI="
DIGEST = bytes.fromhex("fbe3018031f9586bcbf41727e417b7d1c45c2f47f93be372a17b96b50757d5a2")
URL_SAFE = "--MBgDH5WGvL9Bcn5Be30cRcL0f5O-NyoXuWtQdX1aI="
HEX = "fbe3018031f9586bcbf41727e417b7d1c45c2f47f93be372a17b96b50757d5a2"


@pytest.mark.parametrize("decode", [decode_android, decode_okio, decode_nsdata, decode_security])
@pytest.mark.parametrize("last", ["aI=", "aJ=", "aK=", "aL="])
def test_every_decoder_ignores_the_unused_last_bits(decode: Callable[[str], bytes | None], last: str) -> None:
    assert decode(RIGHT[:-3] + last) == DIGEST


@pytest.mark.parametrize(
    "text",
    [
        f'"{RIGHT}"',
        f"[{RIGHT}]",
        RIGHT[:10] + "*" + RIGHT[10:],
        RIGHT[:10] + "-" + RIGHT[10:],
        RIGHT[:10] + ".\u00a0 \n" + RIGHT[10:],
        RIGHT.rstrip("="),
        RIGHT + "\n",
        RIGHT[:-1] + " =",
        RIGHT + " *",
    ],
)
def test_android_skips_foreign_characters_and_needs_no_padding(text: str) -> None:
    assert decode_android(text) == DIGEST


@pytest.mark.parametrize(
    "text", ["sha256/" + RIGHT, RIGHT + "=", RIGHT + "==", RIGHT + "a", "A", "=", "AA=", "AAAAA", "AA=A", URL_SAFE]
)
def test_android_refuses_wrong_padding(text: str) -> None:
    assert decode_android(text) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("sha256//" + RIGHT, 38),
        ("-" + RIGHT[1:-1], 31),
        (HEX, 48),
        ("AA", 1),
        ("AAA", 2),
        ("AAA=", 2),
        ("AA==", 1),
    ],
)
def test_android_decodes_other_sizes_which_the_caller_refuses(text: str, size: int) -> None:
    digest = decode_android(text)

    assert digest is not None
    assert len(digest) == size


@pytest.mark.parametrize(
    "text", [RIGHT.rstrip("="), URL_SAFE, f" {RIGHT}\n", RIGHT[:7] + "\t \r\n" + RIGHT[7:], RIGHT + "===", RIGHT + " ="]
)
def test_okio_takes_both_alphabets_blanks_and_any_padding(text: str) -> None:
    assert decode_okio(text) == DIGEST


@pytest.mark.parametrize(("text", "size"), [("", 0), ("===", 0), ("/" + RIGHT, 33), (HEX, 48), ("AAA", 2)])
def test_okio_decodes_other_sizes_which_match_nothing(text: str, size: int) -> None:
    digest = decode_okio(text)

    assert digest is not None
    assert len(digest) == size


@pytest.mark.parametrize("text", ["a", "AAAAA", "AA=A", RIGHT + "*", f'"{RIGHT}"', "AAAÄ", "AAA\u00a0"])
def test_okio_refuses_a_lone_last_character_and_foreign_ones(text: str) -> None:
    assert decode_okio(text) is None


@pytest.mark.parametrize(
    "text", [RIGHT.rstrip("="), " " + RIGHT, RIGHT + "\n", URL_SAFE, RIGHT + "=", "sha256/" + RIGHT, "=", "dummy"]
)
def test_nsdata_refuses_everything_but_whole_groups_of_the_standard_alphabet(text: str) -> None:
    assert decode_nsdata(text) is None


def test_nsdata_decodes_nothing_to_nothing() -> None:
    assert decode_nsdata("") == b""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIGHT, True),
        (RIGHT[:-3] + "aJ=", False),
        (RIGHT.rstrip("="), False),
        (URL_SAFE, False),
        ("A" * 43 + "=", True),
        ("B" * 43 + "=", False),
        ("C" * 43 + "=", False),
        ("D" * 43 + "=", False),
    ],
)
def test_canonical_text_is_what_an_encoder_writes(text: str, expected: bool) -> None:
    assert is_canonical(text) is expected


def test_canonical_text_encodes_back_to_itself() -> None:
    assert base64.b64encode(DIGEST).decode() == RIGHT


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (RIGHT, DIGEST),
        (f"\n\t“{RIGHT}”\n", DIGEST),
        (RIGHT[:10] + "-_*" + RIGHT[10:], DIGEST),
        (RIGHT + "AAAA", DIGEST),
        (RIGHT.rstrip("="), DIGEST[:30]),
        (URL_SAFE, base64.b64decode(URL_SAFE.replace("-", "")[:40])),
        ("AA==", b"\0"),
        ("AAA=", b"\0\0"),
        ("AAA", None),
        ("", None),
        ("dummy", b"v\xe9\xa6"),
    ],
)
def test_the_system_of_apple_skips_foreign_characters_and_drops_what_is_incomplete(
    text: str, decoded: bytes | None
) -> None:
    assert decode_security(text) == decoded
