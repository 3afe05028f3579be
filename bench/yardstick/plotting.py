"""A few curves over the size of a fleet, side by side, as an SVG that follows the reader's light or dark theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT, GAP = 200, 110, 32
LEFT, TOP, BOTTOM = 12, 48, 30
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2937}.title{font-weight:600}.soft{fill:#5b6472}"
    "path{fill:none;stroke:#2563c9;stroke-width:2}circle{fill:#2563c9}line{stroke:#d5d9df}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.soft{fill:#a3abb8}path{stroke:#7aa7f0}circle{fill:#7aa7f0}"
    "line{stroke:#3a4150}}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure at each size, in `unit`."""

    title: str
    unit: str
    values: Sequence[float]


def plot(sizes: Sequence[int], curves: Sequence[Curve]) -> str:
    """Sizes on a logarithmic scale, each curve from zero on a scale of its own, every point with its number."""
    width = LEFT + len(curves) * (WIDTH + GAP)
    height = TOP + HEIGHT + BOTTOM
    panels = "".join(_panel(sizes, curve, LEFT + at * (WIDTH + GAP)) for at, curve in enumerate(curves))
    words = "; ".join(f"{one.title}: {', '.join(f'{value:.3g}' for value in one.values)} {one.unit}" for one in curves)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">'
    named = f"<title>What a larger fleet costs</title><desc>{escape(words)}</desc>"
    return f"{head}{named}<style>{STYLE}</style>{panels}</svg>\n"


def _panel(sizes: Sequence[int], curve: Curve, left: int) -> str:
    top, first, last = max(curve.values) * 1.25, log10(sizes[0]), log10(sizes[-1])
    places = [
        (left + 16 + (log10(size) - first) / (last - first) * (WIDTH - 48), TOP + HEIGHT * (1 - value / top))
        for size, value in zip(sizes, curve.values, strict=True)
    ]
    floor = TOP + HEIGHT
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{value:.3g}'
        f'</text><text class="soft" x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{size:,}</text>'
        for (x, y), value, size in zip(places, curve.values, sizes, strict=True)
    )
    line = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    head = f'<text class="title" x="{left}" y="16">{escape(curve.title)}</text>'
    unit = f'<text class="soft" x="{left}" y="32">{escape(curve.unit)}</text>'
    axis = f'<line x1="{left}" y1="{floor}" x2="{left + WIDTH}" y2="{floor}"/>'
    return f'{head}{unit}{axis}<path d="M{line}"/>{marks}'
