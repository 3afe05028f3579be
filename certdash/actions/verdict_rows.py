"""Verdict rows: write those that differ, remove those without a cell, and keep every change of a value."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from certdash.actions import verdict_sql
from certdash.actions.bulk import update_rows
from certdash.actions.verdict_words import Words, words_of
from certdash.models import Verdict
from certdash.queries.judging.judging import Cell, Shared
from certdash.queries.keys import among

# Reasons of cells about which nothing was known yet: what takes their place is a first verdict, not a change.
FIRST = frozenset({"never_observed", "no_pin_set", "unwatched"})
Key = tuple[int, int | None, str]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """Releases of which rows changed, those among them of which something is known for the first time, and those that
    met a host which they do not meet any more.
    """

    releases: set[int]
    first: set[int]
    left: set[int]


@dataclass(slots=True)
class _Differing:
    """Rows to write: new ones as a whole, others by the words that they get; `changed` get another value."""

    created: list[Row] = field(default_factory=list)
    moved: list[tuple[int, str]] = field(default_factory=list)
    updated: dict[Words, list[int]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[Words, list[int]] = field(default_factory=lambda: defaultdict(list))

    def store(self, now: datetime) -> None:
        verdict_sql.insert(self.created, now=now)
        update_rows(Verdict, ["host"], self.moved)
        verdict_sql.record_changes(self.changed, now=now)
        verdict_sql.update(self.updated, now=now)


def store(cells: Iterable[Cell], stored: QuerySet[Verdict], *, now: datetime) -> Touched:
    """`stored` are the rows that these cells replace as a whole."""
    before = {_key(row[1], row[2], row[3]): row for row in verdict_sql.read(stored)}
    known: dict[int, tuple[Shared, Words]] = {}
    differing, touched, first, left = _Differing(), set[int](), set[int](), set[int]()
    for cell in cells:
        pair, shared = cell.pair, cell.shared
        if id(shared) not in known:
            known[id(shared)] = shared, words_of(shared)
        words = known[id(shared)][1]
        row = before.pop(_key(pair.release_id, pair.endpoint_id, pair.host), None)
        if row is not None and row[3] == pair.host and words.are_those_of(row[4:], pair.host):
            continue
        touched.add(pair.release_id)
        if row is not None and row[3] != pair.host:
            left.add(pair.release_id)
        if row is None or row[4 + verdict_sql.REASON_CODE] in FIRST:
            first.add(pair.release_id)
        _collect(differing, cell, words, row)
    left.update(row[1] for row in before.values())
    touched |= left
    Verdict.objects.filter(pk__in=among(row[0] for row in before.values())).delete()
    differing.store(now)
    return Touched(touched, first, left)


def _collect(differing: _Differing, cell: Cell, words: Words, row: Row | None) -> None:
    pair = cell.pair
    if row is None:
        differing.created.append((pair.release_id, pair.endpoint_id, pair.host, *words.for_host(pair.host)))
        return
    differing.updated[words].append(row[0])
    if row[3] != pair.host:
        differing.moved.append((row[0], pair.host))
    if row[4 + verdict_sql.REASON_CODE] not in FIRST and row[4] != words.fixed[0]:
        differing.changed[words].append(row[0])


def _key(release_id: int, endpoint_id: int | None, host: str) -> Key:
    return release_id, endpoint_id, "" if endpoint_id else host
