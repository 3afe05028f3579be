"""Readiness over time: counted once a day for each open rotation, kept where it differs, told in one sentence."""

from datetime import date, timedelta

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.planning import cancel
from certdash.actions.readiness import count_rotations
from certdash.models import Endpoint, Release, Role, Rotation, RotationCount
from certdash.queries.access import access_of
from certdash.queries.rotations.readiness import Readiness, readiness
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
HOUR = timedelta(hours=1)


def served(fleet: Fleet, *names: str) -> list[Endpoint]:
    endpoints = [fleet.host(f"{name}.cloud.test") for name in names]
    for endpoint in endpoints:
        serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW)
    return endpoints


def counts() -> list[tuple[date, bool, str, int, int]]:
    """Whether a row is the sum instead of the customer's key."""
    rows = RotationCount.objects.order_by("day", "customer", "value")
    columns = rows.values_list("day", "customer", "value", "apps", "users")
    return sorted((day, customer is None, value, apps, users) for day, customer, value, apps, users in columns)


def told(role: Role, fleet: Fleet, days: int = 0) -> Readiness:
    owner = None if role.value.startswith("platform") else fleet.customer
    access = access_of(builders.user(role, owner))
    return readiness(Rotation.objects.get(state="planned"), access, NOW + days * DAY)


def fix(release: Release) -> None:
    """Its users have left it: nobody counts it any more."""
    Release.objects.filter(pk=release.pk).update(retired_at=NOW)


def test_the_apps_of_a_rotation_are_counted_by_verdict_with_the_users_of_those_that_stop() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    fleet.app(nsc("a.cloud.test", pin(ISSUING)), users=50)
    served(fleet, "a")

    count_rotations(TODAY, now=NOW)

    assert counts() == [
        (TODAY, False, "at_risk", 1, 0),
        (TODAY, False, "will_fail", 1, 700),
        (TODAY, True, "at_risk", 1, 0),
        (TODAY, True, "will_fail", 1, 700),
    ]


def test_a_day_is_counted_anew_and_the_last_count_stands() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=20)
    served(fleet, "a")
    count_rotations(TODAY, now=NOW)
    fix(release)

    count_rotations(TODAY, now=NOW + HOUR)
    count_rotations(TODAY, now=NOW + HOUR)

    assert counts() == [(TODAY, False, "will_fail", 1, 20), (TODAY, True, "will_fail", 1, 20)]


def test_a_day_like_the_one_before_takes_no_rows_and_one_without_any_app_takes_one() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    served(fleet, "a")

    count_rotations(TODAY, now=NOW)
    count_rotations(TODAY + timedelta(days=1), now=NOW)
    fix(release)
    count_rotations(TODAY + 2 * DAY, now=NOW)

    assert counts() == [
        (TODAY, False, "will_fail", 1, 700),
        (TODAY, True, "will_fail", 1, 700),
        (TODAY + 2 * DAY, True, "ready", 0, 0),
    ]


def test_a_custom_host_is_counted_once_an_app_of_it_is_at_risk_and_from_then_on() -> None:
    fleet = Fleet()
    host, quiet = fleet.host("api.acme.test"), fleet.host("quiet.acme.test")
    leaf = ISSUING.leaf(host.host)
    release = fleet.app(nsc(host.host, pin(leaf)), users=10)
    fleet.app(nsc(quiet.host, pin(ROOT)))
    for each, chain in ((host, leaf), (quiet, ISSUING.leaf(quiet.host))):
        serve(each, chain, ISSUING)
        evaluate_endpoints([each.pk], now=NOW)

    count_rotations(TODAY, now=NOW)
    fix(release)
    count_rotations(TODAY + timedelta(days=1), now=NOW)

    rows = RotationCount.objects.filter(customer=None).order_by("day")
    assert list(rows.values_list("rotation__endpoint", "day", "value", "apps")) == [
        (host.pk, TODAY, "will_fail", 1),
        (host.pk, TODAY + timedelta(days=1), "ready", 0),
    ]


def test_what_is_over_is_counted_no_more() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    served(fleet, "a")
    Rotation.objects.update(state="cancelled")

    count_rotations(TODAY, now=NOW)

    assert counts() == []


def test_the_sentence_tells_how_the_apps_that_stop_became_fewer() -> None:
    fleet = Fleet()
    first = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=20)
    served(fleet, "a")
    count_rotations(TODAY - 5 * DAY, now=NOW)
    fix(first)
    count_rotations(TODAY, now=NOW)

    found = told(Role.PLATFORM_ADMIN, fleet)

    assert found.text == "Since 19 Nov the apps that stop went from 2 to 1, their users from 720 to 20."
    assert [(row.name, row.counts, row.users) for row in found.rows[:2]] == [
        ("24 Nov 2026", (0, 1, 0, 0, 0, 0), "20"),
        ("23 Nov 2026", (0, 2, 0, 0, 0, 0), "720"),
    ]
    assert found.trend is not None
    assert (found.first, found.last, len(found.rows)) == ("19 Nov", "today", 6)


def test_the_line_goes_on_under_the_rotation_that_follows_one_that_was_called_off() -> None:
    fleet = Fleet()
    first = fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    served(fleet, "a")
    count_rotations(TODAY - 5 * DAY, now=NOW)
    count_rotations(TODAY, now=NOW)
    cancel(Rotation.objects.get(), "Postponed.", actor=None, now=NOW)
    fix(first)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=20)
    evaluate_endpoints(list(Endpoint.objects.values_list("pk", flat=True)), now=NOW)
    count_rotations(TODAY, now=NOW)

    found = told(Role.PLATFORM_ADMIN, fleet)

    assert found.text == "Since 19 Nov the number of apps that stop has stayed at 1, their users from 700 to 20."


def test_a_rotation_of_a_custom_host_that_was_called_off_is_counted_no_more() -> None:
    fleet = Fleet()
    host = fleet.host("api.acme.test")
    leaf = ISSUING.leaf("api.acme.test", not_before=NOW - 20 * DAY, not_after=NOW + 80 * DAY)
    serve(host, leaf, ISSUING)
    fleet.app(nsc("api.acme.test", pin(leaf)))
    evaluate_endpoints([host.pk], now=NOW)
    count_rotations(TODAY, now=NOW)
    cancel(Rotation.objects.get(), "Postponed.", actor=None, now=NOW)
    evaluate_endpoints([host.pk], now=NOW)

    count_rotations(TODAY + DAY, now=NOW + DAY)

    counted = RotationCount.objects.filter(customer=None).order_by("day").values_list("rotation__state", "day")
    assert list(counted) == [("cancelled", TODAY), ("planned", TODAY + DAY)]


def test_a_member_reads_the_counts_of_the_own_apps_alone() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    served(fleet, "a")
    stranger = builders.customer("Stranger")
    rotation = Rotation.objects.get()
    RotationCount.objects.create(rotation=rotation, day=TODAY - DAY, customer=stranger, value="failing", apps=5)
    RotationCount.objects.create(rotation=rotation, day=TODAY - DAY, value="failing", apps=5)
    count_rotations(TODAY, now=NOW)

    found = told(Role.MANAGER, fleet)

    assert found.text == "Since 23 Nov the apps that stop went from 0 to 1, their users from 0 to 700."


def test_without_a_count_there_is_a_sentence_and_no_drawing() -> None:
    fleet = Fleet()
    served(fleet, "a")

    found = told(Role.PLATFORM_ADMIN, fleet)

    assert found == Readiness(
        "Nothing is counted yet. Once an app here is at risk, all of them are counted each day, and the line begins "
        "with the second one.",
        None,
        "",
        "today",
        (),
    )


def test_after_the_first_day_the_line_is_announced() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    served(fleet, "a")
    count_rotations(TODAY, now=NOW)

    found = told(Role.PLATFORM_ADMIN, fleet)

    assert found.text == "1 app stops as counted today. The line begins with the second day."
    assert (found.trend, found.last) == (None, "today")


def test_on_a_custom_host_only_the_rotation_that_is_ahead_is_counted_again() -> None:
    fleet = Fleet()
    host = fleet.host("api.acme.test")
    leaf = ISSUING.leaf(host.host, not_before=NOW - 60 * DAY, not_after=NOW + 90 * DAY)
    serve(host, leaf, ISSUING)
    fleet.app(nsc("api.acme.test", pin(leaf)), users=700)
    evaluate_endpoints([host.pk], now=NOW)
    former = Rotation.objects.get()
    count_rotations(TODAY, now=NOW)
    cancel(former, "Postponed.", actor=None, now=NOW)

    count_rotations(TODAY, now=NOW + HOUR)

    following = Rotation.objects.exclude(pk=former.pk).get()
    kept = RotationCount.objects.filter(customer=None).order_by("rotation").values_list("rotation", "value", "apps")
    assert list(kept) == [(former.pk, "will_fail", 1), (following.pk, "will_fail", 1)]
