"""What the rotation list counts over everything that the reader sees, and the sentence that it says first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Subquery, Value

from certdash.models import ProbeSchedule, Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.formatting import Part, Sentence, address, counted, day, number
from certdash.queries.rotations.scope import stops, visible


def stopping(access: Access) -> Q:
    """Whether any app stops is kept; whether one of the reader's does, is asked of those rotations alone."""
    if access.sees_everything:
        return Q(is_stopping=True)
    # By keys: as a condition on every row, PostgreSQL takes seconds to prepare for it.
    return Q(pk__in=Rotation.objects.filter(stops(access), is_open=True, is_stopping=True).values("pk"))


def facts(access: Access, now: datetime) -> dict[str, Any]:
    """One statement, over everything the reader sees."""
    hit = stopping(access)
    # What has a schedule is watched.
    watched = ProbeSchedule.objects.filter(access.rows("endpoint__environment__customer_id"))
    read = watched.order_by().annotate(one=Value(1)).values("one").annotate(seen=Max("last_seen_at")).values("seen")
    open_ones = visible(access).filter(is_open=True)
    return open_ones.aggregate(
        total=Count("pk"),
        stopping=Count("pk", filter=hit),
        running=Count("pk", filter=Q(state=RotationState.UNDER_WAY)),
        opens=Min("window_start", filter=hit & Q(window_end__gt=now)),
        seen=Max(Subquery(read)),
    )


def rotations_sentence(found: Mapping[str, Any], now: datetime) -> Sentence:
    if not found["total"]:
        return (Part("No rotation is known yet: the first one opens as soon as a host has been read."),)
    parts = [
        Part(counted(found["total"], "rotation"), address("rotations")),
        Part(" is ahead" if found["total"] == 1 else " are ahead"),
    ]
    if not found["stopping"]:
        who = "it is not" if found["total"] == 1 else "none of them is"
        return (*parts, Part(f"; {who} known to stop an app."))
    verb = "stops" if found["stopping"] == 1 else "stop"
    parts += [
        Part("; "),
        Part(f"{number(found['stopping'])} of them", address("rotations", apps="stops")),
        Part(f" {verb} an app"),
    ]
    opens = found["opens"]
    if opens is None:
        return (*parts, Part("."))
    return (*parts, Part(f", the first from {day(opens, now)} on." if opens > now else ", the first any day now."))
