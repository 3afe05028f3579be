"""Notices about what time brings: at the step and not before, once, and not for what somebody has answered."""

from datetime import date, datetime, timedelta

import pytest

from certdash.actions.acknowledgements import Plan, acknowledge
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.looking import look
from certdash.models import Endpoint, Notice, ProbeSchedule, Release, Rotation, Successor, Verdict
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 80 * DAY, not_after=NOW + 40 * DAY - SECOND)


def subjects(event: str, now: datetime) -> list[str]:
    """What is there after a look; a second look at the same time adds nothing."""
    look(now=now)
    look(now=now)
    return list(Notice.objects.filter(event=event).order_by("pk").values_list("subject", flat=True))


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def custom(fleet: Fleet, *names: str) -> list[Endpoint]:
    endpoints = [fleet.host(name) for name in names]
    for endpoint in endpoints:
        serve(endpoint, CUSTOM, ISSUING)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW - DAY)
    return endpoints


def test_one_notice_for_all_hosts_of_a_certificate_at_each_step(fleet: Fleet) -> None:
    custom(fleet, "api.acme.test", "www.acme.test")

    found = [
        len(subjects("certificate_expires", now))
        for now in (NOW - 2 * SECOND, NOW - SECOND, NOW + 20 * DAY, NOW + 30 * DAY, NOW + 41 * DAY)
    ]

    assert found == [0, 1, 2, 3, 3]
    what = (
        "The certificate of api.acme.test and www.acme.test expires on 3 Jan 2027, in 40 days; less than a third of "
        "its lifetime is left."
    )
    first, *_, last = Notice.objects.filter(event="certificate_expires").order_by("pk")
    assert (first.subject, first.is_urgent, first.customer, first.payload["what"]) == (
        "Certificate of api.acme.test expires 3 Jan",
        False,
        fleet.customer,
        what,
    )
    assert last.is_urgent


def test_a_renewal_that_is_announced_is_not_told_until_its_window_has_passed(fleet: Fleet) -> None:
    (endpoint,) = custom(fleet, "api.acme.test")
    Successor.objects.create(
        endpoint=endpoint, kind="public_key", material="", registered_at=NOW, window_end=NOW + 5 * DAY
    )

    found = [len(subjects("certificate_expires", now)) for now in (NOW + HOUR, NOW + 5 * DAY)]

    assert found == [0, 1]


def test_the_platforms_own_certificate_has_its_rotation_instead(fleet: Fleet) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)

    assert subjects("certificate_expires", EXPIRY - DAY) == []


SHIP_BY = date(2026, 12, 20)


def needy(fleet: Fleet, last: date = SHIP_BY) -> tuple[Release, Rotation]:
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    Verdict.objects.update(badness=1, value="will_fail", ship_by=last)
    return release, Rotation.objects.get()


def at(day: int) -> datetime:
    return datetime(2026, 12, day, 9, tzinfo=NOW.tzinfo)


def test_a_ship_by_date_is_told_of_14_7_and_1_days_before_and_when_it_has_passed(fleet: Fleet) -> None:
    release, _ = needy(fleet)

    found = [len(subjects("ship_by", at(day))) for day in (5, 6, 12, 13, 18, 19, 20, 21, 28)]

    assert found == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    name = release.app.name
    rows = Notice.objects.filter(event="ship_by").order_by("pk")
    assert [(row.subject, row.is_urgent, row.app_id) for row in rows] == [
        (f"{name}: ship by 20 Dec", False, release.app_id),
        (f"{name}: ship by 20 Dec", False, release.app_id),
        (f"{name}: ship by 20 Dec", True, release.app_id),
        (f"{name}: ship-by date passed", True, release.app_id),
    ]


def test_who_has_a_plan_is_left_alone_until_its_day_has_passed(fleet: Fleet) -> None:
    release, rotation = needy(fleet)
    acknowledge(rotation, release.app, Plan("4.3", date(2026, 12, 13)), actor=None, now=NOW)

    found = [len(subjects("ship_by", at(day))) for day in (13, 14)]

    assert found == [0, 1]


def test_who_has_put_it_off_is_asked_again_on_the_day_they_named(fleet: Fleet) -> None:
    release, rotation = needy(fleet)
    acknowledge(rotation, release.app, Plan(text="freeze", snoozed_until=date(2026, 12, 14)), actor=None, now=NOW)

    found = [len(subjects("ship_by", at(day))) for day in (13, 14)]

    assert found == [0, 1]


def test_a_host_that_was_not_read_for_a_day_is_told_once(fleet: Fleet) -> None:
    endpoint = fleet.host("api.acme.test")
    Endpoint.objects.update(failure="No answer within 10 seconds.")
    seen = NOW - DAY

    found = []
    for now in (NOW - SECOND, NOW, NOW + 2 * DAY):
        ProbeSchedule.objects.update(last_seen_at=seen, last_probe_at=now, next_probe_at=now + HOUR)
        found.append(len(subjects("endpoint_unreachable", now)))

    row = Notice.objects.get(event="endpoint_unreachable")
    assert (found, row.customer, row.subject, row.payload["what"]) == (
        [0, 1, 1],
        endpoint.environment.customer,
        "api.acme.test unreachable",
        "api.acme.test could not be read since 23 Nov 2026, 12:00 UTC.",
    )


def test_a_schedule_that_falls_behind_is_told_to_the_platform_once_a_day(fleet: Fleet) -> None:
    fleet.host("a.cloud.test")
    fleet.host("b.cloud.test")
    ProbeSchedule.objects.filter(endpoint__host="a.cloud.test").update(next_probe_at=NOW + 9 * DAY)

    found = [len(subjects("data_stale", now)) for now in (NOW + timedelta(minutes=59), NOW + HOUR, NOW + DAY)]

    row = Notice.objects.filter(event="data_stale")[0]
    assert (found, row.customer, row.payload["what"]) == ([0, 1, 2], None, "1 of 2 hosts was not checked for hours.")
