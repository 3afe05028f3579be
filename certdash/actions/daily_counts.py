"""The daily count: how many apps stand at each verdict, per customer and in all, at the end of a day."""

from collections import Counter
from datetime import date

from django.db import transaction

from certdash.actions.turns import take_turn_alone
from certdash.models import App, DailyCount
from pins.verdict import Value


@transaction.atomic
def count_day(day: date) -> None:
    """Write the counts of `day` anew; the last count of a day stands."""
    take_turn_alone()
    rows = App.objects.filter(archived_at=None, customer__archived_at=None).values_list("customer_id", "badness")
    counts: Counter[tuple[int | None, int]] = Counter()
    for customer_id, badness in rows:
        counts[customer_id, badness] += 1
        counts[None, badness] += 1
    DailyCount.objects.filter(day=day).delete()
    values = list(Value)
    DailyCount.objects.bulk_create(
        DailyCount(day=day, customer_id=customer_id, value=values[badness], apps=apps)
        for (customer_id, badness), apps in sorted(counts.items(), key=lambda entry: (entry[0][0] or 0, entry[0][1]))
    )
