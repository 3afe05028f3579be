"""Makes every endpoint due at once; the beat offers them at its next tick."""

from django.core.management import BaseCommand
from django.utils import timezone

from certdash.actions.probing import request_now
from certdash.queries.judging.pairs import watched_endpoints


class Command(BaseCommand):
    help = "Makes every endpoint due at once; a running worker probes them within seconds."

    def handle(self, *_: object, **__: object) -> None:
        keys = list(watched_endpoints().values_list("pk", flat=True))
        self.stdout.write(f"{request_now(keys, now=timezone.now())} endpoints are due now.")
