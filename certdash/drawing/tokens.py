"""The colours of the pages, read from their style sheet, and how far every text stands off every ground it has."""

import re
from dataclasses import dataclass
from pathlib import Path

SHEET = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
_COLOUR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
VERDICTS = ("failing", "will-fail", "at-risk", "unknown", "unprotected", "ready")
GROUNDS = ("page", "sunken", "sel")
TEXTS = ("ink", "ink-2", "ink-3", "accent", *VERDICTS)
# WCAG 2.2, success criterion 1.4.3: text of normal size.
LEAST = 4.5


@dataclass(frozen=True, slots=True)
class Colour:
    """One token in both themes, as `#rrggbb`."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """How far a text stands off its ground, in both themes; 21 is black on white."""

    text: str
    ground: str
    light: float
    dark: float


def read_colours(sheet: str) -> dict[str, Colour]:
    return {name: Colour(name, light, dark) for name, light, dark in _COLOUR.findall(sheet)}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, definition of relative luminance."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrasts(colours: dict[str, Colour]) -> tuple[Contrast, ...]:
    """Every pair that pages use: texts on grounds, verdicts and captions on tints, the primary button, the bulk bar."""
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [(verdict, f"{verdict}-soft") for verdict in VERDICTS]
    pairs += [(text, f"{verdict}-soft") for text in ("ink", "ink-2", "ink-3") for verdict in VERDICTS]
    pairs += [("on-accent", "accent"), ("page", "ink")]
    return tuple(_measured(colours[text], colours[ground]) for text, ground in pairs)


def _measured(text: Colour, ground: Colour) -> Contrast:
    return Contrast(text.name, ground.name, contrast(text.light, ground.light), contrast(text.dark, ground.dark))
