"""A platform domain whose certificate lives for eighty days more, as of today, and what follows it."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import Endpoint, Role, Rotation, Successor
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, Fleet, nsc, pin, serve
from tests.pki import Issued, pem

DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0)


def leaves() -> tuple[Issued, Issued]:
    """Served now, for eighty days more, and what follows."""
    served = ISSUING.leaf("*.cloud.test", not_before=NOW - 20 * DAY, not_after=NOW + 80 * DAY)
    return served, ISSUING.leaf("*.cloud.test", not_before=NOW - DAY, not_after=NOW + 180 * DAY)


def platform_rotation(fleet: Fleet) -> tuple[Rotation, Endpoint, Issued]:
    served, following = leaves()
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(served)), users=700)
    serve(endpoint, served, ISSUING, at=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return Rotation.objects.get(), endpoint, following


def announce(fleet: Fleet, following: Issued, endpoint: Endpoint) -> Successor:
    target = Target(platform_domain=fleet.domain)
    words = Announcement(MIDNIGHT + 30 * DAY, None, "https://status.cloud.test/1", "Yearly")
    row = register(read_candidate(pem(following, ISSUING), target, now=NOW), target, words, actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return row


def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))
