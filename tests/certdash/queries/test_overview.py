"""What the overview says first: every app that stops is in time, late, or cannot connect already."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import DailyCount, Role
from certdash.queries.access import access_of
from certdash.queries.formatting import Sentence
from certdash.queries.overview.page import overview
from tests.certdash import builders
from tests.certdash.fleet import BACKUP, DAY, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db


def words(sentence: Sentence) -> str:
    return "".join(part.text for part in sentence)


def test_every_app_that_stops_is_accounted_for() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    in_time = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=1000)
    in_time.app.review_days = in_time.app.adoption_days = in_time.app.buffer_days = 1
    in_time.app.save()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000)
    fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=500)
    evaluate_endpoints([endpoint.pk], now=NOW)

    page = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW)

    assert words(page.sentence) == (
        "If the platform certificate rotates on 14 Jan 2027, 3 of 3 apps stop connecting: 1 customer, about 3,500 "
        "users. 1 of them can still ship safely until 12 Dec."
    )
    assert words(page.more) == (
        "The rotation can start on 15 Dec. 1 app cannot connect even now. "
        "For the other 1 app the ship-by date has passed; a forced update is what remains. "
    )


def test_apps_that_cannot_connect_even_now_are_not_told_to_have_no_time_left() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=500)
    evaluate_endpoints([endpoint.pk], now=NOW)
    reader = access_of(builders.user(Role.PLATFORM_ADMIN))
    one = overview(reader, {}, NOW)
    fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=700)
    evaluate_endpoints([endpoint.pk], now=NOW)

    both = overview(reader, {}, NOW)

    assert words(one.sentence) == "1 of 1 app cannot connect now: about 500 users. Ship a fix at once."
    assert words(both.sentence) == "2 of 2 apps cannot connect now: about 1,200 users. Ship a fix at once."
    assert words(both.more) == "The rotation can start on 15 Dec. "


def test_where_most_have_stopped_already_the_present_comes_first() -> None:
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    for users in (500, 700):
        fleet.app(nsc("a.cloud.test", pin(BACKUP)), users=users)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=2000)
    evaluate_endpoints([endpoint.pk], now=NOW)

    page = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW)

    assert words(page.sentence) == (
        "2 of 3 apps cannot connect now: about 1,200 users. When the platform certificate rotates on 14 Jan 2027, "
        "1 more stops connecting. It has no time left to ship."
    )
    assert words(page.more) == (
        "The rotation can start on 15 Dec. For 1 app the ship-by date has passed; a forced update is what remains. "
    )


def test_the_last_safe_day_is_that_of_the_platforms_hosts_and_not_of_others() -> None:
    fleet = Fleet()
    default, custom = fleet.host("a.cloud.test"), fleet.host("api.acme.test")
    leaf = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + timedelta(days=20))
    serve(default, WILDCARD, ISSUING)
    serve(custom, leaf, ISSUING)
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    release.app.review_days = release.app.adoption_days = release.app.buffer_days = 1
    release.app.save()
    other = builders.release(release.app, "1.1", share=50)
    upload(other, nsc("api.acme.test", pin(leaf)))
    evaluate_endpoints([default.pk, custom.pk], now=NOW)

    page = overview(access_of(builders.user(Role.PLATFORM_ADMIN)), {}, NOW)

    assert words(page.sentence).endswith("It can still ship safely until 12 Dec.")


def stopping(fleet: Fleet, *hosts: str) -> None:
    """One app a host, each of which stops with the next certificate of its host."""
    keys = []
    for name in hosts:
        host = fleet.host(name)
        served = ISSUING.leaf(name, not_before=NOW - 60 * DAY, not_after=NOW + timedelta(days=100))
        serve(host, WILDCARD if name.endswith(".cloud.test") else served, ISSUING)
        fleet.app(nsc(name, pin(WILDCARD if name.endswith(".cloud.test") else served)))
        keys.append(host.pk)
    evaluate_endpoints(keys, now=NOW)


def test_the_blocks_are_as_high_as_the_stakes_of_the_reader() -> None:
    acme, globex = Fleet(), Fleet()
    stopping(acme, "a.cloud.test", "b.cloud.test", "api.acme.test")
    stopping(globex, "c.cloud.test")

    everyone = overview(access_of(builders.user(Role.PLATFORM_MANAGER)), {}, NOW)
    mine = overview(access_of(builders.user(Role.MANAGER, acme.customer)), {}, NOW)
    chosen = overview(access_of(builders.user(Role.PLATFORM_MANAGER)), {"customer": str(globex.customer.pk)}, NOW)

    labels = [page.timeline.lanes[0].blocks[0].fail_label for page in (everyone, mine, chosen)]
    assert labels == ["3 fail", "2 fail", "1 fail"]
    assert [[mark.label for mark in page.timeline.custom.marks] for page in (everyone, mine, chosen)] == [
        ["1 fail"],
        ["1 fail"],
        [],
    ]
    assert [page.acting_caption for page in (everyone, mine, chosen)] == [
        "4 apps, by badness then users",
        "3 apps, by badness then users",
        "1 app, by badness then users",
    ]


def test_the_last_column_of_the_trend_is_what_the_counts_say_now() -> None:
    fleet = Fleet()
    stopping(fleet, "a.cloud.test")
    DailyCount.objects.create(day=(NOW - DAY).date(), value="ready", apps=1)
    DailyCount.objects.create(day=NOW.date(), value="unknown", apps=1)

    page = overview(access_of(builders.user(Role.PLATFORM_MANAGER)), {}, NOW)

    assert [(row.name, row.counts) for row in page.trend_rows] == [
        ("24 Nov 2026", (0, 1, 0, 0, 0, 0)),
        ("23 Nov 2026", (0, 0, 0, 0, 0, 1)),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_costs_the_same_statements_however_many_apps_stop(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fleet = Fleet()
    stopping(fleet, *(f"h{number}.cloud.test" for number in range(count)), *(f"h{at}.test" for at in range(count)))
    access = access_of(builders.user(Role.PLATFORM_MANAGER))

    with django_assert_num_queries(22):
        overview(access, {}, NOW, NOW - DAY)
