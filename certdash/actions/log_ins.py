"""How often a password may be tried: attempts are counted in the database, so that all web processes count together."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from certdash.models import LogInAttempt

SPAN = timedelta(minutes=10)
# Of one account from one address; of all accounts from one address, which a whole office may share.
MOST_OF_ACCOUNT = 10
MOST_OF_ADDRESS = 100


@transaction.atomic
def begin_log_in(account: str, address: str, *, now: datetime) -> timedelta | None:
    """How long to wait, or None when the password may be tried now.

    The attempt is counted before the password is looked at: of many at the same time, none slips through.
    """
    LogInAttempt.objects.filter(at__lte=now - SPAN).delete()
    key, place = _key(account), address[:64]
    from_address = LogInAttempt.objects.filter(address=place)
    of_account = from_address.filter(account=key)
    waits = [_wait(of_account, MOST_OF_ACCOUNT, now), _wait(from_address, MOST_OF_ADDRESS, now)]
    if longest := max((wait for wait in waits if wait), default=None):
        return longest
    LogInAttempt.objects.create(account=key, address=place, at=now)
    return None


@transaction.atomic
def forget_attempts(account: str, address: str) -> None:
    """After a log-in that succeeded."""
    LogInAttempt.objects.filter(account=_key(account), address=address[:64]).delete()


def _wait(attempts: QuerySet[LogInAttempt], most: int, now: datetime) -> timedelta | None:
    """Until so many attempts have lapsed that one more fits."""
    instants = attempts.order_by("-at").values_list("at", flat=True)[most - 1 : most]
    return next((instant + SPAN - now for instant in instants), None)


def _key(account: str) -> str:
    return hashlib.sha256(account.strip().casefold().encode(errors="replace")).hexdigest()
