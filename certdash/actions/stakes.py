"""Stakes: where each app stops or is at risk, kept beside its standing so that nobody adds it up while a page waits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from certdash.actions.bulk import insert_rows
from certdash.models import Stake
from certdash.queries.keys import among, as_stored, instant
from pins.verdict import Value

AT_RISK, WILL_FAIL = Value.AT_RISK.badness, Value.WILL_FAIL.badness
FIELDS = ("app", "platform_domain", "endpoint", "badness", "ship_by", "window_start")


class Cell(Protocol):
    """A verdict that counts, on an endpoint or on a host that nobody watches; dates as the database keeps them."""

    @property
    def endpoint_id(self) -> int | None: ...
    @property
    def domain_id(self) -> int | None: ...
    @property
    def badness(self) -> int: ...
    @property
    def ship_by(self) -> Any: ...
    @property
    def window_start(self) -> Any: ...


def store_stakes(cells: Mapping[int, Iterable[Cell]]) -> None:
    """`cells` by app: whatever was kept of these apps and is not in them goes."""
    fresh = {row for app_id, own in cells.items() for row in _stakes(app_id, own)}
    columns = (
        "app_id",
        "platform_domain_id",
        "endpoint_id",
        "badness",
        as_stored("ship_by"),
        as_stored("window_start"),
    )
    kept = Stake.objects.filter(app__in=among(cells)).order_by().values_list("pk", *columns)
    stored = {tuple(row): pk for pk, *row in kept}
    _drop([pk for row, pk in stored.items() if row not in fresh])
    missing = (row for row in fresh if row not in stored)
    insert_rows(Stake, FIELDS, [(*row, opens and instant(opens)) for *row, opens in missing])


def _drop(keys: Collection[int]) -> None:
    if keys:
        Stake.objects.filter(pk__in=among(keys)).delete()


def _stakes(app_id: int, cells: Iterable[Cell]) -> Iterable[tuple[Any, ...]]:
    groups: dict[tuple[int | None, int | None], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.badness <= AT_RISK and cell.endpoint_id:
            groups[cell.domain_id, None if cell.domain_id else cell.endpoint_id].append(cell)
    for (domain, endpoint), found in groups.items():
        worst = min(found, key=lambda cell: (cell.badness, str(cell.window_start or "9")))
        dates = [cell.ship_by for cell in found if cell.badness <= WILL_FAIL and cell.ship_by]
        yield app_id, domain, endpoint, worst.badness, min(dates, default=None), worst.window_start
