"""The next twelve months of rotations, and how many apps each of them stops."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from certdash.drawing.calendar import CalendarYear, future_rotations, lead_of, policy_calendar
from certdash.drawing.timeline import Axis, Lane, SmallLane, Window, axis, lane, scale_for, small_lane
from certdash.models import Endpoint, Rotation, RotationState, Verdict
from certdash.queries.access import Access
from certdash.queries.formatting import address, counted, day, span
from certdash.queries.standing import in_use
from pins.lifetimes import maximum_days
from pins.verdict import Value

MOST_LANES = 3
MOST_SMALL = 60
YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Timeline:
    axis: Axis
    lanes: tuple[Lane, ...]
    custom: SmallLane
    custom_count: int


def timeline(access: Access, customer: int | None, now: datetime) -> Timeline:
    scale = scale_for(now)
    rotations = Rotation.objects.exclude(state__in=(RotationState.DONE, RotationState.CANCELLED))
    rotations = rotations.filter(platform_domain__isnull=False, window_end__gt=now, window_start__isnull=False)
    rows = rotations.select_related("platform_domain", "leaf", "successor__chain__leaf").order_by("window_end")[
        :MOST_LANES
    ]
    counts = _struck(access, customer)
    lanes = tuple(
        lane(
            str(rotation.platform_domain),
            ("platform certificate", f"any day until {day(rotation.window_start, now)}"),
            address("rotation", rotation.pk),
            _windows(rotation, counts.get(rotation.platform_domain_id or 0, (0, 0)), now),
            scale,
        )
        for rotation in rows
        if rotation.window_start and rotation.window_end
    )
    windows = _custom(access, customer, now)
    return Timeline(axis(scale), lanes, small_lane(windows, scale), len(windows))


def _struck(access: Access, customer: int | None) -> dict[int, tuple[int, int]]:
    """Apps that stop and apps at risk, by platform domain."""
    rows = Verdict.objects.filter(
        in_use(), access.rows("release__app__customer_id"), badness__lte=Value.AT_RISK.badness
    )
    rows = rows.filter(endpoint__platform_domain__isnull=False, endpoint__archived_at=None)
    if customer:
        rows = rows.filter(release__app__customer=customer)
    app = "release__app"
    found = (
        rows.order_by()
        .values_list("endpoint__platform_domain")
        .annotate(
            fail=Count(app, filter=Q(badness__lte=Value.WILL_FAIL.badness), distinct=True),
            hit=Count(app, distinct=True),
        )
    )
    return {pk: (fail, hit - fail) for pk, fail, hit in found if pk is not None}


def _windows(rotation: Rotation, counts: tuple[int, int], now: datetime) -> list[Window]:
    """The rotation itself, then those that follow when every certificate lives as long as the policy permits."""
    start, end = rotation.window_start, rotation.window_end
    if start is None or end is None:
        return []
    how = rotation.window_evidence.replace("_", " ") or "assumed"
    found = [Window(start, end, *counts, f"{span(start, end, now)} · {how}")]
    chain = rotation.successor.chain if rotation.successor else None
    expires = chain.leaf.not_after if chain else end + timedelta(days=maximum_days(end) or 398)
    for opens in future_rotations(expires, now.year + 2):
        closes = opens + lead_of(timedelta(days=maximum_days(opens) or 398)) * 2
        if opens < now + YEAR:
            found.append(Window(opens, closes, *counts, f"{span(opens, closes, now)} · assumed", at_least=True))
    return found


def _custom(access: Access, customer: int | None, now: datetime) -> list[Window]:
    """Windows of custom domains in the next year, those with most at stake first if there are too many."""
    rows = Endpoint.objects.filter(access.rows("environment__customer_id"), archived_at=None, platform_domain=None)
    rows = rows.filter(window_end__gt=now, window_start__lt=now + YEAR, environment__archived_at=None)
    if customer:
        rows = rows.filter(environment__customer=customer)
    app, badness = "verdicts__release__app", "verdicts__badness"
    found = (
        rows.order_by()
        .values_list("host", "window_start", "window_end")
        .annotate(
            worst=Min(badness),
            fail=Count(app, filter=Q(**{f"{badness}__lte": Value.WILL_FAIL.badness}), distinct=True),
            risk=Count(app, filter=Q(**{badness: Value.AT_RISK.badness}), distinct=True),
        )
    )
    return [
        Window(start, end, fail, risk, f"{host}: {span(start, end, now)}, {counted(fail, 'app')} fail, {risk} at risk")
        for host, start, end, _, fail, risk in found.order_by("worst", "window_start", "host")[:MOST_SMALL]
    ]


def calendar_of(rotation: Rotation | None, now: datetime) -> tuple[CalendarYear, ...]:
    """Empty without a platform certificate: there is nothing to count then."""
    return policy_calendar(rotation.leaf.not_before, rotation.leaf.not_after, now) if rotation else ()
