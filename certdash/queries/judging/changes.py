"""The first change of a rotation: which address serves another leaf now to a profile that got the old one before."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from certdash.models import Observation, Rotation
from certdash.queries.keys import among
from certdash.queries.loading import leaf_values
from pins.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Change:
    """What is served now: the chain, and the two hashes of its leaf by which a successor is known."""

    chain_id: int
    spki_sha256: str
    sha256: str
    first_seen_at: datetime


class _Seen(NamedTuple):
    endpoint_id: int
    domain_id: int | None
    archived_at: datetime | None
    profile: str
    first_seen_at: datetime
    ended_at: datetime | None
    chain_id: int
    leaf_id: int
    spki_sha256: str
    sha256: str

    @property
    def change(self) -> Change:
        return Change(self.chain_id, self.spki_sha256, self.sha256, self.first_seen_at)


Places = Mapping[tuple[str, int], list[_Seen]]
# By endpoint and profile: each leaf that was ever served to it, and since when.
Former = Mapping[tuple[int, str], Mapping[int, datetime]]
Leaves = Mapping[int, Certificate]


def first_changes(rotations: Collection[Rotation], endpoint_ids: Collection[int]) -> dict[int, Change]:
    """By rotation, for those of which one of these endpoints shows the beginning."""
    if not rotations:
        return {}
    places, former = _seen_since(min(rotation.created_at for rotation in rotations), endpoint_ids)
    leaves = _leaves_of_domains(rotations, places)
    found = {}
    for rotation in rotations:
        seen = next(
            (row for row in places.get(_place(rotation), ()) if _is_change(row, rotation, former, leaves)), None
        )
        if seen is not None:
            found[rotation.pk] = seen.change
    return found


def _place(rotation: Rotation) -> tuple[str, int]:
    if rotation.platform_domain_id:
        return "domain", rotation.platform_domain_id
    return "endpoint", rotation.endpoint_id or 0


def _seen_since(since: datetime, endpoint_ids: Collection[int]) -> tuple[Places, Former]:
    """What endpoints with something new serve now, in the order of its first sight, and all that they served before."""
    new = Observation.objects.filter(endpoint=OuterRef("endpoint"), ended_at=None, first_seen_at__gt=since)
    rows = Observation.objects.filter(Exists(new), endpoint__in=among(endpoint_ids), chain__isnull=False)
    columns = ("platform_domain_id", "archived_at")
    leaf = ("pk", "spki_sha256", "sha256")
    found = rows.order_by("first_seen_at", "id").values_list(
        "endpoint_id",
        *(f"endpoint__{name}" for name in columns),
        *("profile", "first_seen_at", "ended_at", "chain_id"),
        *(f"chain__leaf__{name}" for name in leaf),
    )
    places: dict[tuple[str, int], list[_Seen]] = defaultdict(list)
    former: dict[tuple[int, str], dict[int, datetime]] = defaultdict(dict)
    for row in itertools.starmap(_Seen, found):
        former[row.endpoint_id, row.profile].setdefault(row.leaf_id, row.first_seen_at)
        if row.ended_at is None:
            places["endpoint", row.endpoint_id].append(row)
            if row.domain_id and row.archived_at is None:
                places["domain", row.domain_id].append(row)
    return places, former


def _leaves_of_domains(rotations: Iterable[Rotation], places: Places) -> Leaves:
    """Parsed, for their names; on a host of its own any other leaf is a change."""
    domains = [rotation for rotation in rotations if rotation.platform_domain_id and places.get(_place(rotation))]
    seen = {row.leaf_id for rotation in domains for row in places[_place(rotation)]}
    return leaf_values(seen.union(rotation.leaf_id for rotation in domains))


def _is_change(row: _Seen, rotation: Rotation, former: Former, leaves: Leaves) -> bool:
    if row.leaf_id == rotation.leaf_id or row.first_seen_at <= rotation.created_at:
        return False
    before = former[row.endpoint_id, row.profile].get(rotation.leaf_id)
    if before is None or before >= row.first_seen_at:
        return False
    return rotation.endpoint_id is not None or _replaces(leaves[row.leaf_id], leaves[rotation.leaf_id])


def _replaces(new: Certificate, old: Certificate) -> bool:
    """On a platform domain a host that moves to a certificate of its own is no rotation of the shared one."""
    return bool(set(old.dns_names) & set(new.dns_names))
