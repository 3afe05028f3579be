"""Seeds the demo's story under the installation's folder; what exists stays as it is."""

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from certdash.demo.plan import lab_folder
from certdash.demo.seed import seed


class Command(BaseCommand):
    help = "Seeds the demo: a platform domain, 14 customers, about 40 apps, and the lab that serves their certificates."

    def handle(self, *_: object, **__: object) -> None:
        if not seed(lab_folder(settings.VAR), now=timezone.now()):
            self.stdout.write("The demo is seeded already; nothing was changed.")
