"""Observation intervals: what a visit opens, ends, or leaves open; which addresses went missing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from certdash.actions.chains import Stored, store_served
from certdash.actions.serving import counting
from certdash.models import Observation, Profile
from certdash.probes.reading import AddressReading, Outcome, ReadFailure, ServedChain
from certdash.probes.resolve import is_address

# Name servers rotate their answers: an address that one answer lacks is not gone yet.
MISSING_FOR = timedelta(hours=24)

SECOND: str = Profile.RSA_ONLY.value

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class State:
    """What an interval is about; two failures with one code are the same state, whatever their words."""

    chain_id: int | None
    failure_code: str = ""
    failure: str = field(default="", compare=False)


@dataclass(slots=True)
class Changes:
    """What one batch does to the table, collected so that each kind is one statement."""

    opened: list[Observation] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    def store(self, now: datetime) -> None:
        rows = Observation.objects.all()
        if self.ended:
            rows.filter(pk__in=self.ended).update(ended_at=now)
        if self.missing:
            rows.filter(pk__in=self.missing).update(missing_since=now)
        if self.found:
            rows.filter(pk__in=self.found).update(missing_since=None)
        rows.bulk_create(self.opened)


def observe(outcomes: Sequence[Outcome], *, now: datetime) -> list[int]:
    """Store the outcomes of endpoints that changed; gives those that now serve something else than before."""
    chains = [reading.reading for outcome in outcomes for reading in outcome.readings]
    stored = store_served((chain for chain in chains if isinstance(chain, ServedChain)), now=now)
    before = _open_rows([outcome.target.endpoint_id for outcome in outcomes])
    changes, changed = Changes(), list[int]()
    for outcome in outcomes:
        rows = before.get(outcome.target.endpoint_id, [])
        after = _compare(outcome, rows, stored, now, changes)
        if _standing(_states(rows)) != _standing(after):
            changed.append(outcome.target.endpoint_id)
    with counting([outcome.target.endpoint_id for outcome in outcomes]):
        changes.store(now)
    return changed


def end_missing(*, now: datetime) -> list[int]:
    """End the intervals of addresses that no answer has named for a day, when they were last named."""
    rows = Observation.objects.filter(ended_at=None, missing_since__lte=now - MISSING_FOR)
    endpoint_ids = sorted(set(rows.values_list("endpoint_id", flat=True)))
    if endpoint_ids:
        with counting(endpoint_ids):
            rows.update(ended_at=F("missing_since"))
    return endpoint_ids


def _open_rows(endpoint_ids: list[int]) -> dict[int, list[Observation]]:
    found = defaultdict[int, list[Observation]](list)
    for row in Observation.objects.filter(endpoint_id__in=endpoint_ids, ended_at=None):
        found[row.endpoint_id].append(row)
    return found


def _compare(
    outcome: Outcome, rows: Iterable[Observation], stored: Stored, now: datetime, changes: Changes
) -> dict[Key, State]:
    """Collect the changes of one endpoint and give what it serves after them."""
    seen: dict[Key, State] = {
        (one.address, one.profile): _state(one, stored) for one in outcome.readings if not _is_doubtful(one)
    }
    kept = {}
    for row in rows:
        key, state = (row.address, row.profile), State(row.chain_id, row.failure_code)
        if seen.get(key) == state or (key not in seen and _is_left_open(row, outcome)):
            kept[key] = state
            if row.missing_since:
                changes.found.append(row.pk)
        elif key not in seen and _may_return(row, outcome):
            if row.missing_since is None:
                changes.missing.append(row.pk)
        else:
            changes.ended.append(row.pk)
    changes.opened += [
        _interval(outcome.target.endpoint_id, key, state, now) for key, state in seen.items() if kept.get(key) != state
    ]
    return kept | seen


def _is_doubtful(reading: AddressReading) -> bool:
    """A second profile that fails in passing says nothing about the chain that it gave before."""
    return reading.profile == SECOND and isinstance(reading.reading, ReadFailure)


def _is_left_open(row: Observation, outcome: Outcome) -> bool:
    """An interval of the second profile that this visit did not look at, or could not."""
    if row.profile != SECOND:
        return False
    tried = {one.address for one in outcome.readings if one.profile == SECOND}
    answered = {one.address for one in outcome.readings}
    return row.address in answered and (not outcome.has_both or row.address in tried)


def _may_return(row: Observation, outcome: Outcome) -> bool:
    """Only a name can lose an address for a while: an override or an address is what it is, and so is a new target."""
    target = outcome.target
    is_named = not target.connect_to and not is_address(target.host)
    return is_named and bool(target.fingerprint and row.address) and not _has_address(row.address, outcome)


def _has_address(address: str, outcome: Outcome) -> bool:
    return any(reading.address == address for reading in outcome.readings)


def _state(reading: AddressReading, stored: Stored) -> State:
    found = reading.reading
    if isinstance(found, ReadFailure):
        return State(None, found.code, found.sentence)
    if found.sha256 in stored.unreadable:
        return State(None, "unreadable_certificate", stored.unreadable[found.sha256])
    return State(stored.keys[found.sha256])


def _interval(endpoint_id: int, key: Key, state: State, now: datetime) -> Observation:
    return Observation(
        endpoint_id=endpoint_id,
        address=key[0],
        profile=key[1],
        chain_id=state.chain_id,
        failure_code=state.failure_code,
        failure=state.failure[:300],
        first_seen_at=now,
    )


def _states(rows: Iterable[Observation]) -> dict[Key, State]:
    return {(row.address, row.profile): State(row.chain_id, row.failure_code) for row in rows if not row.missing_since}


def _standing(states: dict[Key, State]) -> object:
    """What verdicts depend on: which states there are and, when they differ, how many addresses have each."""
    counts = Counter((key[1], state) for key, state in states.items())
    return counts if len(counts) > 1 else set(counts)
