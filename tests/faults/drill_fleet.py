"""Fills a drill's database, run by Python in a process of its own: an environment of endpoints and one app on all."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.utils import timezone

from certdash.actions.pin_sets import Upload, save_pin_set
from certdash.actions.scheduling import schedule
from certdash.models import Endpoint, ProbeSchedule, TrustStore
from tests.certdash import builders


def fill(root: str, pin_file: str, places: list[str]) -> None:
    """Endpoint number n connects to place number n; nobody has probed any of them, and none is due yet."""
    TrustStore.objects.create(name="drill", pem=root)
    environment = builders.environment()
    rows = [
        Endpoint(environment=environment, host=f"host{number}.drill.test", connect_to=[place])
        for number, place in enumerate(places)
    ]
    keys = [row.pk for row in Endpoint.objects.bulk_create(rows)]
    app = builders.app(environment.customer)
    app.environments.add(environment)
    save_pin_set(builders.release(app, share=100), Upload(pin_file.encode()), actor=None, now=timezone.now())
    schedule(keys, now=timezone.now())
    ProbeSchedule.objects.update(next_probe_at=timezone.now())


if __name__ == "__main__":
    fill(**json.loads(Path(sys.argv[1]).read_text()))
