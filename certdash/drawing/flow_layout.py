"""The layout of the blast radius: which apps get a bar, in which order, and where every bar stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

End = Literal["reachable", "passed"]
ENDS: tuple[End, ...] = ("reachable", "passed")

HEAD = 34
LABEL = 18
GAP = 16
UNIT_HEIGHT = 300
# Of few apps the bars would be huge blocks that say no more.
HEIGHT_OF_ONE = 76
LEAST = 4.0
# How far the words beside a bar reach below its middle.
WORDS_BELOW = 24
MOST_NODES = 12
# No environment has this as the start of its name; what follows is the end that its apps come to.
REST = "\0"


@dataclass(frozen=True, slots=True)
class Source:
    """One app that stops, the environments in which it does, its users, and whether a release can reach them still."""

    app: str
    owner: str
    url: str
    value: str
    users: int
    end: End
    environments: tuple[str, ...]


@dataclass(slots=True)
class Bar:
    """A bar while it is laid out; `left` and `right` are how far its two sides are taken by ribbons."""

    key: str
    height: float
    y: float = 0.0
    left: float = 0.0
    right: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def give(self, width: float, side: Literal["left", "right"]) -> float:
        start = self.y + getattr(self, side)
        setattr(self, side, getattr(self, side) + width)
        return float(start)


Link = tuple[str, Bar, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """`apps` are the bars of `sources`, in their order; a link is an environment's part of an app's bar."""

    sources: tuple[Source, ...]
    hidden: int
    apps: tuple[Bar, ...]
    links: tuple[Link, ...]
    environments: tuple[Bar, ...]
    ends: Mapping[End, Bar]
    certificate: Bar

    @property
    def bottom(self) -> float:
        bars = (*self.apps, *self.environments, *self.ends.values(), self.certificate)
        words = [bar.middle + WORDS_BELOW for bar in (*self.ends.values(), self.certificate)]
        return max(*(bar.y + bar.height for bar in bars), *words)


def lay_out(sources: Sequence[Source]) -> Layout:
    drawn, hidden = _most(sources)
    drawn = _ordered(drawn)
    total = sum(one.users for one in drawn) or 1
    height = min(UNIT_HEIGHT, HEIGHT_OF_ONE * len(drawn))
    apps = [Bar(str(at), max(height * one.users / total, LEAST)) for at, one in enumerate(drawn)]
    _stack(apps)
    links = _links_of(drawn, apps)
    environments = _environment_bars(links, apps)
    certificate = Bar("", sum(bar.height for bar in environments))
    certificate.y = max(HEAD, _centre(environments) - certificate.height / 2)
    ends = _end_bars(drawn, apps)
    return Layout(tuple(drawn), hidden, tuple(apps), tuple(links), tuple(environments), ends, certificate)


def _most(sources: Sequence[Source]) -> tuple[list[Source], int]:
    """All of them, or the eleven with most users and one node for the rest of each end."""
    if len(sources) <= MOST_NODES:
        return list(sources), 0
    ranked = sorted(sources, key=lambda one: -one.users)
    kept, rest = ranked[: MOST_NODES - 2], ranked[MOST_NODES - 2 :]
    for end in ENDS:
        group = [one for one in rest if one.end == end]
        if group:
            worst = "failing" if any(one.value == "failing" for one in group) else "will_fail"
            users = sum(one.users for one in group)
            kept.append(Source(f"{len(group)} more apps", "", "", worst, users, end, (REST + end,)))
    return kept, len(rest)


def _ordered(sources: Iterable[Source]) -> list[Source]:
    """Those that can be reached first, apps of one environment together, the greatest first: so nothing crosses."""
    found = list(sources)
    weight: dict[tuple[str, str], int] = defaultdict(int)
    for one in found:
        weight[one.end, one.environments[0]] += one.users
    return sorted(
        found,
        key=lambda one: (
            ENDS.index(one.end),
            one.environments[0].startswith(REST),
            -weight[one.end, one.environments[0]],
            one.environments[0],
            -one.users,
            one.app,
        ),
    )


def _stack(bars: Iterable[Bar]) -> None:
    y = float(HEAD)
    for bar in bars:
        bar.y = y + LABEL
        y = bar.y + bar.height + GAP


def _links_of(sources: Sequence[Source], apps: Sequence[Bar]) -> list[Link]:
    """By environment and app; an app's users are shared evenly between its environments."""
    named = dict.fromkeys(name for one in sources for name in one.environments)
    kept = list(named)[:MOST_NODES] if len(named) > MOST_NODES else list(named)
    found: dict[tuple[str, str], tuple[Bar, float]] = {}
    for one, bar in zip(sources, apps, strict=True):
        share = bar.height / len(one.environments)
        for name in one.environments:
            key = name if name in kept else REST + one.end
            known = found.get((key, bar.key), (bar, 0.0))[1]
            found[key, bar.key] = bar, known + share
    return [(name, bar, width) for (name, _), (bar, width) in found.items()]


def _environment_bars(links: Iterable[Link], apps: Sequence[Bar]) -> list[Bar]:
    """Each as near to its apps as the others leave room, none above the head or below the last app."""
    heights: dict[str, float] = defaultdict(float)
    pulls: dict[str, float] = defaultdict(float)
    for name, bar, width in links:
        heights[name] += width
        pulls[name] += width * bar.middle
    bars = [Bar(name, height) for name, height in heights.items()]
    for bar in bars:
        bar.y = pulls[bar.key] / bar.height - bar.height / 2
    bars.sort(key=lambda bar: bar.middle)
    _spread(bars, apps[-1].y + apps[-1].height)
    return bars


def _spread(bars: Sequence[Bar], bottom: float) -> None:
    """Downwards until none overlaps, then back up where the last one ran over the edge."""
    least = float(HEAD)
    for bar in bars:
        bar.y = max(bar.y, least + LABEL)
        least = bar.y + bar.height + GAP / 2
    lowest = max(bottom, sum(bar.height + LABEL + GAP / 2 for bar in bars) + HEAD)
    for bar in reversed(bars):
        bar.y = min(bar.y, lowest - bar.height)
        lowest = bar.y - LABEL - GAP / 2


def _end_bars(sources: Sequence[Source], apps: Sequence[Bar]) -> dict[End, Bar]:
    found: dict[End, Bar] = {}
    least = float(HEAD) + LABEL
    for end in ENDS:
        bars = [bar for one, bar in zip(sources, apps, strict=True) if one.end == end]
        if bars:
            height = sum(bar.height for bar in bars)
            bar = Bar(end, height, y=max(least, _centre(bars) - height / 2))
            least = bar.y + max(height, 56) + GAP
            found[end] = bar
    return found


def _centre(bars: Sequence[Bar]) -> float:
    return (bars[0].y + bars[-1].y + bars[-1].height) / 2
