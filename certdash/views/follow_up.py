"""What a view sets going when its write is committed: a probe, an evaluation."""

from collections.abc import Iterable

from django.db import transaction

from certdash.tasks.evaluating import evaluate_customer, evaluate_domain, evaluate_endpoints, evaluate_releases
from certdash.tasks.probing import offer_due


def probe_soon() -> None:
    """Offer what is due now instead of at the next beat."""
    transaction.on_commit(offer_due.delay)


def evaluate_all_of(customer: int) -> None:
    """Everything of a customer, in pieces."""
    transaction.on_commit(lambda: evaluate_customer.delay(customer))


def evaluate_scope(*, platform_domain: int | None, endpoint: int | None) -> None:
    """Of a rotation or a successor. A platform domain is evaluated in pieces: no message names all of its endpoints."""
    if endpoint is not None:
        evaluate_soon(endpoints=[endpoint])
    elif platform_domain is not None:
        transaction.on_commit(lambda: evaluate_domain.delay(platform_domain))


def evaluate_soon(*, endpoints: Iterable[int] = (), releases: Iterable[int] = ()) -> None:
    endpoint_keys, release_keys = list(endpoints), list(releases)
    if endpoint_keys:
        transaction.on_commit(lambda: evaluate_endpoints.delay(endpoint_keys))
    if release_keys:
        transaction.on_commit(lambda: evaluate_releases.delay(release_keys))
