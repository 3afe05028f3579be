"""The history of how apps stand: one row for each change, of older days the last one alone."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import TruncDate

from certdash.actions.bulk import insert_rows
from certdash.models import App, DailyCount, StandingChange
from certdash.queries.keys import among

# Of the last days every change is kept, because readers ask what happened since they were here; before, one a day.
EXACT = timedelta(days=7)
# A year and a month: a report can be held against the one of the same month a year ago.
KEPT = timedelta(days=400)
FIELDS = ("app", "badness", "users_at_risk", "active_users", "changed_at")


def record_standing(app_ids: Collection[int], *, now: datetime) -> None:
    """A row for each of these apps whose verdict or users are not those of its last row.

    The last one is the one that was written last: an evaluation that had to wait for its turn brings an older instant,
    which is moved to where the history has got.
    """
    last = StandingChange.objects.filter(app=OuterRef("pk")).order_by("-pk")
    rows = App.objects.filter(pk__in=among(app_ids)).order_by("pk")
    rows = rows.annotate(last_badness=Subquery(last.values("badness")[:1]))
    rows = rows.annotate(last_users=Subquery(last.values("users_at_risk")[:1]))
    rows = rows.annotate(last_at=Subquery(last.values("changed_at")[:1]))
    columns = ("pk", "badness", "users_at_risk", "active_users", "last_badness", "last_users", "last_at")
    found = [row for row in rows.values_list(*columns) if row[1:3] != row[4:6]]
    insert_rows(StandingChange, FIELDS, [(*row[:4], max(now, row[6] or now)) for row in found])


@transaction.atomic
def tidy_history(*, now: datetime) -> None:
    """What stood at the beginning of the time that is kept stays, whatever its age: it is how that time opens."""
    later = StandingChange.objects.filter(app=OuterRef("app"), changed_at__gt=OuterRef("changed_at"))
    rows, end = StandingChange.objects.order_by(), now - KEPT
    rows.filter(Exists(later.filter(changed_at__lte=end)), changed_at__lt=end).delete()
    same_day = later.annotate(day=TruncDate("changed_at")).filter(day=OuterRef("day"))
    older = rows.annotate(day=TruncDate("changed_at")).filter(changed_at__lt=now - EXACT)
    older.filter(Exists(same_day)).delete()
    DailyCount.objects.filter(day__lt=end.date()).delete()
