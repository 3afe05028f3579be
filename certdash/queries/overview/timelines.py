"""The next twelve months of rotations, and how many apps each of them stops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from certdash.drawing.calendar import CalendarYear, policy_calendar
from certdash.drawing.timeline import Axis, Lane, SmallLane, axis, lane, scale_for, small_lane
from certdash.models import Rotation
from certdash.queries.access import Access
from certdash.queries.formatting import address, day
from certdash.queries.rotations.windows import Struck, custom_windows, in_lanes, windows_by_rotation


@dataclass(frozen=True, slots=True)
class Timeline:
    axis: Axis
    lanes: tuple[Lane, ...]
    custom: SmallLane
    custom_count: int


def timeline(access: Access, rotations: Iterable[Rotation], struck: Struck, now: datetime) -> Timeline:
    scale, upcoming = scale_for(now), in_lanes(rotations, now)
    windows_of = windows_by_rotation(upcoming, struck, now)
    lanes = tuple(
        lane(
            str(rotation.platform_domain),
            ("platform certificate", f"any day until {day(rotation.window_start, now)}"),
            address("rotation", rotation.pk),
            [named.window for named in windows_of[rotation.pk]],
            scale,
        )
        for rotation in upcoming
        if rotation.window_start
    )
    windows = [named.window for named in custom_windows(access, now)]
    return Timeline(axis(scale), lanes, small_lane(windows, scale), len(windows))


def calendar_of(rotation: Rotation | None, now: datetime) -> tuple[CalendarYear, ...]:
    """Empty without a platform certificate: there is nothing to count then."""
    return policy_calendar(rotation.leaf.not_before, rotation.leaf.not_after, now) if rotation else ()
