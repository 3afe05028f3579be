"""Counts of apps by verdict: right after each transaction that changes what they say, and put right if they are not."""

from datetime import date

import pytest

from certdash.actions.apps import archive_app, restore_app, save_app
from certdash.actions.customers import archive_customer, restore_customer
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.standing import refresh
from certdash.models import App, Endpoint, Release, StandingCount
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, DAY, EXPIRY, ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db

SHIP_BY = (EXPIRY - 68 * DAY).date()
Row = tuple[str, str, int, date | None, int, int]


def counts() -> list[Row]:
    rows = StandingCount.objects.select_related("customer", "platform_domain")
    found: list[Row] = []
    for row in rows:
        whose = row.customer.name if row.customer else ""
        found.append((whose, str(row.platform_domain or ""), row.badness, row.ship_by, row.apps, row.users))
    return sorted(found, key=lambda row: (row[:3], str(row[3])))


def of_all(customer: str, *rows: tuple[str, int, date | None, int, int]) -> list[Row]:
    """One customer's, and the same for all."""
    return [(whose, *row) for whose in ("", customer) for row in rows]


def stopping() -> tuple[Fleet, Endpoint, Release]:
    """One app with 1,000 users that stops with the next platform certificate."""
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=1000)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return fleet, endpoint, release


STOPPING = (("", 1, None, 1, 1000), ("*.cloud.test", 1, SHIP_BY, 1, 1000))


def test_an_app_counts_anywhere_and_below_the_domain_where_it_stops() -> None:
    fleet, endpoint, _ = stopping()
    fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=500)

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert counts() == of_all(
        fleet.customer.name,
        ("", 0, None, 1, 500),
        ("", 1, None, 1, 1000),
        ("*.cloud.test", 0, None, 1, 500),
        ("*.cloud.test", 1, SHIP_BY, 1, 1000),
    )


def test_what_no_app_stands_at_any_more_is_not_kept() -> None:
    fleet, endpoint, release = stopping()
    upload(release, nsc("a.cloud.test", pin(ROOT)))

    evaluate_endpoints([endpoint.pk], now=NOW)

    assert counts() == of_all(fleet.customer.name, ("", 5, None, 1, 0))


def test_a_new_app_counts_before_anything_is_known_of_it() -> None:
    acme = builders.customer("Acme")

    save_app(App(customer=acme, name="New"), [], actor=None, now=NOW)

    assert counts() == of_all("Acme", ("", 3, None, 1, 0))


def test_an_app_that_moves_counts_for_its_new_customer_alone() -> None:
    _, _, release = stopping()
    globex, app = builders.customer("Globex"), release.app
    app.refresh_from_db()
    app.customer = globex

    save_app(app, [], actor=None, now=NOW)

    assert counts() == of_all("Globex", *STOPPING)


def test_an_archived_app_counts_for_nothing_until_it_is_restored() -> None:
    fleet, _, release = stopping()

    archive_app(release.app, actor=None, now=NOW)
    without = counts()
    restore_app(release.app, actor=None, now=NOW)

    assert (without, counts()) == ([], of_all(fleet.customer.name, *STOPPING))


def test_apps_of_an_archived_customer_count_for_nothing_until_it_is_restored() -> None:
    fleet, _, _ = stopping()

    archive_customer(fleet.customer, actor=None, now=NOW)
    without = counts()
    restore_customer(fleet.customer, actor=None, now=NOW)

    assert (without, counts()) == ([], of_all(fleet.customer.name, *STOPPING))


def test_a_count_that_went_wrong_is_put_right_and_the_others_are_left_alone() -> None:
    fleet, _, _ = stopping()
    before = set(StandingCount.objects.values_list("pk", flat=True))
    StandingCount.objects.filter(customer=None, platform_domain=None).update(apps=7)
    StandingCount.objects.create(customer=fleet.customer, badness=0, apps=3)

    refresh(now=NOW)

    assert counts() == of_all(fleet.customer.name, *STOPPING)
    assert set(StandingCount.objects.values_list("pk", flat=True)) == before


def test_a_count_that_stands_there_twice_counts_once_again() -> None:
    fleet, _, _ = stopping()
    StandingCount.objects.create(customer=fleet.customer, badness=1, apps=9)

    refresh(now=NOW)

    assert counts() == of_all(fleet.customer.name, *STOPPING)
