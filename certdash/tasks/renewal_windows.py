"""The task that asks authorities when they suggest to renew what is served."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from certdash.actions.renewal_windows import Question, keep, questions
from certdash.probes.connection import Failure, Limits
from certdash.probes.guard import parse_networks
from certdash.probes.renewal_info import ask
from certdash.queries.loading import chunks
from certdash.tasks.evaluating import CHUNK, evaluate_endpoints
from certdash.tasks.periodic import periodic
from pins.renewal_info import Suggestion

# RFC 9773 §4.3: at least twice a day
EVERY = timedelta(hours=6)
# Of one authority in one run; what is left comes first in the next.
MOST = 500

log = logging.getLogger(__name__)


@periodic
def ask_authorities() -> None:
    """Those that ACME_DIRECTORIES names, and nobody else."""
    for issuer, directory in settings.ACME_DIRECTORIES.items():
        now = timezone.now()
        answers = _asked(directory, questions(issuer, asked_before=now - EVERY, now=now, most=MOST))
        for chunk in chunks(keep(answers, now=timezone.now()), CHUNK):
            evaluate_endpoints.delay(chunk)


def _asked(directory: str, wanted: list[Question]) -> dict[int, Suggestion | None]:
    """Without what could not be asked: it keeps what is known and is asked about again."""
    keys = {one.identifier: one.certificate_id for one in wanted}
    limits = Limits(settings.ACME_DEADLINE, parse_networks(settings.PROBE_ALLOWED_NETWORKS), settings.ACME_CA_FILE)
    found: dict[int, Suggestion | None] = {}
    for name, answer in ask(directory, keys, limits) if keys else ():
        if isinstance(answer, Failure):
            log.warning("%s: %s", directory, answer.reason)
            break
        found[keys[name]] = answer
    return found
