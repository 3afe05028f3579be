"""Endpoints that serve a new leaf which contradicts the successor registered for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from certdash.models import Endpoint, Observation, Successor
from certdash.queries.candidates import read_material
from certdash.queries.keys import among
from certdash.queries.loading import Chain, chain_values
from pins.contradiction import contradiction
from pins.successors import Announced


@dataclass(frozen=True, slots=True)
class _Registered:
    row: Successor
    announced: Announced

    def contradicted_by(self, chain: Chain) -> str:
        return contradiction(self.announced, chain)


def contradictions(endpoint_ids: Collection[int]) -> dict[int, str]:
    """By endpoint the sentence with both hashes.

    One statement where nothing is registered, and one more for each successor where all went as announced: what serves
    exactly the registered chain or key is left out by the database, on the day of a great rotation every endpoint.
    """
    found: dict[int, str] = {}
    for successor in _in_force(endpoint_ids):
        doubtful = set(_doubtful(successor, endpoint_ids).values_list("endpoint_id", flat=True))
        if doubtful:
            registered = _Registered(successor, read_material(successor.material.encode()))
            found.update(_contradicting(registered, doubtful))
    return found


def _in_force(endpoint_ids: Collection[int]) -> QuerySet[Successor]:
    domains = Endpoint.objects.filter(pk__in=among(endpoint_ids), platform_domain__isnull=False).order_by()
    scope = Q(endpoint__in=among(endpoint_ids)) | Q(platform_domain__in=domains.values("platform_domain"))
    return Successor.objects.filter(scope, withdrawn_at=None).order_by("registered_at", "pk")


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
    history: dict[int, list[Observation]] = defaultdict(list)
    rows = Observation.objects.filter(endpoint__in=among(endpoint_ids), chain__isnull=False)
    for row in rows.select_related("chain").order_by("first_seen_at", "pk"):
        history[row.endpoint_id].append(row)
    chains = chain_values({row.chain_id or 0 for seen in history.values() for row in seen})
    for endpoint_id, seen in history.items():
        for at, row in enumerate(seen):
            told = "" if row.ended_at or row.missing_since else registered.contradicted_by(chains[row.chain_id or 0])
            if told and _is_news(registered, row, seen[:at], chains):
                yield endpoint_id, told


def _is_news(
    registered: _Registered, row: Observation, before: Sequence[Observation], chains: Mapping[int, Chain]
) -> bool:
    """Whether this leaf took the place of the one that was to be followed by the announced one.

    Not where it was there before the announcement or on the first sight of a host, where it follows the announced one,
    or where a host leaves the certificate of its platform for one of its own.
    """
    same = [one for one in before if one.profile == row.profile]
    leaf_id = row.chain.leaf_id if row.chain else 0
    is_old = any(one.chain and one.chain.leaf_id == leaf_id and _is_older(one, registered) for one in same)
    others = [one for one in same if one.chain and one.chain.leaf_id != leaf_id]
    if is_old or not others:
        return False
    there = [one for one in others if one.address == row.address]
    replaced = (there or others)[-1]
    old, new = chains[replaced.chain_id or 0], chains[row.chain_id or 0]
    if not _is_older(replaced, registered) and not registered.contradicted_by(old):
        return False
    return registered.row.endpoint_id is not None or bool(set(old[0].dns_names) & set(new[0].dns_names))


def _is_older(row: Observation, registered: _Registered) -> bool:
    return row.first_seen_at <= registered.row.registered_at
