"""What a ship-by date leaves time for, in words: store review, adoption by the users, and a buffer."""

from collections.abc import Collection

from certdash.models import App


def lead_of(app: App) -> str:
    return (
        f"{app.review_days} d review + {app.adoption_days} d until {app.target_share} % have it + "
        f"{app.buffer_days} d buffer before the window opens"
    )


def leads_of(apps: Collection[App]) -> str:
    """One line below a table of ship-by dates; empty without any."""
    dated = [app for app in apps if app.ship_by]
    words = {lead_of(app) for app in dated}
    if len(words) == 1:
        return f"Ship-by dates leave {words.pop()}."
    days = sorted({app.review_days + app.adoption_days + app.buffer_days for app in dated})
    if not days:
        return ""
    span = f"{days[0]} d" if len(days) == 1 else f"{days[0]} to {days[-1]} d"
    return f"Ship-by dates leave {span} before the window opens: each app's own store review, adoption and buffer."
