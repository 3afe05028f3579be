"""The blast radius: certificate → environments → apps → users, as high as the users concerned, none of it crossing."""

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
LEAST = 4.0
MOST_NODES = 12
REST = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand, in per cent of the width; a missing one is not drawn."""

    certificate: float | None
    environments: float | None
    apps: float
    users: float


WIDE = Columns(0.0, 24.0, 52.3, 82.6)
# Drawn anew for a phone: the certificate is the page, environments are in the table behind.
PHONE = Columns(None, None, 0.0, 62.0)


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


@dataclass(frozen=True, slots=True)
class Node:
    """A bar with its label above: `name` in ink, `note` beside it; `y` and `height` are pixels."""

    name: str
    note: str
    figure: str
    url: str
    kind: str
    x: str
    y: str
    height: str
    label_y: str
    middle: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    path: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    height: int
    ribbons: tuple[Ribbon, ...]
    certificate: Node | None
    environments: tuple[Node, ...]
    apps: tuple[Node, ...]
    ends: tuple[Node, ...]
    hidden_apps: int = 0


@dataclass(slots=True)
class _Bar:
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


def flow(sources: Sequence[Source], columns: Columns = WIDE) -> Flow | None:
    """None where nobody stops. At most twelve apps and environments are drawn; the smallest share one node."""
    if not sources:
        return None
    drawn, hidden = _most(sources)
    drawn = _ordered(drawn)
    total = sum(source.users for source in drawn) or 1
    apps = [_Bar(str(at), max(UNIT_HEIGHT * one.users / total, LEAST)) for at, one in enumerate(drawn)]
    _stack(apps)
    links = _links(drawn, apps)
    environments = _environments(links, apps)
    ends = _ends(drawn, apps)
    certificate = _Bar("", sum(bar.height for bar in environments))
    certificate.y = max(HEAD, _centre(environments) - certificate.height / 2)
    ribbons = _ribbons(columns, certificate, environments, apps, ends, links, drawn)
    bottom = max(bar.y + bar.height for bar in (*apps, *environments, certificate, *ends.values()))
    return Flow(
        height=round(bottom + 8),
        ribbons=ribbons,
        certificate=_certificate(certificate, columns),
        environments=_environment_nodes(environments, links, columns),
        apps=tuple(_app_node(one, bar, columns) for one, bar in zip(drawn, apps, strict=True)),
        ends=tuple(_end_node(end, bar, drawn, columns) for end, bar in ends.items()),
        hidden_apps=hidden,
    )


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
            kept.append(Source(f"{len(group)} more apps", "", "", worst, users, end, (REST,)))
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
            one.environments[0] == REST,
            -weight[one.end, one.environments[0]],
            one.environments[0],
            -one.users,
            one.app,
        ),
    )


def _stack(bars: Iterable[_Bar]) -> None:
    y = float(HEAD)
    for bar in bars:
        bar.y = y + LABEL
        y = bar.y + bar.height + GAP


def _links(sources: Sequence[Source], apps: Sequence[_Bar]) -> list[tuple[str, _Bar, float]]:
    """By environment and app; an app's users are shared evenly between its environments."""
    named = dict.fromkeys(name for one in sources for name in one.environments)
    kept = list(named)[:MOST_NODES] if len(named) > MOST_NODES else list(named)
    found: dict[tuple[str, str], tuple[_Bar, float]] = {}
    for one, bar in zip(sources, apps, strict=True):
        share = bar.height / len(one.environments)
        for name in one.environments:
            key = name if name in kept else REST
            known = found.get((key, bar.key), (bar, 0.0))[1]
            found[key, bar.key] = bar, known + share
    return [(name, bar, width) for (name, _), (bar, width) in found.items()]


def _environments(links: Iterable[tuple[str, _Bar, float]], apps: Sequence[_Bar]) -> list[_Bar]:
    """Each as near to its apps as the others leave room, none above the head or below the last app."""
    heights: dict[str, float] = defaultdict(float)
    pulls: dict[str, float] = defaultdict(float)
    for name, bar, width in links:
        heights[name] += width
        pulls[name] += width * bar.middle
    bars = [_Bar(name, height) for name, height in heights.items()]
    for bar in bars:
        bar.y = pulls[bar.key] / bar.height - bar.height / 2
    bars.sort(key=lambda bar: bar.middle)
    _spread(bars, apps[-1].y + apps[-1].height)
    return bars


def _spread(bars: Sequence[_Bar], bottom: float) -> None:
    """Downwards until none overlaps, then back up where the last one ran over the edge."""
    least = float(HEAD)
    for bar in bars:
        bar.y = max(bar.y, least + LABEL)
        least = bar.y + bar.height + GAP / 2
    most = max(bottom, sum(bar.height + LABEL + GAP / 2 for bar in bars) + HEAD)
    for bar in reversed(bars):
        bar.y = min(bar.y, most - bar.height)
        most = bar.y - LABEL - GAP / 2


def _ends(sources: Sequence[Source], apps: Sequence[_Bar]) -> dict[End, _Bar]:
    found: dict[End, _Bar] = {}
    least = float(HEAD) + LABEL
    for end in ENDS:
        bars = [bar for one, bar in zip(sources, apps, strict=True) if one.end == end]
        if bars:
            height = sum(bar.height for bar in bars)
            bar = _Bar(end, height, y=max(least, _centre(bars) - height / 2))
            least = bar.y + max(height, 56) + GAP
            found[end] = bar
    return found


def _centre(bars: Sequence[_Bar]) -> float:
    return (bars[0].y + bars[-1].y + bars[-1].height) / 2


def _ribbons(
    columns: Columns,
    certificate: _Bar,
    environments: Sequence[_Bar],
    apps: Sequence[_Bar],
    ends: Mapping[End, _Bar],
    links: Sequence[tuple[str, _Bar, float]],
    sources: Sequence[Source],
) -> tuple[Ribbon, ...]:
    found = []
    by_name = {bar.key: bar for bar in environments}
    if columns.certificate is not None and columns.environments is not None:
        for bar in environments:
            band = certificate.give(bar.height, "right"), bar.y, bar.height
            found.append(Ribbon(_path(columns.certificate, columns.environments, *band), "grey", bar.key))
        places = {bar.key: at for at, bar in enumerate(environments)}
        downwards = {bar.key: at for at, bar in enumerate(apps)}
        lefts = {
            (name, bar.key): bar.give(width, "left")
            for name, bar, width in sorted(links, key=lambda link: places[link[0]])
        }
        for name, bar, width in sorted(links, key=lambda link: (places[link[0]], downwards[link[1].key])):
            band = by_name[name].give(width, "right"), lefts[name, bar.key], width
            found.append(Ribbon(_path(columns.environments, columns.apps, *band), "grey", name))
    for one, bar in zip(sources, apps, strict=True):
        band = bar.y, ends[one.end].give(bar.height, "left"), bar.height
        found.append(Ribbon(_path(columns.apps, columns.users, *band), one.end, f"{one.app}: {one.users:,} users"))
    return tuple(found)


def _path(left: float, right: float, start: float, end: float, width: float) -> str:
    """A band between two bars; x in per cent, y in pixels: the drawing is stretched in one direction only."""
    bend = (left + right) / 2
    below_start, below_end = start + width, end + width
    return (
        f"M{left:.2f} {start:.1f}C{bend:.2f} {start:.1f} {bend:.2f} {end:.1f} {right:.2f} {end:.1f}V{below_end:.1f}"
        f"C{bend:.2f} {below_end:.1f} {bend:.2f} {below_start:.1f} {left:.2f} {below_start:.1f}Z"
    )


def _certificate(bar: _Bar, columns: Columns) -> Node | None:
    return None if columns.certificate is None else _node(bar, columns.certificate, kind="certificate")


def _environment_nodes(
    bars: Iterable[_Bar], links: Iterable[tuple[str, _Bar, float]], columns: Columns
) -> tuple[Node, ...]:
    if columns.environments is None:
        return ()
    counts: dict[str, int] = defaultdict(int)
    for name, _, _ in links:
        counts[name] += 1
    return tuple(
        _node(
            bar,
            columns.environments,
            name=bar.key or "other environments",
            note=f"{counts[bar.key]} app{'s' if counts[bar.key] != 1 else ''}" if bar.key else "",
            kind="environment",
        )
        for bar in bars
    )


def _app_node(source: Source, bar: _Bar, columns: Columns) -> Node:
    return _node(
        bar,
        columns.apps,
        name=source.app,
        note=source.owner,
        figure=f"{source.users:,}",
        url=source.url,
        kind=source.value,
    )


def _end_node(end: End, bar: _Bar, sources: Iterable[Source], columns: Columns) -> Node:
    group = [one for one in sources if one.end == end]
    return _node(bar, columns.users, kind=end, figure=f"{sum(one.users for one in group):,}")


def _node(
    bar: _Bar, x: float, *, name: str = "", note: str = "", figure: str = "", url: str = "", kind: str = ""
) -> Node:
    return Node(
        name,
        note,
        figure,
        url,
        kind,
        f"{x:.2f}%",
        f"{bar.y:.1f}",
        f"{bar.height:.1f}",
        f"{bar.y - 8:.1f}",
        f"{bar.middle:.1f}",
    )
