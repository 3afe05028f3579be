"""Which certificates watched hosts serve now, by customer: counted as intervals open and end, not when a page asks."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from certdash.actions.bulk import insert_rows
from certdash.models import Certificate, Observation, Serving
from certdash.queries.keys import among

# A certificate and a customer whose hosts serve it.
Place = tuple[int, int]


@contextmanager
def counting(endpoint_ids: Collection[int]) -> Iterator[None]:
    """Around a write that changes what these endpoints serve, whether they are watched, or whose they are.

    Part of the write's transaction, which it must end: no worker that dies between the two leaves a wrong count.
    """
    before = _counts(_served().filter(endpoint__in=among(endpoint_ids)))
    yield
    after = _counts(_served().filter(endpoint__in=among(endpoint_ids)))
    _add({place: after[place] - before[place] for place in before.keys() | after.keys()})


@transaction.atomic
def recount() -> None:
    """Everything anew: heals what was written past `counting`. The difference is added, so that nobody has to wait."""
    fresh = _counts(_served())
    stored = {(pk, customer): hosts for pk, customer, hosts in _stored().iterator()}
    _add({place: fresh[place] - stored.get(place, 0) for place in fresh.keys() | stored.keys()})
    Certificate.objects.filter(Exists(_kept()), is_served=False).update(is_served=True)
    Certificate.objects.filter(~Exists(_kept()), is_served=True).update(is_served=False)


def _served() -> QuerySet[Observation]:
    """Open intervals of endpoints that have a schedule: the others nobody reads any more."""
    return Observation.objects.filter(ended_at=None, chain__isnull=False, endpoint__schedule__isnull=False)


def _counts(rows: QuerySet[Observation]) -> Counter[Place]:
    found = rows.order_by().values_list("chain__links__certificate_id", "endpoint__environment__customer_id")
    counted = found.annotate(hosts=Count("endpoint", distinct=True))
    return Counter({(pk, customer): hosts for pk, customer, hosts in counted if pk})


def _stored() -> QuerySet[Serving, tuple[int, int, int]]:
    return Serving.objects.order_by().values_list("certificate_id", "customer_id", "hosts")


def _add(differences: Mapping[Place, int]) -> None:
    changed = {place: by for place, by in differences.items() if by}
    if not changed:
        return
    touched = sorted({pk for pk, _ in changed})
    # Two batches may concern the same certificate, and each decides after the other whether it is served.
    list(Certificate.objects.filter(pk__in=among(touched)).order_by("pk").select_for_update().values_list("pk"))
    insert_rows(Serving, ("certificate", "customer", "hosts"), [(*place, 0) for place in sorted(changed)])
    by_amount: dict[tuple[int, int], list[int]] = {}
    for (pk, customer), by in changed.items():
        by_amount.setdefault((customer, by), []).append(pk)
    for (customer, by), keys in sorted(by_amount.items()):
        Serving.objects.filter(customer=customer, certificate__in=among(keys)).update(hosts=F("hosts") + by)
    _mark(pk for (pk, _), by in changed.items() if by > 0)
    _unmark(pk for (pk, _), by in changed.items() if by < 0)


def _mark(certificate_ids: Iterable[int]) -> None:
    if keys := set(certificate_ids):
        rows = Certificate.objects.filter(pk__in=among(keys), is_served=False)
        rows.filter(Exists(_kept())).update(is_served=True)


def _unmark(certificate_ids: Iterable[int]) -> None:
    if keys := set(certificate_ids):
        rows = Certificate.objects.filter(pk__in=among(keys), is_served=True)
        rows.filter(~Exists(_kept())).update(is_served=False)


def _kept() -> QuerySet[Serving]:
    return Serving.objects.filter(certificate=OuterRef("pk"), hosts__gt=0)
