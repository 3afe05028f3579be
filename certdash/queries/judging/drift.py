"""Where the newest Android and iOS releases of one app disagree, in words; what differs is found in `pins.drift`."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from certdash.models import PinSet, Platform, Release
from certdash.queries.formatting import full_day
from certdash.queries.loading import pin_set_value
from certdash.queries.versions import version_key
from pins.drift import Aspect, Build, Drift, Pinned, Reach, Side, compare
from pins.drift import Difference as Found

# Pins named for each side before the rest is counted.
MOST_NAMED = 3
REACHES = {
    frozenset({Reach.HOST, Reach.SUBDOMAINS}): "with subdomains",
    frozenset({Reach.HOST}): "the host alone",
    frozenset({Reach.ONE_LABEL}): "one label below it",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A host and what each platform does with it, in the order of `compared`."""

    pattern: str
    sides: tuple[str, ...]


def differences(releases: Iterable[Release]) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The two releases compared and the hosts on which they differ; nothing while only one platform has a pin set."""
    newest = newest_releases(releases)
    if len(newest) < 2:
        return (), ()
    drift = drift_of(newest)
    found = tuple(Difference(one.host, tuple(_words(side, one) for side in one.sides)) for one in drift.differences)
    return tuple(str(release) for release in newest), found


def newest_releases(releases: Iterable[Release]) -> list[Release]:
    """The newest active release of each platform."""
    active = sorted((one for one in releases if one.retired_at is None), key=version_key, reverse=True)
    by_platform = (next((one for one in active if one.platform == platform), None) for platform in Platform)
    return [release for release in by_platform if release is not None]


def drift_of(releases: Sequence[Release]) -> Drift:
    return compare(builds_of(releases))


def builds_of(releases: Sequence[Release]) -> list[Build]:
    rows = pin_sets_of(releases)
    return [Build(str(release), tuple(map(pin_set_value, rows[release.pk]))) for release in releases]


def pin_sets_of(releases: Sequence[Release]) -> Mapping[int, list[PinSet]]:
    """Those in force, by release, in one statement: an app's page must not cost more with every release."""
    rows: dict[int, list[PinSet]] = defaultdict(list)
    for row in PinSet.objects.filter(release__in=releases, replaced_at=None).order_by("pk"):
        rows[row.release_id].append(row)
    return rows


def _words(side: Side | None, difference: Found) -> str:
    """Which names a rule is for, and whether it is enforced, only where that is what differs."""
    if side is None:
        return "no rule"
    named = sorted(short_pin(pin) for pin in side.pins)
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    parts = [f"{', '.join(named[:MOST_NAMED]) or 'no pin'}{more}", _ends(side)]
    if Aspect.HOSTS in difference.aspects and None not in difference.sides:
        parts.append(REACHES.get(side.reach, "some names of it"))
    if Aspect.ENFORCEMENT in difference.aspects:
        parts.append("enforced" if side.is_enforced else "not enforced")
    return "; ".join(parts)


def _ends(side: Side) -> str:
    days = sorted(day for day in side.ends if isinstance(day, date))
    return f"expire {' and '.join(map(full_day, days))}" if days else "never expire"


def short_pin(pin: Pinned) -> str:
    """The first characters as a pin file writes them; a text that is no digest is cut as it is."""
    known = pin.identity
    text = b64encode(known).decode() if isinstance(known, bytes) else known
    return f"{text[:8]}…"
