"""Tasks of evaluation: a few endpoints or releases, a whole platform domain, everything now and then."""

from collections.abc import Iterable
from datetime import timedelta

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from certdash.actions import daily_counts, evaluating, readiness, standing
from certdash.models import Endpoint, Release
from certdash.queries.judging.pairs import watched_endpoints
from certdash.queries.loading import chunks
from certdash.tasks.periodic import periodic

# A transaction that holds the writer's place in SQLite for a second at most.
CHUNK = 4000
RELEASES = 1000


@shared_task
def evaluate_endpoints(endpoint_ids: list[int]) -> None:
    """Where a rotation has begun, the rest of its platform domain follows."""
    _follow(evaluating.evaluate_endpoints(endpoint_ids, now=timezone.now()))


@shared_task
def evaluate_releases(release_ids: list[int]) -> None:
    _follow(evaluating.evaluate_releases(release_ids, now=timezone.now()))


@shared_task
def evaluate_domain(platform_domain_id: int) -> None:
    for chunk in chunks(evaluating.endpoints_of_domain(platform_domain_id), CHUNK):
        evaluate_endpoints.delay(chunk)


@shared_task
def evaluate_customer(customer_id: int) -> None:
    """One that was put away stops nothing any more; one that came back is decided anew, though its chains stayed."""
    releases = Release.objects.filter(app__customer=customer_id, retired_at=None).order_by("pk")
    _offer_releases(releases.values_list("pk", flat=True))
    hosts = Endpoint.objects.filter(environment__customer=customer_id, archived_at=None).order_by("pk")
    _offer(hosts.values_list("pk", flat=True))


@shared_task
def derive_around(endpoint_ids: list[int]) -> None:
    """Hosts that nobody had read for a while are read again, unchanged: what stands of them is not unknown any more."""
    standing.derive_around(endpoint_ids, now=timezone.now())


@periodic
def evaluate_all() -> None:
    """Every few hours: windows move, pin sets expire, and policy changes without any event."""
    _offer(watched_endpoints().order_by("pk").values_list("pk", flat=True))
    _offer_releases(Release.objects.filter(retired_at=None).order_by("pk").values_list("pk", flat=True))


@periodic
def refresh_standing() -> None:
    """What nobody has read for a while turns unknown; what lists are filtered by and the day's counts follow."""
    now = timezone.now()
    standing.refresh(now=now)
    evaluating.refresh_kept()
    day = (now - timedelta(minutes=5)).date()
    daily_counts.count_day(day)
    readiness.count_rotations(day, now=now)


def _follow(domain_ids: Iterable[int]) -> None:
    for domain_id in domain_ids:
        evaluate_domain.delay(domain_id)


def _offer_releases(release_ids: "QuerySet[Release, int]") -> None:
    for chunk in chunks(release_ids.iterator(), RELEASES):
        evaluate_releases.delay(chunk)


def _offer(endpoint_ids: Iterable[int]) -> None:
    for chunk in chunks(endpoint_ids, CHUNK):
        evaluate_endpoints.delay(chunk)
