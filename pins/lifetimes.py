"""How long a public server certificate may live, by the day it was issued; private authorities are free of this."""

import calendar
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
DAY_LIMITS = (  # CA/Browser Forum Baseline Requirements §6.3.2, newest first
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),  # Apple HT211025, then BR 1.7.1
    (datetime(2018, 3, 1, tzinfo=UTC), 825),  # Ballot 193
)
MONTH_LIMITS = (  # older §9.4 and §6.3.2
    (datetime(2015, 4, 1, tzinfo=UTC), 39),
    (datetime(2012, 7, 1, tzinfo=UTC), 60),
)


def lifetime_days(not_before: datetime, not_after: datetime) -> int:
    """Both ends count (BR §1.6.1), and a second into a further day is a day: one year to the same second is 366."""
    return -(-(not_after - not_before + timedelta(seconds=1)) // DAY)


def maximum_days(issued_at: datetime) -> int | None:
    """None before the first rule of 1 July 2012; the later limits never reach back to older certificates."""
    for start, days in DAY_LIMITS:
        if issued_at >= start:
            return days
    for start, months in MONTH_LIMITS:
        if issued_at >= start:
            # Months were counted from date to date: the same second some months on was within the limit.
            return lifetime_days(issued_at, _months_later(issued_at, months))
    return None


def _months_later(instant: datetime, months: int) -> datetime:
    years, month = divmod(instant.month - 1 + months, 12)
    last_day = calendar.monthrange(instant.year + years, month + 1)[1]
    return instant.replace(year=instant.year + years, month=month + 1, day=min(instant.day, last_day))
