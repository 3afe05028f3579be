"""The probe schedule: who is due, who holds the lease, and what a batch of probes leaves behind."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q

from certdash.actions import observing, schedule_sql
from certdash.actions.bulk import update_rows
from certdash.actions.schedule_sql import Due
from certdash.actions.turns import take_turn_together
from certdash.models import ProbeSchedule
from certdash.probes.reading import Outcome, Target
from certdash.queries.keys import among
from certdash.queries.standing import stale_before

# A first failure is looked at again soon, a lasting one less often, but within the span after which data is stale.
BACK_OFF = (0.25, 0.5, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Batch:
    """Endpoints that `lease` reserves for one worker until it records them or the lease runs out.

    `last_seen_at` by endpoint, as the database keeps it: compared, and never looked into.
    """

    lease: str
    targets: tuple[Target, ...]
    last_seen_at: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often an endpoint is probed, and how often with both profiles."""

    interval: timedelta
    full_interval: timedelta

    def due(self, now: datetime, endpoint_ids: Collection[int]) -> Due:
        """A period of each batch's own, up to 5 % off, so that a fleet added at once does not stay one herd."""
        jitter = 0.95 + min(endpoint_ids, default=0) * 7919 % 1000 / 10_000
        span = self.interval * jitter
        return Due(now + span, now + self.full_interval * jitter, tuple(now + span * factor for factor in BACK_OFF))


def due_count(now: datetime) -> int:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return ProbeSchedule.objects.filter(free, next_probe_at__lte=now).count()


def claim_batch(
    *, now: datetime, size: int, lease_for: timedelta, endpoint_ids: Collection[int] | None = None
) -> Batch:
    """Lease up to `size` due endpoints, the longest due first, in one statement; `endpoint_ids` are due by wish.

    Two callers never get the same endpoint, and a worker that dies gives its endpoints back when the lease runs out.
    """
    lease = uuid4().hex
    rows = schedule_sql.claim(now=now, until=now + lease_for, lease=lease, size=size, endpoint_ids=endpoint_ids)
    return Batch(lease, tuple(_target(row) for row in rows), {row[0]: row[-1] for row in rows})


def record_batch(batch: Batch, outcomes: Sequence[Outcome], *, now: datetime, cadence: Cadence) -> list[int]:
    """Store what was read and give back the endpoints of which the verdicts may change.

    One statement when nothing changed. Without effect for endpoints that are no longer leased to this batch: a task
    delivered twice, or one that outlived its lease, adds nothing.
    """
    changed = [outcome for outcome in outcomes if outcome.is_changed]
    with transaction.atomic() if changed else nullcontext():
        if changed:
            take_turn_together()
        held = _end_leases(batch, outcomes, now, cadence, is_told=bool(changed))
        news = [outcome for outcome in changed if outcome.target.endpoint_id in held]
        if not news:
            return []
        update_rows(ProbeSchedule, ("fingerprint",), [(one.target.endpoint_id, one.fingerprint) for one in news])
        return _marked(observing.observe(news, now=now), now)


def returned(batch: Batch, outcomes: Iterable[Outcome], *, now: datetime) -> list[int]:
    """Endpoints read again of which the data was stale at `now`, when they were recorded.

    What was derived from their age is no longer true, although nothing changed. Fresh endpoints cost a comparison.
    """
    limit = connection.ops.adapt_datetimefield_value(stale_before(now))
    stale = {pk for pk, seen in batch.last_seen_at.items() if seen is None or seen < limit}
    if not stale:
        return []
    return sorted(one.target.endpoint_id for one in outcomes if one.target.endpoint_id in stale and one.is_read)


def end_missing(*, now: datetime) -> list[int]:
    """End the intervals of addresses that were missing for a day; gives the endpoints of which verdicts may change."""
    with transaction.atomic():
        take_turn_together()
        return _marked(observing.end_missing(now=now), now)


def mark_evaluated(endpoint_ids: Collection[int], *, now: datetime) -> None:
    """Changes recorded after `now` stay marked: the evaluation may not have seen them."""
    ProbeSchedule.objects.filter(pk__in=among(endpoint_ids), unevaluated_since__lte=now).update(unevaluated_since=None)


def unevaluated(*, before: datetime) -> list[int]:
    """Endpoints that changed before `before` and whose evaluation never came."""
    rows = ProbeSchedule.objects.filter(unevaluated_since__lt=before).order_by("unevaluated_since")
    return list(rows.values_list("pk", flat=True))


def request_now(endpoint_ids: Collection[int], *, now: datetime) -> int:
    """Make endpoints due at once; a probe of them that is under way is overtaken. Gives how many are watched at all."""
    rows = ProbeSchedule.objects.filter(pk__in=among(endpoint_ids))
    return rows.update(next_probe_at=now, lease="", leased_until=None)


def _end_leases(
    batch: Batch, outcomes: Iterable[Outcome], now: datetime, cadence: Cadence, *, is_told: bool
) -> set[int]:
    probed = [outcome.target.endpoint_id for outcome in outcomes]
    return schedule_sql.record(
        now=now,
        lease=batch.lease,
        probed=probed,
        failed=[outcome.target.endpoint_id for outcome in outcomes if not outcome.is_read],
        full=[outcome.target.endpoint_id for outcome in outcomes if outcome.has_both],
        due=cadence.due(now, probed),
        is_told=is_told,
    )


def _marked(changed: list[int], now: datetime) -> list[int]:
    if changed:
        ProbeSchedule.objects.filter(pk__in=changed).update(unevaluated_since=now)
    return sorted(changed)


def _target(row: schedule_sql.Row) -> Target:
    endpoint_id, host, port, connect_to, fingerprint, attempts, is_full, _ = row
    overrides = json.loads(connect_to) if isinstance(connect_to, str) else connect_to
    return Target(endpoint_id, host, port, tuple(overrides), fingerprint, bool(is_full), attempts)
