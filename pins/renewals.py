"""What an owner's earlier renewals kept and how early they came: counts and quantiles, never a probability."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Renewal:
    """One leaf that took the place of another; `lead` is how long the old one still had to live."""

    kept_key: bool
    kept_intermediate: bool
    lead: timedelta


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """`count` renewals seen, of which so many kept the key or the intermediate.

    Leads as seen: the earliest renewal had `longest` left, half of them at least `middle`, the latest `shortest`.
    """

    count: int
    kept_key: int
    kept_intermediate: int
    longest: timedelta
    middle: timedelta
    shortest: timedelta


def track_record(renewals: Collection[Renewal]) -> TrackRecord | None:
    """None without a renewal: nothing seen is no habit."""
    if not renewals:
        return None
    leads = [one.lead for one in renewals]
    return TrackRecord(
        len(leads),
        sum(one.kept_key for one in renewals),
        sum(one.kept_intermediate for one in renewals),
        max(leads),
        # Half of the leads are at least as long as this one: a lead that was seen, not a mean of two.
        sorted(leads, reverse=True)[(len(leads) - 1) // 2],
        min(leads),
    )
