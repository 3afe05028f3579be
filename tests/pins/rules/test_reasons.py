"""Pins as sentences show them."""

import pytest

from pins.rules.reasons import shown
from tests.pins.encounters import pin


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc=", "abc="), ("\n\t\tabc=\n", "abc="), ("ab\r\ncd", "ab cd"), ("x" * 101, "x" * 100 + "…")],
)
def test_a_pin_is_shown_on_one_line_and_cut(text: str, expected: str) -> None:
    assert shown(pin(text)) == expected
