"""The next twelve months of rotations, and how many apps each of them stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from certdash.drawing.calendar import CalendarYear, future_rotations, lead_of, policy_calendar
from certdash.drawing.timeline import Axis, Lane, SmallLane, Window, axis, lane, scale_for, small_lane
from certdash.models import Rotation, RotationState
from certdash.queries.access import Access
from certdash.queries.formatting import address, counted, day, span
from certdash.queries.keys import among
from certdash.queries.risk import NOBODY, STOPS, live_endpoints, visible_stakes
from pins.lifetimes import maximum_days

MOST_LANES = 3
MOST_SMALL = 60
YEAR = timedelta(days=366)
Struck = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Timeline:
    axis: Axis
    lanes: tuple[Lane, ...]
    custom: SmallLane
    custom_count: int


def timeline(access: Access, struck: Struck, now: datetime) -> Timeline:
    """`struck` says by platform domain how many apps are hit there, and how many of them stop."""
    scale = scale_for(now)
    rotations = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rotations = rotations.filter(platform_domain__isnull=False, window_end__gt=now, window_start__isnull=False)
    rows = rotations.select_related("platform_domain", "leaf", "successor__chain__leaf").order_by("window_end")[
        :MOST_LANES
    ]
    lanes = tuple(
        lane(
            str(rotation.platform_domain),
            ("platform certificate", f"any day until {day(rotation.window_start, now)}"),
            address("rotation", rotation.pk),
            _windows(rotation, struck.get(rotation.platform_domain_id or 0, NOBODY), now),
            scale,
        )
        for rotation in rows
        if rotation.window_start and rotation.window_end
    )
    windows = _custom(access, now)
    return Timeline(axis(scale), lanes, small_lane(windows, scale), len(windows))


def _windows(rotation: Rotation, struck: Mapping[str, Any], now: datetime) -> list[Window]:
    """The rotation itself, then those that follow when every certificate lives as long as the policy permits."""
    start, end = rotation.window_start, rotation.window_end
    if start is None or end is None:
        return []
    counts = struck["stops"], struck["hit"] - struck["stops"]
    how = rotation.window_evidence.replace("_", " ") or "assumed"
    found = [Window(start, end, *counts, f"{span(start, end, now)} · {how}")]
    chain = rotation.successor.chain if rotation.successor else None
    expires = chain.leaf.not_after if chain else end + timedelta(days=maximum_days(end) or 398)
    for opens in future_rotations(expires, now.year + 2):
        closes = opens + lead_of(timedelta(days=maximum_days(opens) or 398)) * 2
        if opens < now + YEAR:
            found.append(Window(opens, closes, *counts, f"{span(opens, closes, now)} · assumed", at_least=True))
    return found


def _custom(access: Access, now: datetime) -> list[Window]:
    """Windows of custom domains in the next year, those with most at stake first if there are too many.

    Three statements, each held by an index however large the fleet: the worst, the soonest, and who depends on them.
    """
    rows = live_endpoints(access).filter(platform_domain=None, window_end__gt=now, window_start__lt=now + YEAR)
    worst = visible_stakes(access).filter(endpoint__isnull=False).order_by("badness", "window_start", "endpoint")
    staked = list(dict.fromkeys(worst.values_list("endpoint", flat=True)[: 4 * MOST_SMALL]))
    columns = ("pk", "host", "window_start", "window_end")
    at_stake = rows.filter(pk__in=among(pk for pk in staked if pk)).values_list(*columns)
    soonest = rows.order_by("window_start", "host").values_list(*columns)[:MOST_SMALL]
    found = {row[0]: row for row in (*sorted(at_stake, key=lambda row: staked.index(row[0])), *soonest)}
    kept = list(found.values())[:MOST_SMALL]
    counts = _hit(access, [row[0] for row in kept])
    return [_window(*row[1:], *counts.get(row[0], (0, 0)), now) for row in kept]


def _hit(access: Access, endpoint_ids: list[int]) -> dict[int | None, tuple[int, int]]:
    """Apps that stop and apps at risk, by custom endpoint."""
    rows = visible_stakes(access).filter(endpoint__in=among(endpoint_ids)).values_list("endpoint")
    found = rows.annotate(fail=Count("pk", filter=Q(badness__lte=STOPS)), hit=Count("pk"))
    return {pk: (fail, hit - fail) for pk, fail, hit in found}


def _window(host: str, start: datetime, end: datetime, fail: int, risk: int, now: datetime) -> Window:
    words = f"{host}: {span(start, end, now)}, {counted(fail, 'app')} fail, {risk} at risk"
    return Window(start, end, fail, risk, words)


def calendar_of(rotation: Rotation | None, now: datetime) -> tuple[CalendarYear, ...]:
    """Empty without a platform certificate: there is nothing to count then."""
    return policy_calendar(rotation.leaf.not_before, rotation.leaf.not_after, now) if rotation else ()
