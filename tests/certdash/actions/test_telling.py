"""Notices about what happens: one for each fact, customer and copy of the platform, written with its cause."""

from datetime import timedelta

import pytest

from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints
from certdash.actions.successors import Announcement, register, withdraw
from certdash.models import Customer, Endpoint, Notice, Rotation, Successor
from certdash.queries.judging.candidates import Target, read_candidate
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, NOW, SIBLING, SURPRISE, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

LATER = NOW + 22 * DAY
HOUR = timedelta(hours=1)


def announce(fleet: Fleet) -> Successor:
    target = Target(platform_domain=fleet.domain)
    candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)
    return register(candidate, target, Announcement(NOW + 21 * DAY, EXPIRY), actor=None, now=NOW)


def served(fleet: Fleet, *names: str) -> list[Endpoint]:
    endpoints = [fleet.host(f"{name}.cloud.test") for name in names]
    for endpoint in endpoints:
        serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW + HOUR)
    return endpoints


def rotate(endpoint: Endpoint, *chain: Issued) -> None:
    serve(endpoint, *chain, at=LATER)
    for domain_id in evaluate_endpoints([endpoint.pk], now=LATER):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=LATER)


def told(event: str, customer: Customer | None) -> list[tuple[str, bool, str, str]]:
    rows = Notice.objects.filter(event=event, customer=customer).order_by("pk")
    return [(row.subject, row.is_urgent, row.payload["what"], row.payload["so_what"]) for row in rows]


def test_an_app_that_gets_worse_is_told_once_a_day_and_verdict() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    announce(fleet)
    (endpoint,) = served(fleet, "a")

    evaluate_endpoints([endpoint.pk], now=NOW + 2 * HOUR)
    rotate(endpoint, NEXT, ISSUING)
    evaluate_endpoints([endpoint.pk], now=LATER + HOUR)

    name, owner = release.app.name, fleet.customer.name
    rows = told("app_worse", fleet.customer)
    assert [row[:3] for row in rows] == [
        (f"{name} will fail", False, f"{name} of {owner} will fail; about 700 users are concerned."),
        (f"{name} is failing", True, f"{name} of {owner} is failing; about 700 users are concerned."),
    ]
    assert {row[3].partition(":")[0] for row in rows} == {"a.cloud.test"}
    assert told("app_worse", None) == []


def test_an_app_that_gets_better_is_not_told() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(NEXT)))
    (endpoint,) = served(fleet, "a")
    Notice.objects.all().delete()

    rotate(endpoint, NEXT, ISSUING)

    assert Notice.objects.filter(event="app_worse").count() == 0


def test_an_announcement_and_its_withdrawal_are_told_to_everybody_below_the_domain() -> None:
    fleet, other, stranger = Fleet(), Fleet(), Fleet()
    served(fleet, "a")
    served(other, "b")

    withdraw(announce(fleet), actor=None, now=NOW + DAY)

    subjects = [
        "Next certificate of *.cloud.test announced",
        "Announced certificate of *.cloud.test withdrawn",
    ]
    for customer, found in ((None, subjects), (fleet.customer, subjects), (other.customer, subjects)):
        rows = Notice.objects.filter(customer=customer, event__startswith="successor").order_by("pk")
        assert list(rows.values_list("subject", flat=True)) == found
    assert Notice.objects.filter(customer=stranger.customer).count() == 0


def test_a_rotation_as_announced_is_information_and_says_who_was_to_stop() -> None:
    fleet, other = Fleet(), Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    served(other, "b")
    endpoint = served(fleet, "a")[0]

    rotate(endpoint, NEXT, ISSUING)

    what = "*.cloud.test serves another certificate since 16 Dec 2026, 12:00 UTC."
    stops = ("*.cloud.test rotates", False, what, "1 app was predicted to stop.")
    assert told("rotation_began", fleet.customer) == [stops]
    assert told("rotation_began", None) == [stops]
    assert told("rotation_began", other.customer) == [
        ("*.cloud.test rotates", False, what, "No app was predicted to stop.")
    ]


@pytest.mark.parametrize(
    ("is_announced", "chain", "why"),
    [
        (False, (NEXT, ISSUING), "Nobody had announced it."),
        (True, (SURPRISE, SIBLING), "The certificate is not the one that was announced."),
    ],
    ids=["unannounced", "another certificate"],
)
def test_a_rotation_that_nobody_expected_is_an_alarm(is_announced: bool, chain: tuple[Issued, ...], why: str) -> None:
    fleet = Fleet()
    if is_announced:
        announce(fleet)
    (endpoint,) = served(fleet, "a")

    rotate(endpoint, *chain)

    assert [row[:2] + row[3:] for row in told("rotation_began", None)] == [
        ("Unexpected: *.cloud.test rotates", True, f"{why} No app was predicted to stop.")
    ]


def test_a_rotation_that_is_done_tells_its_misses_first() -> None:
    fleet = Fleet()
    announce(fleet)
    release = fleet.app(nsc("a.cloud.test", pin(ISSUING)), users=5000)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=100)
    (endpoint,) = served(fleet, "a")

    rotate(endpoint, SURPRISE, SIBLING)

    so_what = (
        f"1 of 2 predictions came out wrong: {release.app.name} 1.0 Android on a.cloud.test was to connect and "
        "stopped. Predicted 1 app to stop, actual 2."
    )
    assert told("rotation_done", fleet.customer) == [
        ("*.cloud.test has rotated", False, "The rotation of *.cloud.test is done.", so_what)
    ]
    assert told("rotation_done", None) == told("rotation_done", fleet.customer)


def test_the_renewal_of_a_custom_domain_is_told_when_done_and_to_its_customer_alone() -> None:
    fleet = Fleet()
    old, new = (ISSUING.leaf("api.acme.test", not_after=EXPIRY + days * DAY) for days in (0, 90))
    endpoint = fleet.host("api.acme.test")
    serve(endpoint, old, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW + HOUR)
    Rotation.objects.update(window_start=LATER - DAY)

    rotate(endpoint, new, ISSUING)

    rows = Notice.objects.filter(event__startswith="rotation").values_list("event", "customer")
    assert list(rows) == [("rotation_done", fleet.customer.pk)]
