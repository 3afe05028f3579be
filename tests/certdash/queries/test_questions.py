"""What was typed into the search box is read as everything that it can be."""

from base64 import b64decode

import pytest

from certdash.queries.lists.questions import read_question


@pytest.mark.parametrize("typed", ["kT8sQ2pA…", "ab/d3fgh…", "abcdefgh", "sha256/abcdefgh"])
def test_the_first_characters_of_a_pin_are_read_whatever_letters_they_are(typed: str) -> None:
    written = typed.rstrip("…").removeprefix("sha256/")

    assert b64decode(written).hex() in read_question(typed).prefixes


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("fieldservice", "a name"),
        ("kT8sQ2pA", "a name and as the beginning of a hash"),
        ("acme", "a name"),
    ],
)
def test_a_word_is_told_as_a_name(typed: str, kind: str) -> None:
    assert read_question(typed).kind == kind
