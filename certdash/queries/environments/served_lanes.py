"""Who served what and when, host by host and address by address, for a drawing on one scale of time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.drawing import lanes
from certdash.drawing.scale import Scale
from certdash.models import Observation, Profile
from certdash.queries.environments.chains import Links
from certdash.queries.formatting import HashText, certificate_hash, counted, day, full_day

MOST_LANES = 8
# Hosts without any change that are shown all the same; the others are one click away.
MOST_CALM = 3


@dataclass(frozen=True, slots=True)
class AddressLane:
    address: str
    lane: lanes.Lane


@dataclass(frozen=True, slots=True)
class ChainKey:
    """A chain of the drawing: its shade, its key to copy, and the certificate that it leads to."""

    style: str
    hash: HashText
    name: str
    issuer: str
    sha256: str
    since: str


@dataclass(frozen=True, slots=True)
class HostLanes:
    host: str
    lanes: tuple[AddressLane, ...]
    more: str
    keys: tuple[ChainKey, ...]
    has_changed: bool


@dataclass(frozen=True, slots=True)
class ServedHistory:
    """Hosts that changed come first; `calm` are further hosts that never did."""

    axis: lanes.Axis
    hosts: tuple[HostLanes, ...]
    calm: tuple[HostLanes, ...]


def served_history(observations: Iterable[Observation], links: Links, now: datetime) -> ServedHistory | None:
    """None while nothing was seen."""
    by_host: dict[str, list[Observation]] = defaultdict(list)
    for one in sorted(observations, key=lambda seen: (seen.first_seen_at, seen.pk)):
        by_host[str(one.endpoint)].append(one)
    if not by_host:
        return None
    scale = lanes.scale_for((seen[0].first_seen_at for seen in by_host.values()), now)
    found = [_host(host, seen, links, scale, now) for host, seen in by_host.items()]
    changed = [one for one in found if one.has_changed]
    calm = [one for one in found if not one.has_changed]
    shown = max(0, MOST_CALM - len(changed))
    return ServedHistory(lanes.axis_of(scale), (*changed, *calm[:shown]), tuple(calm[shown:]))


def _host(host: str, seen: Sequence[Observation], links: Links, scale: Scale, now: datetime) -> HostLanes:
    by_place: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in seen:
        by_place[one.address, one.profile].append(one)
    shades: dict[int, int] = {}
    places = sorted(by_place, key=lambda place: (len(by_place[place]) == 1, place))
    drawn = tuple(
        AddressLane(_name(place), lanes.lane_of([_interval(one, links, now) for one in by_place[place]], scale, shades))
        for place in places[:MOST_LANES]
    )
    rest = len(places) - len(drawn)
    states = {(one.chain_id, bool(one.failure)) for one in seen}
    return HostLanes(
        host,
        drawn,
        counted(rest, "more address", "more addresses") if rest > 0 else "",
        _keys(seen, links, shades, now),
        len(states) > 1,
    )


def _name(place: tuple[str, str]) -> str:
    address, profile = place
    return address if profile == Profile.ECDSA_FIRST else f"{address}, {Profile(profile).label}"


def _interval(one: Observation, links: Links, now: datetime) -> lanes.Interval:
    until = f"until {full_day(one.ended_at)}" if one.ended_at else "until now"
    since = f"from {full_day(one.first_seen_at)} {until}"
    leaf = next(iter(links.get(one.chain_id or 0, ())), None)
    if leaf is None:
        return lanes.Interval(one.first_seen_at, one.ended_at, None, "not readable", f"not readable {since}")
    short = certificate_hash(leaf, "leaf").short
    words = f"key {short} of {leaf.common_name or leaf.subject} {since}"
    return lanes.Interval(one.first_seen_at, one.ended_at, one.chain_id, short, words)


def _keys(seen: Sequence[Observation], links: Links, shades: dict[int, int], now: datetime) -> tuple[ChainKey, ...]:
    first: dict[int, datetime] = {}
    for one in seen:
        if one.chain_id and links.get(one.chain_id):
            first.setdefault(one.chain_id, one.first_seen_at)
    wanted: Collection[int] = [chain for chain in first if chain in shades]
    return tuple(
        ChainKey(
            f"shade-{shades[chain]}",
            certificate_hash(leaf := links[chain][0], "leaf"),
            leaf.common_name or leaf.subject,
            leaf.issuer_name or leaf.issuer,
            leaf.sha256,
            f"since {day(first[chain], now)}",
        )
        for chain in wanted
    )
