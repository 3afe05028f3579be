"""What a task does while the database is away or busy: it comes again, a little later each time."""

from celery import Task
from django.db import InterfaceError, InternalError, OperationalError


class Retrying(Task):  # type: ignore[type-arg]  # the types of arguments are those of each task
    """The class of every task. Half a transaction leaves nothing behind, so that a task can start from its beginning.

    After the last attempt the beat takes over: what a lost task should have done is still due.
    """

    # InternalError is what a database says that may only be read for now, as during a change of the leading server.
    autoretry_for = (OperationalError, InterfaceError, InternalError)
    max_retries = 5
    retry_backoff = 1
    retry_backoff_max = 30
