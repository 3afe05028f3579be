"""What an upload changes: host by host against the release before it and against the other platform."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from certdash.models import App, Platform, Release
from certdash.queries.formatting import counted, full_day, listed
from certdash.queries.judging.drift import builds_of, newest_releases, short_pin
from certdash.queries.versions import version_key
from pins.drift import Aspect, Build, Difference, Pinned, Reach, Side, compare
from pins.pinset import EVERY_HOST, PinSet

SHOWN_HOSTS = 40
SHOWN_PINS = 6
REACHES = {
    frozenset({Reach.HOST, Reach.SUBDOMAINS}): "the host and its subdomains",
    frozenset({Reach.HOST}): "the host alone",
    frozenset({Reach.ONE_LABEL}): "one label below the host",
}
SAME = "The same hosts with the same pins, enforced alike and for as long."
NO_RULES = "One of the two has no rule, so there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs on a host; `sign` is `+`, `−` or empty, `pins` are short."""

    sign: str
    text: str
    pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostChanges:
    host: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Against one release: the hosts that differ, none where both say the same; `text` sums it up."""

    title: str
    text: str
    hosts: tuple[HostChanges, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What is compared: the files of one platform, the release that they would be saved as, and its version so far."""

    platform: str
    pin_sets: tuple[PinSet, ...]
    release: Release
    version: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """How the other side is spoken of: as what was, or as what stands beside."""

    new: str
    gone: str
    other: str


_BEFORE = _Words("New rule", "No rule any more, so nothing is pinned here; before", "before")
_BESIDE = _Words("Only in this upload: a rule", "No rule in this upload; there", "there")


def comparisons(own: Own, others: Iterable[Own], app: App) -> tuple[Comparison, ...]:
    """With the release before, and with the other platform: its part of this upload, else its newest release."""
    mine = Build("this upload", own.pin_sets)
    found = []
    if before := _before(own, app):
        what = "what it has now" if before.pk == own.release.pk else "the release before"
        found.append(_comparison(mine, builds_of([before])[0], f"{_named(before)}, {what}", _BEFORE))
    beside = [Build(f"the {Platform(one.platform).label} files of this upload", one.pin_sets) for one in others]
    others_of = beside or _other_platform(own.platform, app)
    return (*found, *(_comparison(mine, build, build.label, _BESIDE) for build in others_of))


def _before(own: Own, app: App) -> Release | None:
    """The release itself where it has pin sets that this upload replaces; else the newest that is older."""
    if own.release.pk and own.release.pin_sets.filter(replaced_at=None).exists():
        return own.release
    rows = Release.objects.filter(app=app, platform=own.platform, retired_at=None)
    pinned = rows.filter(pin_sets__isnull=False, pin_sets__replaced_at=None).exclude(pk=own.release.pk).distinct()
    releases = sorted(pinned, key=version_key, reverse=True)
    if not own.version:
        return next(iter(releases), None)
    typed = version_key(Release(pk=0, version=own.version))[0]
    return next((one for one in releases if version_key(one)[0] <= typed), None)


def _other_platform(platform: str, app: App) -> list[Build]:
    newest = newest_releases(Release.objects.filter(app=app, retired_at=None).exclude(platform=platform))
    return [Build(f"{build.label}, the other platform", build.pin_sets) for build in builds_of(newest)]


def _comparison(mine: Build, its: Build, title: str, words: _Words) -> Comparison:
    drift = compare([mine, its])
    lead = f"Compared with {title}"
    if len(drift.labels) < 2:
        return Comparison(lead, NO_RULES)
    rows = tuple(HostChanges(_host(one.host), tuple(_changes(one, words))) for one in drift.differences)
    count = counted(len(rows), "host")
    text = f"{count} differ{'s' if len(rows) == 1 else ''}." if rows else SAME
    return Comparison(lead, text, rows[:SHOWN_HOSTS])


def _host(pattern: str) -> str:
    return "every host" if pattern == EVERY_HOST else pattern


def _changes(difference: Difference, words: _Words) -> Iterator[Change]:
    mine, its = difference.sides
    if mine is not None and its is not None:
        yield from _between(mine, its, difference, words)
    elif mine is not None:
        yield Change("+", f"{words.new} with {counted(len(mine.pins), 'pin')}", _short(mine.pins))
    elif its is not None:
        yield Change("−", f"{words.gone} {counted(len(its.pins), 'pin')}", _short(its.pins))


def _between(mine: Side, its: Side, difference: Difference, words: _Words) -> Iterator[Change]:
    if added := mine.pins - its.pins:
        yield Change("+", counted(len(added), "pin"), _short(added))
    if removed := its.pins - mine.pins:
        yield Change("−", counted(len(removed), "pin"), _short(removed))
    if Aspect.EXPIRATION in difference.aspects:
        yield Change("", f"Pins {_ends(mine)}; {words.other} they {_ends(its, 'ended', 'never ended')}")
    if Aspect.ENFORCEMENT in difference.aspects:
        here, other = ("Enforced", "not") if mine.is_enforced else ("Not enforced", "enforced")
        yield Change("", f"{here}; {words.other} {other}")
    if Aspect.HOSTS in difference.aspects:
        here, other = (REACHES.get(side.reach, "some names of it") for side in (mine, its))
        yield Change("", f"For {here}; {words.other} for {other}")


def _short(pins: Iterable[Pinned]) -> tuple[str, ...]:
    names = sorted(map(short_pin, pins))
    more = (f"and {len(names) - SHOWN_PINS} more",) if len(names) > SHOWN_PINS else ()
    return (*names[:SHOWN_PINS], *more)


def _ends(side: Side, verb: str = "end", never: str = "never end") -> str:
    days = sorted(day for day in side.ends if isinstance(day, date))
    return f"{verb} on {listed([full_day(day) for day in days])}" if days else never


def _named(release: Release) -> str:
    return f"{release} ({release.build})" if release.build else str(release)
