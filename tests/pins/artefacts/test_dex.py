"""Pins in compiled code: whole strings of the pool, wherever pieces of the file end, and no guess about their hosts."""

import base64

import pytest

from pins.artefacts.dex import Code, pins_of_code
from pins.errors import PinError, Place
from pins.pinset import EVERY_HOST, Pin, PinKind, PinRule, PinSet
from tests.pins.artefacts.apps import apk, found, manifest, problems, read
from tests.pins.artefacts.building import dex
from tests.pins.formats.samples import A, B, H

SHA1 = "sha1/AAECAwQFBgcICQoLDA0ODxAREhM="


def strings(*pieces: bytes) -> list[str]:
    code = Code()
    code.search(pieces, "classes.dex")
    return list(code.strings)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((A, "api.example.com", B), [A, B]),
        (("sha256/", "sha1/", "sha256/short="), []),
        ((SHA1,), [SHA1]),
        (("sha256/" + "x" * 43,), ["sha256/" + "x" * 43]),
        (("see " + A, A + " or so", A + ";" + B), []),
        (("sha256//" + H,), ["sha256//" + H]),
        ((A, A), [A]),
    ],
)
def test_pins_are_strings_from_end_to_end(texts: tuple[str, ...], expected: list[str]) -> None:
    assert strings(dex(*texts)) == expected


def test_bytes_that_are_no_string_of_the_pool_are_no_pin() -> None:
    assert strings(b"dex\n" + bytes(8) + b"\x00" + A.encode() + b"\0") == []


def test_a_string_is_found_wherever_the_pieces_end() -> None:
    source = dex("before", A, "after")

    assert all(strings(source[:at], source[at:]) == [A] for at in range(len(source) + 1))
    assert strings(*[source[at : at + 1] for at in range(len(source))]) == [A]


def test_pins_without_hosts_stand_for_every_host_and_are_not_complete() -> None:
    place = Place(path="classes.dex")
    pin = Pin(A, PinKind.SPKI_SHA256, base64.b64decode(H), place)
    rule = PinRule(EVERY_HOST, place, (pin,), is_for_every_host=True)

    assert pins_of_code({A: "classes.dex"}) == PinSet(
        "okhttp_source", b"", (rule,), is_complete=False, client_kinds=frozenset({"okhttp"})
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (A, None),
        (SHA1, "sha1_pin"),
        ("sha256/" + "A" * 43 + "=", "placeholder_pin"),
        ("sha256/" + "ab" * 32, "hex_pin"),
    ],
)
def test_a_pin_that_cannot_work_says_so(text: str, problem: str | None) -> None:
    (rule,) = pins_of_code({text: "classes.dex"}).rules

    assert [pin.problem for pin in rule.pins or ()] == [problem]


def test_the_code_of_an_app_is_one_pin_set() -> None:
    artefact = read(apk({"classes.dex": dex(A), "classes2.dex": dex(B, A)}, about=manifest(None)))

    _, one = artefact.found
    assert found(artefact)[1:] == [("classes.dex", "possible", "okhttp_source")]
    assert [(pin.text, str(pin.place)) for pin in one.pin_set.rules[0].pins or ()] == [
        (A, "classes.dex"),
        (B, "classes2.dex"),
    ]
    assert problems(artefact) == [("pins_without_hosts", "classes.dex")]


def test_a_member_that_is_no_code_is_told() -> None:
    assert problems(read(apk({"classes.dex": b"\x7fELF"}, about=manifest(None)))) == [
        ("unreadable_member", "classes.dex")
    ]


def test_more_hashes_than_any_app_has_are_refused() -> None:
    with pytest.raises(PinError) as caught:
        strings(b"sha1/" * 20_001)

    assert caught.value.code == "oversized_member"
