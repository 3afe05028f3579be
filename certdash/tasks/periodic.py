"""Tasks that the beat asks for: of several messages within one interval, one has an effect."""

from collections.abc import Callable
from functools import wraps

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from certdash.actions.periodic import begin


def periodic(run: Callable[[], None]) -> Task[[], None]:
    """A task of the schedule; its interval stands in the settings under its name."""
    name = f"{run.__module__}.{run.__name__}"

    @wraps(run)
    def run_when_due() -> None:
        if begin(name, every=settings.PERIODIC[name], now=timezone.now()):
            run()

    task: Task[[], None] = shared_task(name=name)(run_when_due)
    return task
