"""Endpoints that serve a new leaf which contradicts the successor registered for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from certdash.models import Endpoint, Observation, Successor
from certdash.queries.judging.candidates import read_material
from certdash.queries.keys import among, as_stored
from certdash.queries.loading import Chain, chain_values
from pins.contradiction import contradiction
from pins.successors import Announced


class _Seen(NamedTuple):
    """Instants as the database keeps them: they are compared and never looked into."""

    endpoint_id: int
    address: str
    profile: str
    chain_id: int
    leaf_id: int
    ended_at: Any
    missing_since: Any
    first_seen_at: Any


@dataclass(frozen=True, slots=True)
class _Registered:
    row: Successor
    announced: Announced
    at: Any

    def is_later_than(self, one: _Seen) -> bool:
        return bool(one.first_seen_at <= self.at)


def contradictions(endpoint_ids: Collection[int]) -> dict[int, str]:
    """By endpoint the sentence with both hashes.

    One statement where nothing is registered, and one more for each successor where all went as announced: what serves
    exactly the registered chain or key is left out by the database, on the day of a great rotation every endpoint.
    """
    found: dict[int, str] = {}
    for successor in _in_force(endpoint_ids):
        doubtful = set(_doubtful(successor, endpoint_ids).values_list("endpoint_id", flat=True))
        if doubtful:
            at = connection.ops.adapt_datetimefield_value(successor.registered_at)
            registered = _Registered(successor, read_material(successor.material.encode()), at)
            found.update(_contradicting(registered, doubtful))
    return found


def _in_force(endpoint_ids: Collection[int]) -> QuerySet[Successor]:
    """Those of single hosts only where the host serves something newer that is not exactly the registered chain."""
    later = Observation.objects.filter(
        endpoint=OuterRef("endpoint"), ended_at=None, chain__isnull=False, first_seen_at__gt=OuterRef("registered_at")
    )
    is_doubtful = Exists(later.filter(~Q(chain=OuterRef("chain"))))
    domains = Endpoint.objects.filter(pk__in=among(endpoint_ids), platform_domain__isnull=False).order_by()
    scope = Q(endpoint__in=among(endpoint_ids)) | Q(platform_domain__in=domains.values("platform_domain"))
    rows = Successor.objects.filter(scope, withdrawn_at=None, is_logged=False)
    rows = rows.filter(Q(platform_domain__isnull=False) | Q(Exists(later), chain=None) | Q(is_doubtful))
    return rows.order_by("registered_at", "pk")


def _doubtful(successor: Successor, endpoint_ids: Collection[int]) -> QuerySet[Observation]:
    """What came after the announcement and is not plainly what was announced."""
    scope = Q(endpoint=successor.endpoint_id) if successor.endpoint_id else Q()
    if successor.platform_domain_id:
        scope = Q(endpoint__platform_domain=successor.platform_domain_id)
    rows = Observation.objects.filter(
        scope,
        endpoint__in=among(endpoint_ids),
        ended_at=None,
        missing_since=None,
        chain__isnull=False,
        first_seen_at__gt=successor.registered_at,
    ).order_by()
    if successor.chain_id:
        return rows.exclude(chain=successor.chain_id)
    if successor.spki_sha256:
        return rows.exclude(chain__leaf__spki_sha256=successor.spki_sha256)
    return rows.exclude(chain__leaf__sha256=successor.certificate_sha256)


def _contradicting(registered: _Registered, endpoint_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    history: dict[int, list[_Seen]] = defaultdict(list)
    for one in _history(endpoint_ids):
        history[one.endpoint_id].append(one)
    chains = chain_values({one.chain_id for seen in history.values() for one in seen})
    told = {chain_id: contradiction(registered.announced, chain) for chain_id, chain in chains.items()}
    for endpoint_id, seen in history.items():
        for at, one in enumerate(seen):
            is_open = one.ended_at is None and one.missing_since is None
            if is_open and told[one.chain_id] and _is_news(registered, one, seen[:at], chains, told):
                yield endpoint_id, told[one.chain_id]


def _history(endpoint_ids: Collection[int]) -> Iterator[_Seen]:
    """Without a model for each: where a great rotation contradicts its announcement, there are many."""
    rows = Observation.objects.filter(endpoint__in=among(endpoint_ids), chain__isnull=False)
    columns = ("endpoint_id", "address", "profile", "chain_id", "chain__leaf_id")
    instants = [as_stored(name) for name in ("ended_at", "missing_since", "first_seen_at")]
    for row in rows.order_by("first_seen_at", "pk").values_list(*columns, *instants).iterator():
        yield _Seen(*row)


def _is_news(
    registered: _Registered,
    one: _Seen,
    before: Sequence[_Seen],
    chains: Mapping[int, Chain],
    told: Mapping[int, str],
) -> bool:
    """Whether this leaf took the place of the one that was to be followed by the announced one.

    Not where it was there before the announcement or on the first sight of a host, where it follows the announced one,
    or where a host leaves the certificate of its platform for one of its own.
    """
    same = [other for other in before if other.profile == one.profile]
    others = [other for other in same if other.leaf_id != one.leaf_id]
    is_old = any(other.leaf_id == one.leaf_id and registered.is_later_than(other) for other in same)
    if is_old or not others:
        return False
    there = [other for other in others if other.address == one.address]
    replaced = (there or others)[-1]
    if not told[replaced.chain_id] and not registered.is_later_than(replaced):
        return False
    old, new = chains[replaced.chain_id][0], chains[one.chain_id][0]
    return registered.row.endpoint_id is not None or bool(set(old.dns_names) & set(new.dns_names))
