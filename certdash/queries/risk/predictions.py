"""Predicted against actual: what a finished or running rotation says about the verdicts that stood before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from certdash.models import Prediction, Rotation
from pins.verdict import Value

Outcome = Literal["open", "right", "wrong", "unsettled"]
STOPS = frozenset({Value.FAILING, Value.WILL_FAIL})
GOES_ON = frozenset({Value.READY, Value.UNPROTECTED})


def outcome(predicted: str, actual: str) -> Outcome:
    """Both are values of a half: of `next` before the rotation, of `now` after it.

    `at_risk` and `unknown` settle nothing: whatever came, they were neither right nor wrong.
    """
    if not actual:
        return "open"
    before, after = Value(predicted), Value(actual)
    if before not in STOPS | GOES_ON or after not in STOPS | GOES_ON:
        return "unsettled"
    return "right" if (before in STOPS) == (after in STOPS) else "wrong"


@dataclass(frozen=True, slots=True)
class Miss:
    """A prediction that did not come true."""

    app_id: int
    app: str
    release: str
    host: str
    predicted: str
    actual: str
    predicted_reason: str
    actual_reason: str
    users: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Apps that stop with at least one release, and the users of these releases, each counted once."""

    apps: int
    users: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`actual` counts what has been read since; while any cell is open it is not the last word."""

    predicted: Tally
    actual: Tally
    cells: int
    open_cells: int
    misses: tuple[Miss, ...]

    @property
    def is_complete(self) -> bool:
        return self.cells > 0 and self.open_cells == 0


def compare(rotation: Rotation, customers: Q | None = None) -> Comparison:
    """`customers` limits the cells to what a reader may see: `access.rows("release__app__customer_id")`."""
    rows = list(
        Prediction.objects.filter(customers or Q(), rotation=rotation)
        .select_related("release__app", "endpoint")
        .order_by("pk")
    )
    return Comparison(
        _tally(row for row in rows if row.predicted in STOPS),
        _tally(row for row in rows if row.actual in STOPS),
        len(rows),
        sum(not row.actual for row in rows),
        tuple(_miss(row) for row in rows if outcome(row.predicted, row.actual) == "wrong"),
    )


def _tally(rows: Iterable[Prediction]) -> Tally:
    users = {(row.release.app_id, row.release_id): row.users for row in rows}
    return Tally(len({app_id for app_id, _ in users}), sum(users.values()))


def _miss(row: Prediction) -> Miss:
    return Miss(
        row.release.app_id,
        row.release.app.name,
        str(row.release),
        row.endpoint.host,
        row.predicted,
        row.actual,
        row.predicted_reason,
        row.actual_reason,
        row.users,
    )
