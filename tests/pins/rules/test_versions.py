"""Version numbers."""

import pytest

from pins.rules.versions import Version, version


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.12.0", (4, 12, 0)),
        ("v5", (5,)),
        ("TrustKit 1.6.0-beta2", (1, 6, 0)),
        (None, (3, 0)),
        ("", (3, 0)),
        ("newest", (3, 0)),
    ],
)
def test_the_first_dotted_number_counts(text: str | None, expected: Version) -> None:
    assert version(text, (3, 0)) == expected
