"""Makes marks of missing evaluations old and offers them, as the beat does every minute; a process of its own."""

from datetime import timedelta

import django

django.setup()

from django.db.models import F

from certdash.models import PeriodicRun, ProbeSchedule
from certdash.tasks.probing import offer_unevaluated

if __name__ == "__main__":
    ProbeSchedule.objects.update(unevaluated_since=F("unevaluated_since") - timedelta(hours=1))
    PeriodicRun.objects.filter(name=offer_unevaluated.name).delete()
    offer_unevaluated.delay()
