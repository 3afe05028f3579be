"""A bare list of hashes: every notation that people paste, what is wrong with some, and whom it is judged for."""

import base64
import hashlib

import pytest

from pins.errors import PinError, Place
from pins.formats import clients_in, detect, pin_text, read, replace_pins, write
from pins.pinset import EVERY_HOST, Pin, PinKind, PinSet
from tests.pins.formats.samples import G, H, N, changed_lines, found

DIGEST = base64.b64decode(H)
HEX = DIGEST.hex()
SHA1 = hashlib.sha1(b"x").digest()
SHORT = base64.b64encode(SHA1).decode()
RAW = "3082010a0282010100" + "ab" * 261
TRAP = "/8udi" + H[5:]  # a digest that begins with a slash
SPKI, CERTIFICATE = PinKind.SPKI_SHA256, PinKind.CERTIFICATE_SHA256


def pins(*lines: str) -> tuple[Pin, ...]:
    return read("\n".join(lines).encode(), format="hash_list").rules[0].pins or ()


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (H, SPKI),
        (H.rstrip("="), SPKI),
        (H.replace("/", "_").replace("+", "-"), SPKI),
        ("sha256/" + H, SPKI),
        ("sha256//" + H, SPKI),
        ("SHA256:" + H, SPKI),
        (f'pin-sha256="{H}"', SPKI),
        (HEX, SPKI),
        (HEX.upper(), SPKI),
        (f"SHA2-256(stdin)= {HEX}", SPKI),
        (f"(stdin)= {HEX}", SPKI),
        (f"{HEX}  -", SPKI),
        (f"{HEX} *key.der", SPKI),
        (DIGEST.hex(":").upper(), CERTIFICATE),
        (DIGEST.hex(" "), CERTIFICATE),
        (f"sha256 Fingerprint={DIGEST.hex(':').upper()}", CERTIFICATE),
    ],
)
def test_a_hash_is_read_in_any_notation_and_keeps_its_text(token: str, kind: PinKind) -> None:
    assert pins(token) == (Pin(token, kind, DIGEST, Place(1, 1), None, base64=H),)


@pytest.mark.parametrize(
    ("token", "digest", "problem", "spelled"),
    [
        ("A" * 43 + "=", bytes(32), "placeholder_pin", "A" * 43 + "="),
        ("B" * 43 + "=", base64.b64decode("B" * 43 + "="), "placeholder_pin", "B" * 43 + "="),
        (
            "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            hashlib.sha256(b"").digest(),
            "hash_of_empty_input",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ),
        (
            hashlib.sha256(b"").hexdigest(),
            hashlib.sha256(b"").digest(),
            "hash_of_empty_input",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ),
        (
            "AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=",
            hashlib.sha256(b"\n").digest(),
            "hash_of_newline",
            "AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=",
        ),
        (H[:-2] + "F=", DIGEST, "non_canonical_base64", H[:-2] + "F="),
        (
            base64.b64encode(HEX.encode()).decode(),
            HEX.encode(),
            "base64_of_hex_pin",
            base64.b64encode(HEX.encode()).decode(),
        ),
        ("sha1/" + SHORT, SHA1, "sha1_pin", SHORT),
        (H[:40], DIGEST[:30], "wrong_length", H[:40]),
        ("sha256/dummy", None, "not_base64", "dummy"),
        ("sha256//" + TRAP[1:], base64.b64decode(TRAP), None, TRAP),
        ("sha256/" + TRAP, base64.b64decode(TRAP), None, TRAP),
    ],
)
def test_what_is_wrong_with_a_hash_is_told_and_its_bytes_are_kept(
    token: str, digest: bytes | None, problem: str | None, spelled: str
) -> None:
    assert [(one.text, one.digest, one.problem, one.base64) for one in pins(token)] == [
        (token, digest, problem, spelled)
    ]


def test_printed_thumbprints_and_raw_keys_are_no_faults() -> None:
    assert [(one.kind, one.digest, one.problem) for one in pins(SHA1.hex(), SHA1.hex(":"), RAW)] == [
        (PinKind.CERTIFICATE_SHA1, SHA1, None),
        (PinKind.CERTIFICATE_SHA1, SHA1, None),
        (PinKind.RAW_KEY, bytes.fromhex(RAW), None),
    ]


def test_comments_bullets_quotes_and_commas_are_passed_over() -> None:
    lines = ("# in use", f"  sha256/{H}  # root", "// next", f'- "sha256/{G}",', "", f"\t{N};")

    assert [(one.text, one.place) for one in pins(*lines)] == [
        (f"sha256/{H}", Place(2, 3)),
        (f"sha256/{G}", Place(4, 4)),
        (N, Place(6, 2)),
    ]


def test_a_line_may_hold_the_list_of_curl_or_of_a_header() -> None:
    assert [one.text for one in pins(f"sha256//{H};sha256//{G}", f'pin-sha256="{N}"; pin-sha256="{G}"')] == [
        f"sha256//{H}",
        f"sha256//{G}",
        f'pin-sha256="{N}"',
        f'pin-sha256="{G}"',
    ]


def test_a_line_that_is_no_hash_is_reported_with_its_place() -> None:
    pin_set = read(f"{H}\n{G}\n  api.example.com\n{N} {N}\n".encode())

    assert found(pin_set.problems) == [("unreadable_line", False, 3), ("unreadable_line", False, 4)]
    assert pin_set.problems[0].message == (
        "“api.example.com” is no hash in any notation that is known, so this line is left out. Correct it, or make "
        "it a comment with # before it."
    )


def test_the_rule_speaks_for_every_host() -> None:
    rule = read(f"# list\n{H}\n".encode()).rules[0]

    assert (rule.pattern, rule.is_for_every_host, rule.place) == (EVERY_HOST, True, Place(2, 1))


@pytest.mark.parametrize(
    ("lines", "clients"),
    [
        ((H, G), ["okhttp", "trustkit_ios"]),
        ((H,), ["okhttp"]),
        ((H, "sha256/" + H), ["okhttp"]),
        ((H, "A" * 43 + "="), ["okhttp"]),
        ((DIGEST.hex(":"), SHA1.hex()), ["http_certificate_pinning"]),
        ((RAW,), ["dotnet_callback"]),
        ((RAW, H, G), ["okhttp", "trustkit_ios"]),
    ],
)
def test_without_a_chosen_client_one_for_each_platform_decides(lines: tuple[str, ...], clients: list[str]) -> None:
    assert [one.value for one in clients_in(read("\n".join(lines).encode()))] == clients


def test_a_list_that_trustkit_would_refuse_says_why_it_is_judged_for_android_alone() -> None:
    assert [(one.code, one.message) for one in read(H.encode()).problems] == [
        (
            "single_pin",
            (
                "The list has fewer than two pins that can match, which TrustKit on iOS refuses, so without a chosen "
                "client it is judged for Android alone. Add the pin of a backup key."
            ),
        )
    ]


@pytest.mark.parametrize("text", ["hello", "one word\nand another", "A" * 30, f"{H}\na b\nc d\ne f", "a.com\nb.com"])
def test_other_text_is_no_list(text: str) -> None:
    with pytest.raises(PinError) as caught:
        detect(text.encode())

    assert caught.value.code == "unknown_format"


LIST = f"""# pins of the shop
sha256/{H}  # root
- "{G}",
// next
{N}
"""


@pytest.mark.parametrize("source", [LIST, LIST.replace("\n", "\r\n"), LIST.rstrip(), H, f"{H};{G}\n{N}"])
def test_an_unchanged_list_gives_the_same_bytes(source: str) -> None:
    assert write(read(source.encode())) == source.encode()


@pytest.mark.parametrize(
    ("wanted", "gone", "come"),
    [
        (["sha256/" + N, G, N], [f"sha256/{H}  # root\n"], [f"sha256/{N}  # root\n"]),
        (["sha256/" + H, G], [f"{N}\n"], []),
        (["sha256/" + H, N], [f'- "{G}",\n'], []),
        (["sha256/" + H, G, N, H], [], [f"{H}\n"]),
        (["sha256/" + H, G, H, N], [], [f"{H}\n"]),
        ([G, N], [f"sha256/{H}  # root\n"], ["# root\n"]),
        ([H, "sha256/" + H, G, N], [], [f"{H}\n"]),
    ],
)
def test_a_list_changes_on_the_lines_of_its_hashes_only(wanted: list[str], gone: list[str], come: list[str]) -> None:
    assert changed_lines(LIST.encode(), replace_pins(read(LIST.encode()), 0, wanted).source) == (gone, come)


@pytest.mark.parametrize("source", [H, H + "\n", f"{H}\r\n{G}"])
def test_a_list_grows_at_both_ends(source: str) -> None:
    written: PinSet = replace_pins(read(source.encode()), 0, [N, H, N])

    assert [one.text for one in written.rules[0].pins or ()] == [N, H, N]
    assert len(written.source.decode().splitlines()) == 3


def test_a_new_hash_is_written_as_base64_alone() -> None:
    assert pin_text("hash_list", DIGEST) == H


@pytest.mark.parametrize("source", [f'["{H}", "{G}"]', f'[\n  "{H}",\n  "{G}"\n]\n', f"['{H}',\n '{G}']"])
def test_an_array_is_a_list_that_is_changed_by_hand(source: str) -> None:
    pin_set = read(source.encode())

    assert (pin_set.format, [one.text for one in pin_set.rules[0].pins or ()]) == ("hash_list", [H, G])
    assert write(pin_set) == source.encode()
    with pytest.raises(PinError) as caught:
        replace_pins(pin_set, 0, [N])
    assert caught.value.code == "not_writable"
