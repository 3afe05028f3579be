"""What is known about an endpoint's certificates, now and next, in a form that many endpoints share."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from certdash.models import Chain, Endpoint, Observation, Profile, Rotation, RotationState, ScenarioOverride, Successor
from certdash.queries.keys import among, as_stored, instant
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
    `suggested_at` when the authority of a served leaf wants it renewed, `likelihoods` what the owner said about
    scenarios, `announced_start` the first day on which it is to rotate where people entered one before any successor
    was known.
    """

    served: tuple[Served, ...] = ()
    failure: str = ""
    successors: tuple[int, ...] = ()
    rolling_chain_id: int | None = None
    history: tuple[int, ...] = ()
    lead_days: int | None = None
    suggested_at: datetime | None = None
    is_platform_owned: bool = False
    is_rolling_out: bool = False
    likelihoods: tuple[tuple[str, str], ...] = ()
    announced_start: datetime | None = None


class _Leaf(NamedTuple):
    pk: int
    spki_sha256: str
    sha256: str
    first_seen_at: datetime
    expires_at: datetime
    suggested_at: datetime | None


class _Seen(NamedTuple):
    """Instants as the database keeps them: few endpoints have a history, for which they are read."""

    address: str
    profile: str
    chain_id: int | None
    failure: str
    ended_at: Any
    missing_since: Any
    first_seen_at: Any


@dataclass(frozen=True, slots=True)
class _Known:
    """What the situations of a set of endpoints are made of."""

    leaves: Mapping[int, _Leaf]
    successors: Mapping[tuple[str, int], list[Successor]]
    rolling: Mapping[int, tuple[int, int]]
    said: Mapping[tuple[str, int], dict[str, str]]
    announced: Mapping[tuple[str, int], tuple[int, datetime]]

    def registered(self, endpoint_id: int, domain_id: int | None) -> list[Successor]:
        return [
            *self.successors.get(("endpoint", endpoint_id), ()),
            *self.successors.get(("domain", domain_id or 0), ()),
        ]

    def announcement(self, endpoint_id: int, domain_id: int | None) -> tuple[int, datetime] | None:
        return self.announced.get(("endpoint", endpoint_id)) or self.announced.get(("domain", domain_id or 0))

    def likelihoods(self, endpoint_id: int, domain_id: int | None) -> tuple[tuple[str, str], ...]:
        return _likelihoods(self.said.get(("domain", domain_id or 0), {}), self.said.get(("endpoint", endpoint_id), {}))


def situations(endpoint_ids: Collection[int]) -> dict[int, Situation]:
    """Endpoints of one platform domain that were seen alike share theirs, which is then made once."""
    rows = Endpoint.objects.filter(pk__in=among(endpoint_ids)).order_by()
    domains = dict(rows.values_list("pk", "platform_domain_id"))
    domain_ids = {key for key in domains.values() if key is not None}
    seen = _observations(endpoint_ids)
    known = _Known(
        _leaves({entry.chain_id for entries in seen.values() for entry in entries if entry.chain_id}),
        _successors(endpoint_ids, domain_ids),
        _rolling_chains(domain_ids),
        _overrides(endpoint_ids, domain_ids),
        _announced(endpoint_ids, domain_ids),
    )
    found, made = dict[int, Situation](), dict[tuple[Any, ...], Situation]()
    for endpoint_id, domain_id in domains.items():
        entries = tuple(seen.get(endpoint_id, ()))
        registered, likelihoods = known.registered(endpoint_id, domain_id), known.likelihoods(endpoint_id, domain_id)
        announced = known.announcement(endpoint_id, domain_id)
        key = (domain_id, _likeness(entries), tuple(row.pk for row in registered), likelihoods, announced)
        if key not in made:
            made[key] = _situation(entries, domain_id, known, registered, likelihoods, announced)
        found[endpoint_id] = made[key]
    return found


def _likeness(entries: tuple[_Seen, ...]) -> tuple[_Seen, ...]:
    """When it was first seen makes no difference for what has no history."""
    return (entries[0]._replace(first_seen_at=None),) if len(entries) == 1 else entries


def _situation(
    seen: Sequence[_Seen],
    domain_id: int | None,
    known: _Known,
    registered: list[Successor],
    likelihoods: tuple[tuple[str, str], ...],
    announced: tuple[int, datetime] | None,
) -> Situation:
    current = [entry for entry in seen if entry.ended_at is None and entry.missing_since is None]
    served = _served(current)
    leaves = {leaf.pk: leaf for leaf in (known.leaves[entry.chain_id] for entry in current if entry.chain_id)}
    old_leaf_id, rolling_chain_id = known.rolling.get(domain_id or 0, (None, None))
    history = _history(seen, known.leaves)
    return Situation(
        served,
        "" if served else _failure(current),
        tuple(row.pk for row in registered if not any(_is_served(row, leaf) for leaf in leaves.values())),
        rolling_chain_id if old_leaf_id in leaves else None,
        tuple(leaf_id for leaf_id, _ in history if leaf_id not in leaves),
        max((days for _, days in history), default=None),
        min((leaf.suggested_at for leaf in leaves.values() if leaf.suggested_at), default=None),
        domain_id is not None,
        _differs(current, known.leaves),
        likelihoods,
        announced[1] if announced and announced[0] in leaves else None,
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


def _differs(current: Iterable[_Seen], leaves: Mapping[int, _Leaf]) -> bool:
    """Two leaves in one profile are a roll-out; an ECDSA and an RSA leaf beside each other are not."""
    found: dict[str, set[int]] = defaultdict(set)
    for entry in current:
        if entry.chain_id:
            found[entry.profile].add(leaves[entry.chain_id].pk)
    return any(len(keys) > 1 for keys in found.values())


def _history(seen: Iterable[_Seen], leaves: Mapping[int, _Leaf]) -> list[tuple[int, int]]:
    """Leaves that another took the place of, oldest first, with the days they had left."""
    ordered = [
        (entry, leaves[entry.chain_id]) for entry in seen if entry.chain_id and entry.profile == Profile.ECDSA_FIRST
    ]
    past: dict[int, int] = {}
    for (before, old), (after, new) in itertools.pairwise(ordered):
        if old.pk != new.pk and before.ended_at:
            past[old.pk] = (old.expires_at - instant(after.first_seen_at)).days
    return list(past.items())


def _is_served(successor: Successor, leaf: _Leaf) -> bool:
    """A key that is served already may also be announced as the next one, for a renewal that keeps it."""
    if successor.chain:
        return successor.chain.leaf_id == leaf.pk
    if successor.certificate_sha256:
        return successor.certificate_sha256 == leaf.sha256
    return successor.spki_sha256 == leaf.spki_sha256 and leaf.first_seen_at > successor.registered_at


def _observations(endpoint_ids: Collection[int]) -> dict[int, list[_Seen]]:
    seen: dict[int, list[_Seen]] = defaultdict(list)
    rows = Observation.objects.filter(endpoint__in=among(endpoint_ids)).order_by("first_seen_at", "id")
    columns = ("endpoint_id", "address", "profile", "chain_id", "failure")
    instants = [as_stored(name) for name in ("ended_at", "missing_since", "first_seen_at")]
    for endpoint_id, *values in rows.values_list(*columns, *instants):
        seen[endpoint_id].append(_Seen(*values))
    return seen


def _leaves(chain_ids: Collection[int]) -> dict[int, _Leaf]:
    """By the key of the chain."""
    columns = [
        f"leaf__{name}" for name in ("pk", "spki_sha256", "sha256", "first_seen_at", "not_after", "renewal_start")
    ]
    rows = Chain.objects.filter(pk__in=among(chain_ids))
    return {pk: _Leaf(*leaf) for pk, *leaf in rows.values_list("pk", *columns)}


def _successors(endpoint_ids: Collection[int], domain_ids: Collection[int]) -> dict[tuple[str, int], list[Successor]]:
    """The newest one in force for each platform domain and endpoint; what was announced counts before a sighting."""
    found: dict[tuple[str, int], list[Successor]] = defaultdict(list)
    rows = Successor.objects.filter(withdrawn_at=None).select_related("chain")
    for row in rows.filter(endpoint__in=among(endpoint_ids)).order_by("-is_logged", "registered_at", "id"):
        found["endpoint", row.endpoint_id or 0] = [row]
    for row in rows.filter(platform_domain__in=domain_ids).order_by("-is_logged", "registered_at", "id"):
        found["domain", row.platform_domain_id or 0] = [row]
    return found


def _announced(
    endpoint_ids: Collection[int], domain_ids: Collection[int]
) -> dict[tuple[str, int], tuple[int, datetime]]:
    """By platform domain and by endpoint: the leaf that is to leave, and from which day on."""
    waiting = Rotation.objects.filter(
        state__in=(RotationState.PLANNED, RotationState.ANNOUNCED), announced_start__isnull=False
    )
    found: dict[tuple[str, int], tuple[int, datetime]] = {}
    for row in waiting.filter(Q(platform_domain__in=domain_ids) | Q(endpoint__in=among(endpoint_ids))):
        if row.announced_start:
            place = ("domain", row.platform_domain_id) if row.platform_domain_id else ("endpoint", row.endpoint_id or 0)
            found[place] = row.leaf_id, row.announced_start
    return found


def _overrides(endpoint_ids: Collection[int], domain_ids: Collection[int]) -> dict[tuple[str, int], dict[str, str]]:
    """Scenario to likelihood, by platform domain and by endpoint; the newest word counts."""
    found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    in_force = ScenarioOverride.objects.filter(withdrawn_at=None).order_by("set_at", "id")
    for row in in_force.filter(platform_domain__in=domain_ids):
        found["domain", row.platform_domain_id or 0][row.scenario] = row.likelihood
    for row in in_force.filter(endpoint__in=among(endpoint_ids)):
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
