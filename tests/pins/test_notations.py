"""Digests in every notation that people write, and what the form of a pin tells about it."""

import base64
import hashlib

import pytest

from pins.notations import Candidate, normalise_token, pin_problem, written_like
from pins.pinset import PinKind

DIGEST = hashlib.sha256(b"x").digest()
TEXT, HEX = base64.b64encode(DIGEST).decode(), DIGEST.hex()
SHA1 = hashlib.sha1(b"x").digest()
KEY_FIRST = (Candidate(PinKind.SPKI_SHA256, DIGEST), Candidate(PinKind.CERTIFICATE_SHA256, DIGEST))
CERTIFICATE_FIRST = KEY_FIRST[::-1]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (TEXT, KEY_FIRST),
        (TEXT.rstrip("="), KEY_FIRST),
        (f"sha256/{TEXT}", KEY_FIRST),
        (f"sha256//{TEXT};", KEY_FIRST),
        (f'pin-sha256="{TEXT}"; max-age=1', ()),
        (f'pin-sha256="{TEXT}"', KEY_FIRST),
        (f"SHA256:{TEXT}", KEY_FIRST),
        (f'"sha256/{TEXT}",', KEY_FIRST),
        (HEX, KEY_FIRST),
        (HEX.upper(), KEY_FIRST),
        (DIGEST.hex(":"), CERTIFICATE_FIRST),
        (DIGEST.hex(" ").upper(), CERTIFICATE_FIRST),
        (f"sha256 Fingerprint={DIGEST.hex(':')}", CERTIFICATE_FIRST),
        (base64.b64encode(HEX.encode()).decode(), KEY_FIRST),
        (base64.b64encode(HEX.encode() + b"\n").decode(), KEY_FIRST),
        (SHA1.hex(":"), (Candidate(PinKind.CERTIFICATE_SHA1, SHA1), Candidate(PinKind.SPKI_SHA1, SHA1))),
        (
            f"sha1/{base64.b64encode(SHA1).decode()}",
            (Candidate(PinKind.SPKI_SHA1, SHA1), Candidate(PinKind.CERTIFICATE_SHA1, SHA1)),
        ),
        ("04" + "ab" * 64, (Candidate(PinKind.RAW_KEY, bytes.fromhex("04" + "ab" * 64)),)),
        ("api.example.com", ()),
        ("", ()),
        ("sha256/", ()),
    ],
)
def test_a_digest_is_found_in_any_notation(token: str, expected: tuple[Candidate, ...]) -> None:
    assert normalise_token(token) == expected


def test_two_slashes_are_read_both_as_curl_and_as_okhttp_mean_them() -> None:
    real = "/8udi" + TEXT[5:]

    assert [one.digest for one in normalise_token("sha256/" + real)] == [base64.b64decode(real)] * 2


@pytest.mark.parametrize(
    ("body", "digest", "kind", "expected"),
    [
        (TEXT, DIGEST, PinKind.SPKI_SHA256, None),
        (TEXT.rstrip("="), DIGEST, PinKind.SPKI_SHA256, "non_canonical_base64"),
        (HEX, b"x" * 48, PinKind.SPKI_SHA256, "hex_pin"),
        (DIGEST.hex(":"), b"x" * 48, PinKind.SPKI_SHA256, "hex_pin"),
        (base64.b64encode(HEX.encode()).decode(), HEX.encode(), PinKind.SPKI_SHA256, "base64_of_hex_pin"),
        ("dummy", None, PinKind.SPKI_SHA256, "not_base64"),
        ("AAEC", b"\0\1\2", PinKind.SPKI_SHA256, "wrong_length"),
        (base64.b64encode(SHA1).decode(), SHA1, PinKind.SPKI_SHA256, "sha1_pin"),
        (base64.b64encode(SHA1).decode(), SHA1, PinKind.SPKI_SHA1, "sha1_pin"),
        ("A" * 43 + "=", bytes(32), PinKind.SPKI_SHA256, "placeholder_pin"),
        ("B" * 43 + "=", base64.b64decode("B" * 43 + "="), PinKind.SPKI_SHA256, "placeholder_pin"),
        (
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            hashlib.sha256(b"").digest(),
            PinKind.SPKI_SHA256,
            "hash_of_empty_input",
        ),
        (
            "AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=",
            hashlib.sha256(b"\n").digest(),
            PinKind.SPKI_SHA256,
            "hash_of_newline",
        ),
    ],
)
def test_the_form_of_a_pin_tells_what_is_wrong_with_it(
    body: str, digest: bytes | None, kind: PinKind, expected: str | None
) -> None:
    assert pin_problem(body, digest, kind) == expected


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (SHA1.hex(":").upper(), DIGEST.hex(":").upper()),
        (SHA1.hex(" "), DIGEST.hex(" ")),
        (HEX, HEX),
        (HEX.upper(), HEX.upper()),
        (base64.b64encode(SHA1).decode(), TEXT),
    ],
)
def test_a_fingerprint_is_written_as_another_one_is(like: str, expected: str) -> None:
    assert written_like(like, DIGEST) == expected
