"""Where an instant lies on a drawing, as a percentage of its width: drawings stretch, hatches do not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `x` to `end`, `width` long; all three ready for SVG attributes."""

    x: str
    end: str
    width: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Time over 0–100 %; the part before `today` takes `past_share` of the width, at whatever pace that gives."""

    start: datetime
    today: datetime
    end: datetime
    past_share: float

    def at(self, instant: datetime) -> float:
        """The place of an instant in per cent, held inside the drawing."""
        instant = min(max(instant, self.start), self.end)
        if instant <= self.today:
            return 100 * self.past_share * _share(self.start, instant, self.today)
        return 100 * (self.past_share + (1 - self.past_share) * _share(self.today, instant, self.end))

    def stretch(self, start: datetime, end: datetime) -> Stretch | None:
        """None where nothing of it is inside the drawing."""
        left, right = self.at(start), self.at(end)
        return Stretch(percent(left), percent(right), percent(right - left)) if right > left else None


def linear(start: datetime, today: datetime, end: datetime) -> Scale:
    """One pace for past and future."""
    return Scale(start, today, end, _share(start, today, end))


def percent(value: float) -> str:
    return f"{value:.2f}%"


def months(start: datetime, end: datetime) -> list[datetime]:
    """The first day of every month inside the span, its ends included."""
    first = datetime(start.year, start.month, 1, tzinfo=UTC)
    found = [first] if first >= start else []
    while (first := next_month(first)) <= end:
        found.append(first)
    return found


def next_month(first: datetime) -> datetime:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _share(start: datetime, instant: datetime, end: datetime) -> float:
    whole = (end - start).total_seconds()
    return (instant - start).total_seconds() / whole if whole > 0 else 0.0
