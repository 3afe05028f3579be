"""What to do and by when: the ship-by date and the corrected pin set."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lead:
    """How long a fix takes to reach `target_share` per cent of the users."""

    review_days: int = 3
    adoption_days: int = 28
    target_share: int = 90
    buffer_days: int = 7

    @property
    def days(self) -> int:
        return self.review_days + self.adoption_days + self.buffer_days


DEFAULT_LEAD = Lead()


def ship_by(earliest: datetime, lead: Lead = DEFAULT_LEAD) -> date:
    """The last UTC day on which a fix can ship and still reach the target share before `earliest`."""
    return (earliest.astimezone(UTC) - timedelta(days=lead.days)).date()


def runway_days(ship_by: date, now: datetime) -> int:
    """Days left until the ship-by date; zero or less is too late."""
    return (ship_by - now.astimezone(UTC).date()).days
