"""Bytes to text, XML and JSON: exact places, limits, and nothing but PinError."""

import pytest

from pins.errors import PinError, Place
from pins.reading import Span, read_text, read_xml
from pins.reading.json_text import Array, Object, Scalar, String, read_json


def test_places_count_every_kind_of_line_end() -> None:
    text = read_text(b"a\r\nb\rc\nd")

    assert [text.place(offset) for offset in (0, 3, 5, 7)] == [Place(1, 1), Place(2, 1), Place(3, 1), Place(4, 1)]


@pytest.mark.parametrize(
    ("source", "sentence", "place"),
    [
        (b"ab\n\xe9", "The text is not valid UTF-8 here. Save the file as UTF-8 and try again.", Place(2, 1)),
        (b"\xff\xfea", "The text is not valid UTF-16 here. Save the file as UTF-8 and try again.", Place(1, 1)),
        (
            b"a\n\x07",
            (
                "The file holds the control character U+0007, so it is not text. "
                "Give the text file itself, saved as UTF-8."
            ),
            Place(2, 1),
        ),
        (b"\r\n", "The file is empty. Choose the pin file again.", Place()),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(source: bytes, sentence: str, place: Place) -> None:
    with pytest.raises(PinError) as caught:
        read_text(source)

    assert (caught.value.sentence, caught.value.place) == (sentence, place)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_goes_back_to_its_own_bytes(encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    source = mark + "<ü>\r\n".encode(encoding)

    text = read_text(source)

    assert (text.content, text.encode(text.content)) == ("<ü>\r\n", source)


def test_every_part_of_an_element_has_its_span() -> None:
    text = read_text("<a>é<b x='1&amp;2'  t:y=\"z\" xmlns:t='u' >p<!-- q --> r</b ><c/></a>".encode())

    element, empty = read_xml(text).children

    assert text.cut(element.whole) == "<b x='1&amp;2'  t:y=\"z\" xmlns:t='u' >p<!-- q --> r</b >"
    assert [(one.name, one.value, text.cut(one.whole), text.cut(one.inner)) for one in element.attributes] == [
        ("x", "1&2", " x='1&amp;2'", "1&amp;2")
    ]
    assert (element.text, [text.cut(one.span) for one in element.pieces(text)]) == ("p r", ["p", "r"])
    assert (text.cut(empty.whole), empty.inner) == ("<c/>", None)


@pytest.mark.parametrize(
    ("source", "code", "place"),
    [
        (b"<a>\n<b></a>", "malformed_xml", Place(2, 6)),
        (b"<a>&x;</a>", "malformed_xml", Place(1, 4)),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "forbidden_xml", Place(1, 13)),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "forbidden_xml", Place(1, 1)),
        (b"<a/>\n<b/>", "malformed_xml", Place(2, 1)),
        (b"<a>" * 65, "too_large", Place(1, 193)),
    ],
)
def test_broken_or_hostile_xml_is_refused_at_its_place(source: bytes, code: str, place: Place) -> None:
    with pytest.raises(PinError) as caught:
        read_xml(read_text(source))

    assert (caught.value.code, caught.value.place.line) == (code, place.line)


def test_json_keeps_spans_and_repeated_keys() -> None:
    root = read_json(read_text(b'{"a": ["\\u0041", 1.5e3], "a": null}'))

    assert root == Object(
        (
            (
                String("a", Span(1, 4)),
                Array((String("A", Span(7, 15)), Scalar("1.5e3", Span(17, 22))), Span(6, 23)),
            ),
            (String("a", Span(25, 28)), Scalar("null", Span(30, 34))),
        ),
        Span(0, 35),
    )
    assert isinstance(root, Object)
    assert (root.get("a"), root.repeated()) == (Scalar("null", Span(30, 34)), (String("a", Span(25, 28)),))


@pytest.mark.parametrize(
    ("source", "column"),
    [
        (b"{", 2),
        (b'{"a" 1}', 6),
        (b'{"a": 1,}', 9),
        (b"[1 2]", 4),
        (b"[01]", 2),
        (b"[NaN]", 2),
        (b"[1] x", 5),
        (b'["\\u0000"]', 2),
        (b'["\\ud800"]', 2),
        (b'["\\x"]', 2),
        (b"// c", 1),
    ],
)
def test_broken_json_is_refused_at_its_place(source: bytes, column: int) -> None:
    with pytest.raises(PinError) as caught:
        read_json(read_text(source))

    assert (caught.value.code, caught.value.place) == ("malformed_json", Place(1, column))
