"""Where the newest Android and iOS releases of one app disagree, host by host."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certdash.models import PinRule, Platform, Release
from certdash.queries.formatting import base64_of
from certdash.queries.versions import version_key

# Pins named for each side before the rest is counted.
MOST_NAMED = 3
Side = tuple[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A host pattern and what each platform does with it, in the order of `compared`."""

    pattern: str
    sides: tuple[str, ...]


def differences(releases: Iterable[Release]) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The two releases compared and the rules that differ; nothing while only one platform has a pin set."""
    newest = _newest(releases)
    if len(newest) < 2:
        return (), ()
    rules = _rules([release.pk for release in newest])
    first, second = (rules[release.pk] for release in newest)
    patterns = sorted(set(first) | set(second))
    found = tuple(
        Difference(pattern, (_words(first.get(pattern)), _words(second.get(pattern))))
        for pattern in patterns
        if first.get(pattern) != second.get(pattern)
    )
    return tuple(str(release) for release in newest), found if first and second else ()


def _newest(releases: Iterable[Release]) -> list[Release]:
    active = sorted((one for one in releases if one.retired_at is None), key=version_key, reverse=True)
    by_platform = (next((one for one in active if one.platform == platform), None) for platform in Platform)
    return [release for release in by_platform if release is not None]


def _rules(release_ids: list[int]) -> Mapping[int, dict[str, Side]]:
    rows = PinRule.objects.filter(pin_set__release__in=release_ids, pin_set__replaced_at=None)
    found: dict[int, dict[str, Side]] = defaultdict(dict)
    for rule in rows.select_related("pin_set").prefetch_related("pins"):
        pins = frozenset(pin.digest or pin.text for pin in rule.pins.all())
        known = found[rule.pin_set.release_id].get(rule.pattern)
        expires = f"expire {rule.expires_on:%-d %b %Y}" if rule.expires_on else "never expire"
        found[rule.pin_set.release_id][rule.pattern] = (pins | known[0] if known else pins, expires)
    return found


def _words(side: Side | None) -> str:
    if side is None:
        return "no rule"
    pins, expires = side
    named = sorted(_short(pin) for pin in pins)
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{', '.join(named[:MOST_NAMED])}{more}; {expires}"


def _short(pin: str) -> str:
    """The first characters as a pin file writes them; a text that is no digest is cut as it is."""
    try:
        return f"{base64_of(pin)[:8]}…"
    except ValueError:
        return f"{pin[:8]}…"
