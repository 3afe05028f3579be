"""The blast radius: certificate → environments → apps → users, as high as the users concerned, none of it crossing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from certdash.drawing.flow_layout import REST, Bar, End, Layout, Source, lay_out

LEVEL = 0.36
MOST_OF_NOTE = 16


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand, in per cent of the width; a missing one is not drawn. `letters` of a name have room."""

    certificate: float | None
    environments: float | None
    apps: float
    users: float
    letters: int


WIDE = Columns(0.0, 24.0, 52.3, 82.6, 24)
# Drawn anew for a phone: the certificate is the page, environments are in the table behind.
PHONE = Columns(None, None, 0.0, 57.0, 18)


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


def flow(sources: Sequence[Source], columns: Columns = WIDE) -> Flow | None:
    """None where nobody stops. At most twelve apps and environments are drawn; the smallest share one node."""
    if not sources:
        return None
    plan = lay_out(sources)
    return Flow(
        height=round(plan.bottom + 8),
        ribbons=(*_from_certificate(plan, columns), *_to_apps(plan, columns), *_to_users(plan, columns)),
        certificate=_certificate(plan.certificate, plan.environments, columns),
        environments=_environment_nodes(plan, columns),
        apps=tuple(_app_node(one, bar, columns) for one, bar in zip(plan.sources, plan.apps, strict=True)),
        ends=tuple(_end_node(end, bar, plan.sources, columns) for end, bar in plan.ends.items()),
        hidden_apps=plan.hidden,
    )


def _from_certificate(plan: Layout, columns: Columns) -> list[Ribbon]:
    if columns.certificate is None or columns.environments is None:
        return []
    bands = [(bar, (plan.certificate.give(bar.height, "right"), bar.y, bar.height)) for bar in plan.environments]
    return [
        Ribbon(_path(columns.certificate, columns.environments, *band, 0.0), "grey", bar.key) for bar, band in bands
    ]


def _to_apps(plan: Layout, columns: Columns) -> list[Ribbon]:
    """Both sides of every bar are shared out from above, in the order of what stands on the other side."""
    if columns.environments is None:
        return []
    places = {bar.key: at for at, bar in enumerate(plan.environments)}
    downwards = {bar.key: at for at, bar in enumerate(plan.apps)}
    lefts = {
        (name, bar.key): bar.give(width, "left")
        for name, bar, width in sorted(plan.links, key=lambda link: places[link[0]])
    }
    found = []
    for name, bar, width in sorted(plan.links, key=lambda link: (places[link[0]], downwards[link[1].key])):
        start = plan.environments[places[name]].give(width, "right")
        path = _path(columns.environments, columns.apps, start, lefts[name, bar.key], width)
        found.append(Ribbon(path, "grey", _name(name)))
    return found


def _to_users(plan: Layout, columns: Columns) -> list[Ribbon]:
    found = []
    for one, bar in zip(plan.sources, plan.apps, strict=True):
        path = _path(columns.apps, columns.users, bar.y, plan.ends[one.end].give(bar.height, "left"), bar.height)
        found.append(Ribbon(path, one.end, f"{one.app}: {one.users:,} users"))
    return found


def _path(left: float, right: float, start: float, end: float, width: float, level_share: float = LEVEL) -> str:
    """A band between two bars; x in per cent, y in pixels: the drawing is stretched in one direction only.

    It runs level for a third, so that it does not cross the labels that stand above its bar.
    """
    level = left + (right - left) * level_share
    bend = (level + right) / 2
    below_start, below_end = start + width, end + width
    return (
        f"M{left:.2f} {start:.1f}H{level:.2f}C{bend:.2f} {start:.1f} {bend:.2f} {end:.1f} {right:.2f} {end:.1f}"
        f"V{below_end:.1f}C{bend:.2f} {below_end:.1f} {bend:.2f} {below_start:.1f} {level:.2f} {below_start:.1f}"
        f"H{left:.2f}Z"
    )


def _certificate(bar: Bar, environments: Sequence[Bar], columns: Columns) -> Node | None:
    """Its label stands inside the widest of its bands."""
    if columns.certificate is None:
        return None
    widest = max(range(len(environments)), key=lambda at: environments[at].height)
    middle = bar.y + sum(one.height for one in environments[:widest]) + environments[widest].height / 2
    return replace(_node(bar, columns.certificate, kind="certificate"), middle=f"{middle:.1f}")


def _environment_nodes(plan: Layout, columns: Columns) -> tuple[Node, ...]:
    if columns.environments is None:
        return ()
    counts = Counter(name for name, _, _ in plan.links)
    return tuple(
        _node(
            bar,
            columns.environments,
            name=short(_name(bar.key), columns.letters),
            note="" if bar.key.startswith(REST) else f"{counts[bar.key]} app{'s' if counts[bar.key] != 1 else ''}",
            kind="environment",
        )
        for bar in plan.environments
    )


def _name(key: str) -> str:
    return "other environments" if key.startswith(REST) else key


def short(name: str, most: int) -> str:
    """What has room above a bar; the table below has names whole."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _app_node(source: Source, bar: Bar, columns: Columns) -> Node:
    return _node(
        bar,
        columns.apps,
        name=short(source.app, columns.letters),
        note=short(source.owner, MOST_OF_NOTE),
        figure=f"{source.users:,}",
        url=source.url,
        kind=source.value,
    )


def _end_node(end: End, bar: Bar, sources: Iterable[Source], columns: Columns) -> Node:
    group = [one for one in sources if one.end == end]
    return _node(bar, columns.users, kind=end, figure=f"{sum(one.users for one in group):,}")


def _node(
    bar: Bar, x: float, *, name: str = "", note: str = "", figure: str = "", url: str = "", kind: str = ""
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
