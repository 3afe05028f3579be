"""Ends with an error while a rotation would meet hosts about which nothing is foretold yet."""

import sys

from django.core.management import BaseCommand
from django.db.models import Q

from certdash.models import ProbeSchedule

NOT_YET = (
    "Not every server has been read for the first time, so nothing is foretold that a rotation could be held against. "
    "Wait until the overview shows verdicts, with the demo running, then rotate."
)


class Command(BaseCommand):
    help = "Ends with exit code 1 while an endpoint was never probed, or its first reading not evaluated."

    def handle(self, *_: object, **__: object) -> None:
        rows = ProbeSchedule.objects.all()
        waiting = rows.filter(Q(last_probe_at=None) | Q(unevaluated_since__isnull=False))
        if waiting.exists() or not rows.exists():
            self.stdout.write(NOT_YET)
            sys.exit(1)
