"""The last safe day of an app, and what it leaves time for: store review, adoption by the users, and a buffer."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from pins.verdict import Value


class Leading(Protocol):
    """An app, or what was read of it."""

    @property
    def badness(self) -> int: ...
    @property
    def review_days(self) -> int: ...
    @property
    def adoption_days(self) -> int: ...
    @property
    def target_share(self) -> int: ...
    @property
    def buffer_days(self) -> int: ...
    @property
    def ship_by(self) -> date | None: ...


def ship_by_of(app: Leading) -> date | None:
    """None for what fails already: a later date, that of another host, is no time left."""
    return None if app.badness == Value.FAILING.badness else app.ship_by


def lead_of(app: Leading) -> str:
    return (
        f"{app.review_days} d review + {app.adoption_days} d until {app.target_share} % have it + "
        f"{app.buffer_days} d buffer before the window opens"
    )


def leads_of(apps: Collection[Leading]) -> str:
    """One line below a table of ship-by dates; empty without any."""
    dated = [app for app in apps if ship_by_of(app)]
    words = {lead_of(app) for app in dated}
    if len(words) == 1:
        return f"Ship-by dates leave {words.pop()}."
    days = sorted({app.review_days + app.adoption_days + app.buffer_days for app in dated})
    if not days:
        return ""
    span = f"{days[0]} d" if len(days) == 1 else f"{days[0]} to {days[-1]} d"
    return f"Ship-by dates leave {span} before the window opens: each app's own store review, adoption and buffer."
