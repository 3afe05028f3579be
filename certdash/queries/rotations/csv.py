"""The rotation list as CSV: what the filters leave, in the order and with the columns of the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from certdash.models import Rotation
from certdash.queries.access import Access
from certdash.queries.lists import keyset
from certdash.queries.lists.exports import Cell, export
from certdash.queries.lists.lists import Address
from certdash.queries.rotations.accuracy import Accuracy
from certdash.queries.rotations.effects import effects
from certdash.queries.rotations.list import (
    COLUMNS,
    OVER,
    endpoint_total,
    filtered,
    name_of,
    order_of,
    owner_of,
    short_evidence,
)
from certdash.queries.rotations.scope import Struck

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A rotation with the apps that stop and what its predictions were worth."""

    rotation: Rotation
    struck: Struck
    accuracy: Accuracy | None


def _predicted(one: Told) -> object:
    return one.accuracy.predicted_apps if one.accuracy else None


def _actual(one: Told) -> object:
    return one.accuracy.actual_apps if one.accuracy else None


CELLS: tuple[Cell[Told], ...] = (
    Cell("state", lambda one: one.rotation.state.replace("_", " ")),
    Cell("certificate", lambda one: name_of(one.rotation)),
    Cell("owner", lambda one: owner_of(one.rotation), "owner"),
    Cell("issued", lambda one: one.rotation.leaf.not_before, "lifetime"),
    Cell("expires", lambda one: one.rotation.leaf.not_after, "lifetime"),
    Cell("window start", lambda one: one.rotation.window_start, "window"),
    Cell("window end", lambda one: one.rotation.window_end, "window"),
    Cell("how we know", lambda one: short_evidence(one.rotation), "evidence"),
    Cell("endpoints", lambda one: endpoint_total(one.rotation), "endpoints"),
    Cell("apps that stop", lambda one: one.struck.apps, "apps"),
    Cell("users", lambda one: one.struck.users, "users"),
    Cell("began", lambda one: one.rotation.first_changed_at),
    Cell("ended", lambda one: one.rotation.done_at),
    Cell("apps predicted to stop", _predicted),
    Cell("apps that stopped", _actual),
)


def csv_rows(access: Access, given: Mapping[str, str], now: datetime) -> Iterator[tuple[str, ...]]:
    """Without a state chosen the open ones, as the table of the page."""
    place = Address(given)
    _, rows = filtered(access, place)
    chunks = (_told(access, chunk) for chunk in keyset.chunks(rows, order_of(place), CHUNK))
    return export(chunks, CELLS, place.columns(COLUMNS).shown)


def _told(access: Access, rows: list[Rotation]) -> Iterator[Told]:
    told = effects(
        [one for one in rows if one.state not in OVER], [one for one in rows if one.first_changed_at], access
    )
    return (Told(one, told.hit(one), told.accuracies.get(one.pk)) for one in rows)
