"""What happened and what is due on the line of one rotation."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from certdash.drawing.rotation_line import Event
from certdash.models import Rotation
from certdash.queries.formatting import counted, day
from certdash.queries.rotations.scope import Stopping


def events_of(rotation: Rotation, stops: Sequence[Stopping], total: int, now: datetime) -> tuple[Event, ...]:
    found = _ship_by_events(stops, now)
    row = rotation.successor
    if row:
        found.append(Event(row.registered_at, day(row.registered_at, now), "successor registered", "plain", True))
    found += _change_events(rotation, total, now)
    if rotation.cancelled_at:
        found.append(Event(rotation.cancelled_at, day(rotation.cancelled_at, now), "called off", "plain"))
    if rotation.window_start:
        word = "window opens" if rotation.window_start > now else "window opened"
        found.append(Event(rotation.window_start, day(rotation.window_start, now), word, "opens"))
    expiry = rotation.leaf.not_after
    word = "expiry" if expiry > now else "expired"
    found.append(Event(expiry, day(expiry, now), word, "expiry"))
    return tuple(sorted(found, key=lambda event: event.at))


def _change_events(rotation: Rotation, total: int, now: datetime) -> list[Event]:
    first, last = rotation.first_changed_at, rotation.done_at
    if first is None:
        return []
    if last is not None and last.date() == first.date():
        words = f"all {counted(total, 'endpoint')}" if total > 1 else "next certificate seen"
        return [Event(first, day(first, now), words, "plain")]
    words = f"first of {counted(total, 'endpoint')}" if total > 1 else "next certificate seen"
    opens = rotation.window_start
    kind = "late" if opens and first < opens else "plain"
    found = [Event(first, day(first, now), words, kind)]
    return [*found, Event(last, day(last, now), "done", "plain")] if last else found


def _ship_by_events(stops: Iterable[Stopping], now: datetime) -> list[Event]:
    """One tick for each date; of the past ones and of those to come the three nearest, which take in the others."""
    apps: dict[date, set[int]] = defaultdict(set)
    for one in stops:
        if one.ship_by:
            apps[one.ship_by].add(one.app_id)
    today = now.date()
    late = sorted((when for when in apps if when < today), reverse=True)
    due = sorted(when for when in apps if when >= today)
    found = []
    for dates in (late, due):
        for at, when in enumerate(dates[:3]):
            gathered = set().union(*(apps[each] for each in dates[2:])) if at == 2 else apps[when]
            words = f"ship-by for {counted(len(gathered), 'app')}"
            is_late = when < today
            found.append(
                Event(
                    datetime.combine(when, time(12), UTC),
                    day(when, now),
                    f"{words}, passed" if is_late else words,
                    "late" if is_late else "due",
                )
            )
    return found
