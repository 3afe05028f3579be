"""Visits of a worker: claiming endpoints, recording what was served, and the intervals that this leaves."""

from datetime import UTC, datetime, timedelta

from certdash.actions import probing
from certdash.actions.probing import Batch, Cadence
from certdash.actions.scheduling import schedule
from certdash.models import Observation, ProbeSchedule
from certdash.probes.fingerprint import outcome as told
from certdash.probes.reading import AddressReading, Outcome, Profile, ReadFailure, Reading, ServedChain, Target
from tests.certdash import builders
from tests.pki import Authority

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LEASE = 2 * MINUTE
CADENCE = Cadence(timedelta(minutes=15), timedelta(days=1))
ISSUING = Authority.root().authority("Issuing")
OLD, NEW, OTHER = (ServedChain.of((ISSUING.leaf(f"{name}.test").der, ISSUING.der)) for name in ("old", "new", "other"))
SILENT = ReadFailure("timed_out", "No answer.", is_passing=True)
GONE = ReadFailure("resolution_failed", "There is no such host.")


def watched(count: int = 1, host: str = "", **fields: object) -> list[int]:
    environment = builders.environment()
    keys = [builders.endpoint(environment, host, **fields).pk for _ in range(count)]
    schedule(keys, now=NOW)
    return keys


def claim(now: datetime = NOW, size: int = 100) -> Batch:
    return probing.claim_batch(now=now, size=size, lease_for=LEASE)


def seen(target: Target, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None) -> Outcome:
    """What the engine tells of addresses that answered like this; `second` is for the other profile."""
    return told(target, _readings("ecdsa_first", found), None if second is None else _readings("rsa_only", second))


def _readings(
    profile: Profile, found: list[tuple[str, Reading]] | tuple[tuple[str, Reading], ...]
) -> tuple[AddressReading, ...]:
    return tuple(AddressReading(address, profile, reading) for address, reading in found)


def visit(now: datetime, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None) -> list[int]:
    """Claim everything, let every endpoint answer the same, record."""
    batch = probing.claim_batch(now=now, size=100, lease_for=LEASE, endpoint_ids=_all())
    return record(batch, now, *found, second=second)


def record(
    batch: Batch, now: datetime, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None
) -> list[int]:
    outcomes = [seen(target, *found, second=second) for target in batch.targets]
    return probing.record_batch(batch, outcomes, now=now, cadence=CADENCE)


def _all() -> list[int]:
    return list(ProbeSchedule.objects.values_list("pk", flat=True))


def intervals() -> list[tuple[str, str, str, datetime, datetime | None]]:
    """Address, profile, chain or failure, start and end of every interval."""
    return [
        (
            row.address,
            row.profile,
            _name(row),
            row.first_seen_at,
            row.ended_at,
        )
        for row in Observation.objects.select_related("chain").order_by("first_seen_at", "address", "profile")
    ]


def _name(row: Observation) -> str:
    names = {OLD.sha256: "old", NEW.sha256: "new", OTHER.sha256: "other"}
    return names[row.chain.sha256] if row.chain else row.failure_code


def row_of(endpoint_id: int) -> ProbeSchedule:
    return ProbeSchedule.objects.get(pk=endpoint_id)
