"""Why an endpoint's rotation is expected when it is: what was seen, what is the rule, and what follows."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import Endpoint, Role, Verdict
from certdash.queries.access import Access
from certdash.queries.environments.page import environment_page
from certdash.queries.formatting import span
from certdash.queries.judging.candidates import Target, read_candidate
from certdash.queries.judging.stakes import stakes
from certdash.queries.risk.figures import platform_rotations
from certdash.queries.rotations.windows import YEAR, platform_windows
from tests.certdash.fleet import (
    DAY,
    EXPIRY,
    ISSUING,
    NEXT,
    NEXT_EXPIRY,
    NOW,
    SIBLING,
    WILDCARD,
    Fleet,
    nsc,
    pin,
    serve,
)
from tests.pki import Authority, Issued, pem

pytestmark = pytest.mark.django_db
HOST = "api.acme.test"
ADMIN = Access(0, Role.PLATFORM_ADMIN, {})


def facts(endpoint: Endpoint) -> dict[str, str]:
    evaluate_endpoints([endpoint.pk], now=NOW)
    page = environment_page(endpoint.environment, ADMIN, NOW)
    return {fact.label: fact.text for fact in page.endpoints[0].forecast}


def leaf(authority: Authority, until: int) -> Issued:
    """A leaf that ended or ends so many days after now."""
    end = NOW + until * DAY
    return authority.leaf(HOST, not_before=end - 90 * DAY, not_after=end)


def test_a_platform_certificate_may_change_any_day_and_has_no_past_yet() -> None:
    endpoint = Fleet().host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)

    found = facts(endpoint)

    assert found["Window"] == "15 Dec – 14 Jan: assumed: platforms rotate within the last 30 days."
    assert found["Expiry"] == "The served certificate was issued for 200 days and ends on 14 Jan 2027."
    assert found["Any day"].startswith("The platform owns this certificate")
    assert found["Past renewals"] == "None was seen yet, so neither the key nor the intermediate is known to stay."
    assert found["Policy"].startswith("What is issued on 14 Jan 2027 may live 200 days at most")


def test_past_renewals_are_counted_once_however_many_addresses_made_them() -> None:
    endpoint = Fleet().host(HOST)
    first, second, third, now = (leaf(ISSUING, -100), leaf(ISSUING, -40), leaf(SIBLING, 20), leaf(SIBLING, 80))
    for address in ("192.0.2.1", "192.0.2.2"):
        serve(endpoint, first, ISSUING, at=NOW - 150 * DAY, address=address)
        serve(endpoint, second, ISSUING, at=NOW - 101 * DAY, address=address)
        serve(endpoint, third, SIBLING, at=NOW - 52 * DAY, address=address)
        serve(endpoint, now, SIBLING, at=NOW - 10 * DAY, address=address)

    found = facts(endpoint)

    assert found["Past renewals"] == (
        "The key stayed in 0 of 3 renewals, the intermediate in 2 of 3. The earliest came 30 days before expiry, half "
        "of them 12 days before expiry or sooner, the latest 1 day before expiry."
    )
    assert found["Window"].endswith("learned from this owner's earlier rotations.")
    assert "Any day" not in found


def test_what_follows_obeys_the_limits_of_its_own_day_and_stops_at_two_years() -> None:
    endpoint = Fleet().host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)

    found = facts(endpoint)

    # 199 days for what is issued on 15 December, 100 for what is issued after 15 March; the lead shrinks with them
    assert found["After that"].startswith("2 Jun – 2 Jul; 25 Aug – 10 Sep; 18 Nov – 3 Dec 2027; ")
    assert "and 4 more until 23 Nov 2028" in found["After that"]


def test_a_private_authority_is_free_of_the_policy() -> None:
    fleet = Fleet()
    fleet.store.is_public = False
    fleet.store.save()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)

    found = facts(endpoint)

    assert found["Policy"] == "A private authority: the lifetime limits of public certificates do not bind it."
    assert str(EXPIRY.year + 1) in found["After that"]


@pytest.mark.parametrize("is_public", [True, False], ids=["public", "private"])
@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "assumed"])
def test_overview_host_and_app_name_the_same_later_windows(is_public: bool, is_announced: bool) -> None:
    fleet = Fleet()
    fleet.store.is_public = is_public
    fleet.store.save()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    if is_announced:
        target, words = Target(platform_domain=fleet.domain), Announcement(NOW + 20 * DAY)
        register(read_candidate(pem(NEXT, ISSUING), target, now=NOW), target, words, actor=None, now=NOW)

    text = facts(endpoint)["After that"]

    shown = [named.window for named in platform_windows(platform_rotations(), {}, NOW)]
    cells = Verdict.objects.filter(release=release).select_related("endpoint__environment", "endpoint__schedule")
    later = stakes(cells, NOW)[0].later
    assert [(one.start, one.end) for one in shown[1:]] == [
        (one.earliest, one.latest) for one in later if one.earliest < NOW + YEAR
    ]
    assert text.startswith("; ".join(span(one.start, one.end, NOW) for one in shown[1:4]))
    assert (shown[1].end == NEXT_EXPIRY) is is_announced


def test_nothing_is_forecast_for_a_host_that_was_never_read() -> None:
    endpoint = Fleet().host("a.cloud.test")
    serve(endpoint)

    assert facts(endpoint) == {}
