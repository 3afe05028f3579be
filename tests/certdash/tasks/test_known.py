"""A worker knows every task that the beat asks for, from the settings alone."""

import subprocess
import sys

from django.conf import settings

PROGRAM = """
from certdash.celery import app
app.loader.import_default_modules()
print(*sorted(name for name in app.tasks if name.startswith("certdash.")))
"""


def test_a_worker_knows_every_task_that_the_beat_asks_for() -> None:
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()

    assert set(settings.PERIODIC) - set(found) == set()
