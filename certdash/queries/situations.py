"""What is known about an endpoint's certificates, now and next, in a form that many endpoints share."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from certdash.models import Endpoint, Observation, Profile, Rotation, RotationState, ScenarioOverride, Successor
from certdash.queries.keys import among
from certdash.queries.loading import chunks
from pins.scenarios import Likelihood


@dataclass(frozen=True, slots=True)
class Served:
    """One distinct chain; addresses are named only where an endpoint serves more than one."""

    chain_id: int
    profile: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """Endpoints in one situation get one forecast, and one verdict for each pin set that treats their hosts alike.

    `successors` are keys of registered successors, `rolling_chain_id` the chain that took over elsewhere on the
    platform domain, `history` the leaves served before, `lead_days` the greatest lead of the past rotations,
    `likelihoods` what the owner said about scenarios.
    """

    served: tuple[Served, ...] = ()
    failure: str = ""
    successors: tuple[int, ...] = ()
    rolling_chain_id: int | None = None
    history: tuple[int, ...] = ()
    lead_days: int | None = None
    is_platform_owned: bool = False
    is_rolling_out: bool = False
    likelihoods: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Leaf:
    pk: int
    spki_sha256: str
    sha256: str
    first_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Seen:
    address: str
    profile: str
    chain_id: int | None
    failure: str
    first_seen_at: datetime
    ended_at: datetime | None
    missing_since: datetime | None
    leaf: _Leaf | None


def situations(endpoint_ids: Collection[int]) -> dict[int, Situation]:
    domains = _domains(endpoint_ids)
    seen = _observations(endpoint_ids)
    successors = _successors(endpoint_ids, {key for key in domains.values() if key is not None})
    rolling = _rolling_chains({key for key in domains.values() if key is not None})
    said = _overrides(endpoint_ids, {key for key in domains.values() if key is not None})
    return {
        endpoint_id: replace(
            _situation(seen[endpoint_id], domain_id, successors, rolling, endpoint_id),
            likelihoods=_likelihoods(said["domain", domain_id or 0], said["endpoint", endpoint_id]),
        )
        for endpoint_id, domain_id in domains.items()
    }


def _situation(
    seen: list[_Seen],
    domain_id: int | None,
    successors: dict[tuple[str, int], list[Successor]],
    rolling: dict[int, tuple[int, int]],
    endpoint_id: int,
) -> Situation:
    current = [entry for entry in seen if entry.ended_at is None and entry.missing_since is None]
    served = _served(current)
    leaves = {entry.leaf.pk: entry.leaf for entry in current if entry.leaf}
    old_leaf_id, rolling_chain_id = rolling.get(domain_id or 0, (None, None))
    registered = successors[("endpoint", endpoint_id)] + successors[("domain", domain_id or 0)]
    history = _history(seen)
    return Situation(
        served,
        "" if served else _failure(current),
        tuple(row.pk for row in registered if not any(_is_served(row, leaf) for leaf in leaves.values())),
        rolling_chain_id if old_leaf_id in leaves else None,
        tuple(leaf_id for leaf_id, _ in history if leaf_id not in leaves),
        max((days for _, days in history), default=None),
        domain_id is not None,
        _differs(current),
    )


def _served(current: Iterable[_Seen]) -> tuple[Served, ...]:
    addresses: dict[tuple[str, int], list[str]] = defaultdict(list)
    for entry in current:
        if entry.chain_id is not None:
            addresses[entry.profile, entry.chain_id].append(entry.address)
    first_choice = {chain_id for profile, chain_id in addresses if profile == Profile.ECDSA_FIRST}
    kept = [
        (profile, chain_id, found)
        for (profile, chain_id), found in sorted(addresses.items())
        if profile == Profile.ECDSA_FIRST or chain_id not in first_choice
    ]
    is_mixed = len(kept) > 1
    return tuple(
        Served(chain_id, profile, tuple(sorted(found)) if is_mixed else ()) for profile, chain_id, found in kept
    )


def _failure(current: Iterable[_Seen]) -> str:
    return next((entry.failure for entry in current if entry.failure), "")


def _differs(current: Iterable[_Seen]) -> bool:
    """Two leaves in one profile are a roll-out; an ECDSA and an RSA leaf beside each other are not."""
    leaves: dict[str, set[int]] = defaultdict(set)
    for entry in current:
        if entry.leaf:
            leaves[entry.profile].add(entry.leaf.pk)
    return any(len(found) > 1 for found in leaves.values())


def _history(seen: Iterable[_Seen]) -> list[tuple[int, int]]:
    """Leaves that another took the place of, oldest first, with the days they had left."""
    ordered = [entry for entry in seen if entry.leaf and entry.profile == Profile.ECDSA_FIRST]
    past: dict[int, int] = {}
    for before, after in itertools.pairwise(ordered):
        if before.leaf and after.leaf and before.leaf.pk != after.leaf.pk and before.ended_at:
            past[before.leaf.pk] = (before.leaf.expires_at - after.first_seen_at).days
    return list(past.items())


def _is_served(successor: Successor, leaf: _Leaf) -> bool:
    """A key that is served already may also be announced as the next one, for a renewal that keeps it."""
    if successor.chain:
        return successor.chain.leaf_id == leaf.pk
    if successor.certificate_sha256:
        return successor.certificate_sha256 == leaf.sha256
    return successor.spki_sha256 == leaf.spki_sha256 and leaf.first_seen_at > successor.registered_at


def _domains(endpoint_ids: Collection[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in chunks(endpoint_ids):
        found.update(Endpoint.objects.filter(pk__in=among(chunk)).values_list("pk", "platform_domain_id"))
    return found


LEAF_COLUMNS = ("pk", "spki_sha256", "sha256", "first_seen_at", "not_after")


def _observations(endpoint_ids: Collection[int]) -> dict[int, list[_Seen]]:
    seen: dict[int, list[_Seen]] = defaultdict(list)
    columns = ("address", "profile", "chain_id", "failure", "first_seen_at", "ended_at", "missing_since")
    leaf_columns = tuple(f"chain__leaf__{name}" for name in LEAF_COLUMNS)
    for chunk in chunks(endpoint_ids):
        rows = Observation.objects.filter(endpoint__in=among(chunk)).order_by("first_seen_at", "id")
        for endpoint_id, *values in rows.values_list("endpoint_id", *columns, *leaf_columns):
            address, profile, chain_id, failure, first_seen_at, ended_at, missing_since, *leaf = values
            known = _Leaf(*leaf) if chain_id else None
            seen[endpoint_id].append(
                _Seen(address, profile, chain_id, failure, first_seen_at, ended_at, missing_since, known)
            )
    return seen


def _successors(endpoint_ids: Collection[int], domain_ids: Collection[int]) -> dict[tuple[str, int], list[Successor]]:
    """The newest one in force for each platform domain and endpoint: a later registration takes the earlier's place."""
    found: dict[tuple[str, int], list[Successor]] = defaultdict(list)
    rows = Successor.objects.filter(withdrawn_at=None).select_related("chain")
    for chunk in chunks(endpoint_ids):
        for row in rows.filter(endpoint__in=among(chunk)).order_by("registered_at", "id"):
            found["endpoint", row.endpoint_id or 0] = [row]
    for row in rows.filter(platform_domain__in=domain_ids).order_by("registered_at", "id"):
        found["domain", row.platform_domain_id or 0] = [row]
    return found


def _overrides(endpoint_ids: Collection[int], domain_ids: Collection[int]) -> dict[tuple[str, int], dict[str, str]]:
    """Scenario to likelihood, by platform domain and by endpoint; the newest word counts."""
    found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    in_force = ScenarioOverride.objects.filter(withdrawn_at=None).order_by("set_at", "id")
    for row in in_force.filter(platform_domain__in=domain_ids):
        found["domain", row.platform_domain_id or 0][row.scenario] = row.likelihood
    for chunk in chunks(endpoint_ids):
        for row in in_force.filter(endpoint__in=among(chunk)):
            found["endpoint", row.endpoint_id or 0][row.scenario] = row.likelihood
    return found


def _likelihoods(of_domain: dict[str, str], of_endpoint: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What is said about the endpoint itself comes first; its expected scenario is the only one."""
    if Likelihood.EXPECTED in of_endpoint.values():
        of_domain = {scenario: how for scenario, how in of_domain.items() if how != Likelihood.EXPECTED}
    return tuple(sorted({**of_domain, **of_endpoint}.items()))


def _rolling_chains(domain_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By platform domain: the leaf that is leaving and the chain that was first seen in its place."""
    under_way = Rotation.objects.filter(
        Q(platform_domain__in=domain_ids), state=RotationState.UNDER_WAY, actual_chain__isnull=False
    )
    return {
        domain_id: (leaf_id, chain_id)
        for domain_id, leaf_id, chain_id in under_way.values_list("platform_domain_id", "leaf_id", "actual_chain_id")
        if domain_id and chain_id
    }
