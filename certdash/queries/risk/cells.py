"""The verdicts that stop an app and those that a fix of it may have, and what settles the former: of every table."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from certdash.models import Platform, Verdict
from certdash.queries.access import Access
from certdash.queries.prepared import ask, given_keys
from certdash.queries.risk.figures import STOPS
from certdash.queries.risk.fixes import fixed_by, order
from certdash.queries.settling import settles_briefly
from certdash.queries.standing import in_use
from pins.verdict import Value


class Build(NamedTuple):
    pk: int
    platform: str
    version: str
    build: str

    def __str__(self) -> str:
        return f"{self.version} {Platform(self.platform).label}"


class Cell(NamedTuple):
    """A verdict that stops an app, or is ready at least now, which a fix has to be."""

    release: Build
    share: Decimal
    pk: int
    host: str
    value: str
    now: str
    badness: int
    ship_by: date | None
    reason: str
    reason_code: str


def _cells_of(access: Access) -> QuerySet[Verdict, Any]:
    is_ready = Q(value=Value.READY) | Q(now=Value.READY)
    rows = Verdict.objects.filter(in_use(), is_ready | Q(badness__lte=STOPS), release__app__in=given_keys("apps"))
    build = [f"release__{name}" for name in ("app_id", "pk", "platform", "version", "build", "share")]
    columns = ("pk", "host", "value", "now", "badness", "ship_by", "reason", "reason_code")
    return rows.order_by("pk").values_list(*build, *columns)


def cells_of(access: Access, app_ids: list[int]) -> dict[int, list[Cell]]:
    """By app, whose reader sees these apps. One statement; no model is built."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for app, pk, platform, version, number_of, share, *cell in ask(_cells_of, access, apps=app_ids):
        found[app].append(Cell(Build(pk, platform, version, number_of), share or Decimal(0), *cell))
    return found


def settles_by(struck: Sequence[Cell], cells: Sequence[Cell], worst: Cell, now: datetime) -> str:
    """A release that has the fix is told as on the app's page; without one what the reason of the worst ends with.

    `struck` are those of `cells` that stop, of which only those as bad as the worst one count.
    """
    value = Value(worst.value)
    worse = [cell for cell in struck if cell.badness == worst.badness]
    fixed = fixed_by(worse, cells, half="now" if value is Value.FAILING else "value")
    if fixed is None:
        return settles_briefly(worst.reason_code, worst.reason)
    by = min((cell.ship_by for cell in worse if cell.ship_by), default=None)
    return str(order(value, fixed, by, now))
