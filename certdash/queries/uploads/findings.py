"""What only this installation knows to be wrong with a pin file that is not saved yet, as notes at its lines."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from certdash.models import App, Platform, Release
from certdash.queries.judging.drift import builds_of, newest_releases
from certdash.queries.judging.known_keys import keys_in_use
from certdash.queries.judging.previews import HostRow
from certdash.queries.loading import digests_of
from certdash.queries.uploads.file import Note, problem_note
from pins.drift import Build, compare, drift_finding
from pins.identify import KnownKeys
from pins.lint import early_ends
from pins.pinned_keys import key_findings
from pins.pinset import PinSet, Problem

# What the notes about the fate of a pin say already, in the light of the rotation.
PLATFORM_KEY = "platform_key_pinned"
TOLD_AS_FATES = frozenset({PLATFORM_KEY, "pin_never_seen", "certificate_hash_pin", "pem_hash_pin"})


def installation_notes(
    pin_set: PinSet, app: App, platform: str, known: KnownKeys, rows: Iterable[HostRow], now: datetime
) -> tuple[Note, ...]:
    """Without a `platform` the other one is not compared."""
    problems = [
        *key_findings(pin_set, known, now, in_use=keys_in_use(digests_of([pin_set]))),
        *early_ends(pin_set, _rotations(rows)),
    ]
    drift = _drift(pin_set, app, platform) if platform else None
    notes = [_note(problem) for problem in (*problems, *([drift] if drift else []))]
    return tuple(notes)


def without_told(notes: Iterable[Note], fates: Collection[Note], coming: Collection[int]) -> tuple[Note, ...]:
    """Of a pin whose fate is told the finding says nothing more; nor of the next key, on one of the lines `coming`."""
    lines = {note.line for note in fates}
    return tuple(
        note
        for note in notes
        if (note.code not in TOLD_AS_FATES or note.line not in lines)
        and (note.code != PLATFORM_KEY or note.line not in coming)
    )


def _note(problem: Problem) -> Note:
    return replace(problem_note(problem), code=problem.code)


def _rotations(rows: Iterable[HostRow]) -> Mapping[str, datetime]:
    return {row.host: row.window_end for row in rows if row.window_end}


def _drift(pin_set: PinSet, app: App, platform: str) -> Problem | None:
    """Against what users of the other platform have, as if this file were the newest of its own."""
    newest = newest_releases(Release.objects.filter(app=app, retired_at=None).exclude(platform=platform))
    own = Build(f"This file for {Platform(platform).label}", (pin_set,))
    return drift_finding(compare([own, *builds_of(newest)]), 0)
