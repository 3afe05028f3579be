"""The Celery app and its beat; which tasks exist is said in `certdash.tasks`."""

import gc
import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certdash.settings")

TRANSPORT_ALIASES["filesystem"] = "certdash.runtime.file_queue:Transport"

# Certificates and pin files stay in memory; to walk through them at every 700 new objects, as Python does by itself,
# costs a fifth of an evaluation.
gc.set_threshold(20_000, 20, 20)

app = Celery("certdash", task_cls="certdash.tasks.retrying:Retrying")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["certdash"])
