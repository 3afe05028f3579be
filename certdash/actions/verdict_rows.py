"""Verdict rows: write those that differ, remove those without a cell, and keep every change of a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from certdash.actions.bulk import update_rows
from certdash.models import Verdict, VerdictChange
from certdash.queries.judging import Cell
from certdash.queries.loading import chunks
from certdash.queries.plain import judged_json

BATCH = 2000
FIELDS = (
    "host",
    "value",
    "badness",
    "now",
    "next",
    "reason_code",
    "reason",
    "evidence",
    "scenario",
    "counterexample",
    "ship_by",
    "window_start",
    "window_end",
)
# Reasons of cells about which nothing was known yet: what takes their place is a first verdict, not a change.
FIRST = frozenset({"never_observed", "no_pin_set", "unwatched"})
Key = tuple[int, int | None, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """Releases of which rows changed, and those among them of which something is known for the first time."""

    releases: set[int]
    first: set[int]


def store(cells: Iterable[Cell], stored: QuerySet[Verdict], *, now: datetime) -> Touched:
    """`stored` are the rows that these cells replace as a whole."""
    rows = stored.values_list("pk", "release_id", "endpoint_id", *FIELDS)
    before = {_key(row[1], row[2], row[3]): row for row in rows}
    created, updated, changes, touched, first = [], [], [], set[int](), set[int]()
    for cell in cells:
        pair, values = cell.pair, _values(cell)
        row = before.pop(_key(pair.release_id, pair.endpoint_id, pair.host), None)
        if row is not None and row[3:] == values:
            continue
        touched.add(pair.release_id)
        if row is None:
            created.append(_row(cell, values, now))
        else:
            updated.append((row[0], *values, now))
        if row is None or row[8] in FIRST:
            first.add(pair.release_id)
        elif row[4] != values[1]:
            changes.append(_change(cell, row[4], now))
    _remove(row[0] for row in before.values())
    Verdict.objects.bulk_create(created, batch_size=BATCH, ignore_conflicts=True)
    update_rows(Verdict, (*FIELDS, "decided_at"), updated)
    VerdictChange.objects.bulk_create(changes, batch_size=BATCH)
    return Touched(touched | {row[1] for row in before.values()}, first)


def _key(release_id: int, endpoint_id: int | None, host: str) -> Key:
    return release_id, endpoint_id, "" if endpoint_id else host


def _values(cell: Cell) -> tuple[Any, ...]:
    """In the order of FIELDS. A window starts at midnight: one that is open now would else differ at every look."""
    verdict, window = cell.verdict, cell.window
    example = verdict.counterexample
    return (
        cell.pair.host,
        verdict.value.value,
        verdict.value.badness,
        verdict.now.value,
        verdict.next.value,
        verdict.reason.code,
        verdict.reason.text,
        verdict.evidence.value if verdict.evidence else "",
        example.scenario.value if example else "",
        judged_json(example),
        verdict.ship_by,
        at_midnight(window.earliest) if window else None,
        window.latest if window else None,
    )


def at_midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _row(cell: Cell, values: tuple[Any, ...], now: datetime) -> Verdict:
    fields = dict(zip(FIELDS, values, strict=True))
    return Verdict(release_id=cell.pair.release_id, endpoint_id=cell.pair.endpoint_id, decided_at=now, **fields)


def _change(cell: Cell, before: str, now: datetime) -> VerdictChange:
    return VerdictChange(
        release_id=cell.pair.release_id,
        host=cell.pair.host,
        before=before,
        after=cell.verdict.value.value,
        reason=cell.verdict.reason.text,
        changed_at=now,
    )


def _remove(keys: Iterable[int]) -> None:
    for chunk in chunks(keys):
        Verdict.objects.filter(pk__in=chunk).delete()
