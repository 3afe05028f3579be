"""Which releases depend on an environment, which of them need nobody, and which could leave its default host."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Endpoint, Verdict
from certdash.queries.cells import shown_next
from certdash.queries.formatting import Part, address, counted, day, number
from certdash.queries.standing import effective_value, is_stale
from certdash.queries.users import users
from pins.verdict import Value

MOST_MOVES = 5


@dataclass(frozen=True, slots=True)
class AppRow:
    app_pk: int
    app: str
    release: str
    host: str
    now: str
    next: str
    value: str
    reason: str
    users: str
    ship_by: str
    url: str
    is_stale: bool


def app_rows(verdicts: Iterable[Verdict], now: datetime) -> list[AppRow]:
    """The worst first, then those of the apps with most users."""
    ordered = sorted(verdicts, key=lambda one: (one.badness, -one.release.app.active_users))
    return [_app(one, now) for one in ordered]


def seen_at(endpoint: Endpoint) -> datetime | None:
    return endpoint.schedule.last_seen_at if hasattr(endpoint, "schedule") else None


def moves(one: Endpoint, verdicts: Iterable[Verdict]) -> tuple[Part, ...]:
    """The apps that could leave a default host for an own domain, the worst first."""
    if not one.platform_domain_id:
        return ()
    apps = {row.release.app_id: row.release.app.name for row in verdicts if row.endpoint_id == one.pk}
    return tuple(Part(name, address("move", pk, one.pk)) for pk, name in list(apps.items())[:MOST_MOVES])


def ready_words(ready: Sequence[AppRow], *, is_all: bool) -> str:
    """What is folded away: the rows that need nobody."""
    apps = len({row.app_pk for row in ready})
    row = "row" if is_all else "more row"
    return f"{counted(len(ready), row)} of {counted(apps, 'app')}: ready now and next"


def _app(one: Verdict, now: datetime) -> AppRow:
    app, release = one.release.app, one.release
    last_seen = seen_at(one.endpoint) if one.endpoint else None
    value = effective_value(one.value, last_seen, now)
    is_overruled = value != one.value
    return AppRow(
        app_pk=app.pk,
        app=app.name,
        release=str(release),
        host=one.host,
        now=value if is_overruled else one.now,
        next=value if is_overruled else shown_next(value, Value(one.next)),
        value=value,
        reason="The data is too old to say that it still connects." if is_overruled else one.reason,
        users=number(users(app.active_users, release.share)) if release.share is not None else "—",
        ship_by=day(one.ship_by, now) if one.ship_by else "at once" if value is Value.FAILING else "",
        url=address("verdict", app.pk, one.pk),
        is_stale=is_stale(last_seen, now),
    )
