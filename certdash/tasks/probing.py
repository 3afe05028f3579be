"""Tasks of probing: the beat offers what is due, workers claim it; messages are hints, the database is the truth."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from certdash.actions import checking, probing
from certdash.actions.probing import Batch, Cadence
from certdash.models import Progress
from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.queries.loading import chunks
from certdash.tasks.evaluating import derive_around, evaluate_endpoints
from certdash.tasks.periodic import periodic

# More hints than this at once only wait in the queue; the next beat offers what is left.
MAX_OFFERS = 200
# An evaluation that has not come after this long was lost.
EVALUATION_DELAY = timedelta(minutes=2)
# Each custom domain that changed has a chain and a rotation of its own, 3 ms each: so many hold SQLite's writer for
# less than a second.
CHANGED = 200


@periodic
def offer_due() -> None:
    """A hint for each batch that is due. It expires before hints pile up: the next beat counts anew."""
    due = min(-(-probing.due_count(timezone.now()) // settings.PROBE_BATCH), MAX_OFFERS)
    for _ in range(due):
        probe_batch.apply_async(expires=3 * settings.PROBE_TICK.total_seconds())


@shared_task
def probe_batch() -> None:
    """Without a due endpoint, as after a hint delivered twice, there is nothing to do."""
    batch = probing.claim_batch(now=timezone.now(), size=settings.PROBE_BATCH, lease_for=settings.PROBE_LEASE)
    _probe(batch)


@shared_task
def probe_now(progress_id: int, endpoint_ids: list[int]) -> None:
    """What somebody waits for. Endpoints that another worker is probing at this moment count as done."""
    rows = Progress.objects.filter(pk=progress_id, ended_at=None)
    if not rows.exists():
        return
    rows.update(done=0, failed=0)
    for chunk in chunks(endpoint_ids, settings.PROBE_BATCH):
        batch = probing.claim_batch(
            now=timezone.now(), size=len(chunk), lease_for=settings.PROBE_LEASE, endpoint_ids=chunk
        )
        rows.update(done=F("done") + len(chunk), failed=F("failed") + _probe(batch))
    failed = rows.values_list("failed", flat=True).first() or 0
    rows.update(ended_at=timezone.now(), result=_result(len(endpoint_ids), failed))


@periodic
def end_stalled_checks() -> None:
    checking.end_stalled(now=timezone.now())


@periodic
def end_missing() -> None:
    _evaluate(probing.end_missing(now=timezone.now()))


@periodic
def offer_unevaluated() -> None:
    """Changes whose evaluation got lost between the commit and the broker."""
    _evaluate(probing.unevaluated(before=timezone.now() - EVALUATION_DELAY))


def _probe(batch: Batch) -> int:
    """Probe and record; gives how many endpoints could not be read."""
    if not batch.targets:
        return 0
    outcomes = probe(batch.targets, limits())
    cadence = Cadence(settings.PROBE_INTERVAL, settings.PROBE_FULL_INTERVAL)
    now = timezone.now()
    changed = probing.record_batch(batch, outcomes, now=now, cadence=cadence)
    _evaluate(changed)
    # Else they would stay unknown until the beat derives everything anew; an evaluation derives them anyway.
    if unchanged := sorted(set(probing.returned(batch, outcomes, now=now)).difference(changed)):
        derive_around.delay(unchanged)
    return sum(not outcome.is_read for outcome in outcomes)


def limits() -> Limits:
    allowed = parse_networks(settings.PROBE_ALLOWED_NETWORKS)
    return Limits(settings.PROBE_DEADLINE, settings.PROBE_CONCURRENCY, allowed)


def _evaluate(endpoint_ids: list[int]) -> None:
    for chunk in chunks(endpoint_ids, CHANGED):
        evaluate_endpoints.delay(chunk)


def _result(total: int, failed: int) -> str:
    read = total - failed
    if not failed:
        return f"Checked {total}. All could be read."
    return f"Checked {total}: {read} could be read, {failed} could not. Their pages say why."
