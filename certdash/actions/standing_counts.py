"""Counts of apps by verdict: moved by what a transaction changes of some apps, and all made anew now and then."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from certdash.actions.bulk import insert_rows, update_rows
from certdash.actions.turns import take_turn_alone
from certdash.models import App, Stake, StandingCount
from certdash.queries.keys import among

# Customer, platform domain, badness and last safe day, as in StandingCount.
Key = tuple[int | None, int | None, int, date | None]
# Apps and their users at risk.
Figures = tuple[int, int]
Counts = Mapping[Key, Figures]
KEY, FIGURES = ("customer", "platform_domain", "badness", "ship_by"), ("apps", "users")
NOBODY: Figures = (0, 0)


@contextmanager
def kept_right(app_ids: Callable[[], Collection[int]]) -> Iterator[None]:
    """Around whatever changes which apps there are and whose. It waits for its turn, so it comes first of all."""
    take_turn_alone()
    before = counted(app_ids())
    yield
    move(before, counted(app_ids()))


def counted(app_ids: Collection[int]) -> Counts:
    """What these apps count for: nothing where they or their customer are archived. Two statements."""
    apps = App.objects.filter(pk__in=among(app_ids), archived_at=None, customer__archived_at=None).order_by()
    stakes = Stake.objects.filter(app__in=among(app_ids), platform_domain__isnull=False).order_by()
    stakes = stakes.filter(app__archived_at=None, app__customer__archived_at=None)
    own = apps.values_list("customer_id", "badness").annotate(Count("pk"), Sum("users_at_risk"))
    place = ("app__customer_id", "platform_domain_id", "badness", "ship_by")
    below = stakes.values_list(*place).annotate(Count("pk"), Sum("app__users_at_risk"))
    found: dict[Key, Figures] = {}
    for customer, badness, *figures in own:
        _add(found, (customer, None, badness, None), figures)
    for customer, domain, badness, ship_by, *figures in below:
        _add(found, (customer, domain, badness, ship_by), figures)
    return found


def _add(found: dict[Key, Figures], key: Key, figures: Iterable[Any]) -> None:
    """For its customer and for all."""
    apps, users = figures
    for one in (key, (None, *key[1:])):
        before = found.get(one, NOBODY)
        found[one] = before[0] + apps, before[1] + users


def move(before: Counts, after: Counts) -> None:
    """Call it with what some apps counted for before they were written and what they count for now.

    Whoever does has waited for its turn first: rows are read and then written.
    """
    moved = {key: _less(after.get(key, NOBODY), before.get(key, NOBODY)) for key in {*before, *after}}
    moved = {key: figures for key, figures in moved.items() if figures != NOBODY}
    if moved:
        whose = {key[0] for key in moved if key[0] is not None}
        stored = _stored(StandingCount.objects.filter(Q(customer=None) | Q(customer__in=among(whose))))
        _write({key: _more(stored, key, figures) for key, figures in moved.items()}, stored)


def recount() -> None:
    """All anew; only what differs is written. A row that another one repeats goes: both would be added up."""
    stored = _stored(StandingCount.objects.all())
    StandingCount.objects.exclude(pk__in=among(pk for pk, _ in stored.values())).delete()
    fresh = counted(list(App.objects.order_by().values_list("pk", flat=True)))
    _write({**dict.fromkeys(stored, NOBODY), **fresh}, stored)


Stored = Mapping[Key, tuple[int, Figures]]


def _stored(rows: "QuerySet[StandingCount]") -> Stored:
    columns = rows.order_by().values_list("pk", "customer_id", "platform_domain_id", "badness", "ship_by", *FIGURES)
    return {(row[1], row[2], row[3], row[4]): (row[0], (row[5], row[6])) for row in columns}


def _less(one: Figures, other: Figures) -> Figures:
    return one[0] - other[0], one[1] - other[1]


def _more(stored: Stored, key: Key, figures: Figures) -> Figures:
    """Never below nothing, whatever was written behind the back of these counts; the next recount puts that right."""
    known = stored[key][1] if key in stored else NOBODY
    return max(known[0] + figures[0], 0), max(known[1] + figures[1], 0)


def _write(wanted: Counts, stored: Stored) -> None:
    gone = [stored[key][0] for key, figures in wanted.items() if key in stored and not figures[0]]
    StandingCount.objects.filter(pk__in=among(gone)).delete()
    kept = ((key, figures) for key, figures in wanted.items() if figures[0])
    created, updated = [], []
    for key, figures in kept:
        if key not in stored:
            created.append((*key, *figures))
        elif stored[key][1] != figures:
            updated.append((stored[key][0], *figures))
    update_rows(StandingCount, FIGURES, updated)
    insert_rows(StandingCount, (*KEY, *FIGURES), created)
