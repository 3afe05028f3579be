"""What the overview says first: who stops, how many users they have, and whether there is time left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certdash.models import Rotation
from certdash.queries.formatting import Part, Sentence, address, counted, day, full_day, number, people

# Figures by name, as one aggregate returns them.
Counts = Mapping[str, Any]


# A chosen customer as part of an address; empty for all that are seen.
Scope = Mapping[str, int]
ALL: Scope = {}


def sentence(totals: Counts, struck: Counts, rotation: Rotation | None, now: datetime, scope: Scope = ALL) -> Sentence:
    total = totals["total"]
    if not total:
        return (Part("No app is registered yet, so nothing can be said about rotations."),)
    if rotation is None or rotation.window_end is None or not struck["stops"]:
        return _calm(totals, rotation, scope)
    page = address("rotation", rotation.pk)
    if _is_over_for_most(struck):
        return (*_now(totals, scope), *_later(struck, f"{page}#apps", rotation.window_end, now))
    parts = [
        Part(f"If the platform certificate rotates on {full_day(rotation.window_end)}, "),
        Part(f"{number(struck['stops'])} of {counted(total, 'app')}", f"{page}#apps"),
        Part(" stop connecting: " if struck["stops"] != 1 else " stops connecting: "),
        Part(counted(struck["customers"], "customer"), f"{page}#apps"),
        Part(", "),
        *people(struck["users"], f"{page}#flow"),
        Part(". "),
    ]
    return (*parts, *_ship(struck, f"{page}#apps", now))


def _is_over_for_most(struck: Counts) -> bool:
    """More apps have stopped already than the rotation ahead will stop: what is now comes first."""
    return bool(struck.get("already", 0) * 2 > struck.get("stops", 0))


def _now(totals: Counts, scope: Scope) -> Sentence:
    failing = totals["apps_failing"]
    page = address("apps", status="failing", **scope)
    return (
        Part(f"{number(failing)} of {counted(totals['total'], 'app')}", page),
        Part(" cannot connect now: "),
        *people(totals["sum_failing"], page),
        Part(". "),
    )


def _later(struck: Counts, url: str, end: datetime, now: datetime) -> Sentence:
    soon = struck["stops"] - struck["already"]
    if not soon:
        return (Part("Ship a fix at once."),)
    verb = "stop" if soon > 1 else "stops"
    day_of = full_day(end)
    return (
        Part(f"When the platform certificate rotates on {day_of}, "),
        Part(f"{number(soon)} more", url),
        Part(f" {verb} connecting. "),
        *_ship({**struck, "stops": soon}, url, now),
    )


def _ship(struck: Counts, url: str, now: datetime) -> Sentence:
    count = struck["in_time"]
    if not count:
        none = (
            "It has no time left to ship." if struck["stops"] == 1 else "For none of them is there time left to ship."
        )
        return (Part(none),)
    whole = "It" if struck["stops"] == 1 else "All of them" if count == struck["stops"] else f"{number(count)} of them"
    return (
        Part(whole, url),
        Part(f" can still ship safely until {day(struck['first_ship_by'], now)}."),
    )


def _calm(totals: Counts, rotation: Rotation | None, scope: Scope) -> Sentence:
    stops, total, unknown = totals["stops"], totals["total"], totals["apps_unknown"]
    first = _nobody(rotation, is_sure=not unknown)
    if not stops and unknown:
        share = f"{number(unknown)} of {counted(total, 'app')}"
        rest = (
            " is unknown: nobody can tell yet what it meets." if unknown == 1 else " are unknown: nobody can tell yet."
        )
        return (Part(f"{first}, but "), Part(share, address("apps", status="unknown", **scope)), Part(rest))
    if not stops:
        ready = totals["apps_ready"]
        share = f"{number(ready)} of {counted(total, 'app')}"
        rest = f" {'is' if ready == 1 else 'are'} ready for every plausible change."
        return (Part(f"{first}; "), Part(share, address("apps", status="ready", **scope)), Part(rest))
    verb = " stops" if stops == 1 else " stop"
    share = f"{number(stops)} of {counted(total, 'app')}"
    page = address("apps", status="stops", **scope)
    return (Part(f"{first}, but "), Part(share, page), Part(f"{verb} for other reasons."))


def _nobody(rotation: Rotation | None, *, is_sure: bool) -> str:
    """Who knows of no app that stops does not know that none stops, as long as some are unknown."""
    if rotation is None:
        return "No platform rotation is known"
    when = f" on {full_day(rotation.window_end)}" if rotation.window_end else ""
    return f"If the platform certificate rotates{when}, no app {'stops' if is_sure else 'is known to stop'} connecting"


def more(totals: Counts, struck: Counts, rotation: Rotation | None, now: datetime, scope: Scope = ALL) -> Sentence:
    parts: list[Part] = []
    if rotation and rotation.window_start and rotation.window_start > now:
        parts.append(Part(f"The rotation can start on {day(rotation.window_start, now)}. "))
    elif rotation and rotation.first_changed_at:
        parts.append(Part("The rotation is under way: some addresses already serve the next certificate. "))
    already, late = struck.get("already", 0), struck.get("late", 0)
    url = f"{address('rotation', rotation.pk)}#apps" if rotation else ""
    if already and not _is_over_for_most(struck):
        parts += [Part(counted(already, "app"), url), Part(" cannot connect even now. ")]
    if late:
        other = "For the other " if struck["in_time"] else "For "
        parts += [Part(other), Part(counted(late, "app"), url)]
        parts.append(Part(" the ship-by date has passed; a forced update is what remains. "))
    beyond = totals["stops"] - struck.get("stops", 0)
    if _is_over_for_most(struck):
        beyond = max(0, totals["apps_will_fail"] - struck["stops"] + already)
    if struck.get("stops") and beyond:
        parts += _beyond(beyond, scope)
    return tuple(parts)


def _beyond(count: int, scope: Scope) -> Sentence:
    """With the rotations that stop them; those are not told apart by customer, the apps that stop are."""
    where = address("apps", status="stops", **scope) if scope else address("rotations", kind="custom", apps="stops")
    if count == 1:
        return (Part("1 more app fails on "), Part("a custom domain", where), Part(". "))
    return (Part(f"{counted(count, 'more app')} fail on "), Part("custom domains", where), Part(". "))
