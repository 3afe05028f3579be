"""How well rotations were predicted: one row of the list, in counts and in a word."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from certdash.models import Prediction
from certdash.queries.access import Access
from certdash.queries.formatting import number
from certdash.queries.risk.predictions import GOES_ON, STOPS


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`right` and `wrong` count predictions that could be told, the apps those that stop."""

    predicted_apps: int
    actual_apps: int
    right: int
    wrong: int
    waiting: int
    word: str
    value: str


FIGURES = ("rotation", "predicted_apps", "actual_apps", "right", "wrong", "waiting")


def accuracy_rows(keys: list[int], access: Access) -> QuerySet[Prediction, Any]:
    """What was predicted of these rotations, counted: a row of `FIGURES` each."""
    stopped, went_on = Q(actual__in=STOPS), Q(actual__in=GOES_ON)
    to_stop, to_go_on = Q(predicted__in=STOPS), Q(predicted__in=GOES_ON)
    rows = Prediction.objects.filter(access.rows("release__app__customer_id"), rotation__in=keys).order_by()
    return rows.values("rotation").annotate(
        predicted_apps=Count("release__app", filter=to_stop, distinct=True),
        actual_apps=Count("release__app", filter=stopped, distinct=True),
        right=Count("pk", filter=to_stop & stopped | to_go_on & went_on),
        wrong=Count("pk", filter=to_stop & went_on | to_go_on & stopped),
        waiting=Count("pk", filter=Q(actual="")),
    )


def accuracy(predicted_apps: int, actual_apps: int, right: int, wrong: int, waiting: int) -> Accuracy:
    settled = right + wrong
    if not settled:
        word, value = "none to tell yet", "unknown"
    elif wrong:
        word, value = f"{number(wrong)} of {number(settled)} {'was' if wrong == 1 else 'were'} wrong", "failing"
    else:
        word, value = f"all {number(settled)} right" if settled > 1 else "the one was right", "ready"
    return Accuracy(predicted_apps, actual_apps, right, wrong, waiting, word, value)
