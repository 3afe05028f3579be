"""What addresses served over time, told as changes: from what, to what, and what that did to pins."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Observation
from certdash.queries.environments.chains import Links, difference
from certdash.queries.formatting import Moment, counted, moment

MOST = 60
# Endpoint, profile and chain.
Served = tuple[int, str, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` name what was served, or why nothing could be read."""

    at: Moment
    host: str
    addresses: str
    before: str
    after: str
    words: str
    is_failure: bool


def history(observations: Iterable[Observation], links: Links, now: datetime) -> tuple[Change, ...]:
    """Newest first. Addresses that changed alike on the same day are one change."""
    observations = list(observations)
    still = Counter((one.endpoint_id, one.profile, one.chain_id) for one in observations if one.ended_at is None)
    last: dict[tuple[int, str, str], Observation] = {}
    groups: dict[tuple[object, ...], list[tuple[Observation, Observation | None]]] = {}
    for seen in sorted(observations, key=lambda one: (one.first_seen_at, one.pk)):
        place = (seen.endpoint_id, seen.address, seen.profile)
        before = last.get(place)
        last[place] = seen
        if before is not None and (before.chain_id, before.failure) == (seen.chain_id, seen.failure):
            continue
        was = (before.chain_id, before.failure) if before else None
        group = (seen.endpoint_id, seen.chain_id, seen.failure, was, seen.first_seen_at.date())
        groups.setdefault(group, []).append((seen, before))
    changes = sorted(groups.values(), key=lambda pairs: pairs[0][0].first_seen_at, reverse=True)
    return tuple(_change(pairs, links, still, now) for pairs in changes[:MOST])


def _change(
    pairs: list[tuple[Observation, Observation | None]], links: Links, still: Counter[Served], now: datetime
) -> Change:
    """`still`: how many addresses of an endpoint serve a chain now."""
    seen, before = pairs[0]
    addresses = sorted({one.address for one, _ in pairs})
    return Change(
        at=moment(seen.first_seen_at, now),
        host=str(seen.endpoint),
        addresses=addresses[0] if len(addresses) == 1 else counted(len(addresses), "address", "addresses"),
        before=_name(before, links),
        after=_name(seen, links),
        words=_words(seen, before, links) + _others(before, still),
        is_failure=seen.chain_id is None,
    )


def _others(before: Observation | None, still: Counter[Served]) -> str:
    """A change that has not reached every address yet."""
    if before is None or before.chain_id is None:
        return ""
    count = still[before.endpoint_id, before.profile, before.chain_id]
    if not count:
        return ""
    others = counted(count, "other address", "other addresses")
    return f"; {others} still {'serves' if count == 1 else 'serve'} the old one"


def _name(seen: Observation | None, links: Links) -> str:
    if seen is None:
        return "never seen before"
    if seen.chain_id is None:
        return seen.failure or "no answer"
    leaf = next(iter(links.get(seen.chain_id, ())), None)
    return f"{leaf.common_name or leaf.subject}, {leaf.issuer_name}" if leaf else "a chain"


def _words(seen: Observation, before: Observation | None, links: Links) -> str:
    if seen.chain_id is None:
        return "not readable"
    if before is None:
        return "first seen"
    if before.chain_id is None:
        return "readable again"
    return difference(links.get(before.chain_id, ()), links.get(seen.chain_id, ()))
