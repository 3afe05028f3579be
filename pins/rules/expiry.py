"""From when a rule is no longer enforced: strictly after the first instant of its day, in whose time zone is asked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

_FIRST_MIDNIGHT = timedelta(hours=-14)  # UTC+14, where a day begins first
_LAST_MIDNIGHT = timedelta(hours=12)  # UTC-12, where it begins last


class Enforcement(Enum):
    """Whether a rule is enforced at an instant; `DEPENDS`: on the time zone of the device."""

    ON = "on"
    OFF = "off"
    DEPENDS = "depends"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Enforced by all up to and including `first`, by none after `last`; both are the same where the zone is known."""

    first: datetime
    last: datetime

    def enforcement(self, instant: datetime) -> Enforcement:
        if instant <= self.first:
            return Enforcement.ON
        return Enforcement.OFF if instant > self.last else Enforcement.DEPENDS


def deadline(day: date, utc_offset: timedelta | None) -> Deadline:
    """The end of a rule that expires on `day`; without an offset it is spread over 26 hours."""
    if utc_offset is not None:
        return Deadline(_moved(day, -utc_offset), _moved(day, -utc_offset))
    return Deadline(_moved(day, _FIRST_MIDNIGHT), _moved(day, _LAST_MIDNIGHT))


def _moved(day: date, by: timedelta) -> datetime:
    midnight = datetime.combine(day, time.min, UTC)
    try:
        return midnight + by
    except OverflowError:  # the year 1 or 9999: no instant of today is near
        return midnight
