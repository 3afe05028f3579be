"""Every text of the pages can be read on every ground it stands on, in both themes."""

import pytest

from certdash.drawing.tokens import LEAST, SHEET, Contrast, contrast, contrasts, read_colours

COLOURS = read_colours(SHEET.read_text())


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)]
)
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


@pytest.mark.parametrize("pair", contrasts(COLOURS), ids=lambda pair: f"{pair.text} on {pair.ground}")
def test_text_can_be_read_on_its_ground(pair: Contrast) -> None:
    assert (pair.light >= LEAST, pair.dark >= LEAST) == (True, True)


def test_the_weakest_pairs_are_known() -> None:
    weakest = sorted(contrasts(COLOURS), key=lambda pair: min(pair.light, pair.dark))[:3]

    assert [(pair.text, pair.ground, f"{pair.light:.2f}", f"{pair.dark:.2f}") for pair in weakest] == [
        ("ink-3", "failing-soft", "4.52", "5.51"),
        ("ink-3", "sel", "4.55", "5.17"),
        ("ink-3", "ready-soft", "4.62", "5.24"),
    ]
