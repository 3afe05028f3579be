"""Archives as devices read them, and every way in which one can lie: a sentence or a problem, never more work."""

import io
import struct
import zipfile

import pytest

from pins.artefacts import archive as archives
from pins.artefacts.archive import open_archive
from pins.errors import PinError
from tests.pins.artefacts.apps import apk, archive, problems, read

ONE = archive({"a": b"first", "b": b"second"}, zipfile.ZIP_STORED)
CENTRAL, END = ONE.index(b"PK\x01\x02"), ONE.index(b"PK\x05\x06")
DIFFER = ("member_headers_differ", "a is described differently in two places of the archive.")
SECOND = ONE.index(b"PK\x03\x04", 4)


def patched(at: int, layout: str, value: int, source: bytes = ONE) -> bytes:
    return source[:at] + struct.pack(layout, value) + source[at + struct.calcsize(layout) :]


def contents(source: bytes, name: str = "a") -> bytes:
    return bytes(open_archive(io.BytesIO(source)).read(name, 1000))


def refusal(source: bytes, name: str = "a") -> tuple[str, str]:
    with pytest.raises(PinError) as caught:
        contents(source, name)
    return caught.value.code, caught.value.sentence


def test_a_member_is_read_from_where_it_lies() -> None:
    assert (contents(ONE), contents(ONE, "b")) == (b"first", b"second")


def test_sizes_of_eight_bytes_are_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file, file.open(zipfile.ZipInfo("a"), "w", force_zip64=True) as member:
        member.write(b"first")
    source = target.getvalue()
    central, end = source.index(b"PK\x01\x02"), source.index(b"PK\x05\x06")
    extra = struct.pack("<2H3Q", 1, 24, 5, 5, 0)
    entry = patched(30, "<H", len(extra), source[central:end])
    for at in (20, 24, 42):
        entry = patched(at, "<L", 0xFFFFFFFF, entry)
    entry += extra
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), central)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, central + len(entry), 1)
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    assert contents(source[:central] + entry + large + locator + closing) == b"first"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (b"", "it has no end"),
        (ONE[:END], "it has no end"),
        (patched(END + 10, "<H", 3), "it is a part of an archive in several files"),
        (patched(END + 8, "<L", 0x00030003), "its directory is shorter than it says"),
        (patched(END + 16, "<L", CENTRAL + 1), "its directory does not lie where its end says"),
        (patched(END + 16, "<L", CENTRAL - 1), "its directory is shorter than it says"),
        (patched(CENTRAL + 42, "<L", SECOND - 1), "its files overlap"),
        (patched(CENTRAL + 20, "<L", 5_000), "its files overlap"),
        (patched(CENTRAL + 28, "<H", 60_000), "its directory is shorter than it says"),
        (patched(END + 16, "<L", 0xFFFFFFFF), "the end of a large archive is missing"),
        (b"PK\x05\x06" + bytes(18), "it is empty"),
    ],
)
def test_a_damaged_archive_is_refused_with_what_is_wrong(source: bytes, what: str) -> None:
    code, sentence = refusal(source)

    assert (code, sentence.startswith(f"The archive is damaged ({what}")) == ("malformed_archive", True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (patched(CENTRAL + 8, "<H", 1), ("encrypted_member", "a is encrypted.")),
        (patched(CENTRAL + 10, "<H", 9), ("unreadable_member", "a is packed by method 9, which no device unpacks.")),
        (patched(CENTRAL + 24, "<L", 2_000), ("oversized_member", "a has 2 kB, and 1 kB are read of such a file.")),
        (patched(CENTRAL + 24, "<L", 4), DIFFER),
        (patched(30, "<B", ord("z")), DIFFER),
        (patched(8, "<H", 8), DIFFER),
        (patched(31, "<B", ord("F")), ("unreadable_member", "a is damaged: its checksum does not fit.")),
        (patched(0, "<B", 0), ("unreadable_member", "a does not begin where the directory says.")),
        (patched(28, "<H", 60_000), ("unreadable_member", "a reaches beyond the end.")),
    ],
)  # fmt: skip
def test_a_member_that_lies_is_refused_by_its_name(source: bytes, expected: tuple[str, str]) -> None:
    assert refusal(source) == expected


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    source = archive({"a": b"x" * 500})
    central = source.index(b"PK\x01\x02")
    shorter = patched(22, "<L", 5, patched(central + 24, "<L", 5, source))

    assert refusal(shorter) == ("unreadable_member", "a unpacks to more than it declares.")


def test_broken_compression_is_refused() -> None:
    source = archive({"a": bytes(range(256)) * 2})

    assert refusal(patched(31, "<L", 0xFFFFFFFF, source)) == (
        "unreadable_member",
        "a is damaged and cannot be unpacked.",
    )


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    source = archive({"a": bytes(archives.FREE_OF_RATIO + 1)})

    with pytest.raises(PinError) as caught:
        open_archive(io.BytesIO(source)).read("a", 1 << 40)

    assert caught.value.sentence == "a unpacks to more than 200 times its size."


def test_all_members_together_have_a_limit() -> None:
    opened = open_archive(io.BytesIO(ONE))
    opened.budget.left = 8

    with pytest.raises(PinError) as caught:
        [opened.read(name, 1000) for name in ("a", "b")]

    assert caught.value.code == "oversized_member"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_two_members_have_is_not_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("a", b"1")
        file.writestr("a", b"2")

    assert refusal(target.getvalue()) == (
        "duplicate_member",
        "a is in the app more than once, and devices refuse such an app.",
    )


def test_bytes_behind_the_end_are_a_problem_of_the_app() -> None:
    assert problems(read(apk() + b"more")) == [("bytes_after_archive", ""), *problems(read(apk()))]


def test_names_are_never_paths_and_never_reach_a_terminal() -> None:
    odd = "assets/../../etc/\x1b[31m\n.bundle"
    artefact = read(apk({odd: b"x", "assets/\x1b[2J.bundle": b"x"}))

    assert [place for code, place in problems(artefact) if code == "code_not_read"] == ["assets/�[2J.bundle"]


def test_more_members_than_any_app_has_are_refused() -> None:
    count = 0xFFFF
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 100_001, 100_001, 0, 0)
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, 0, 0, 0)

    assert refusal(large + locator + closing)[0] == "too_large"
