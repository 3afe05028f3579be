"""What changed since the reader was here: net changes of apps, rotations, findings, and nothing of other customers."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from certdash.models import App, Certificate, Finding, Role, Rotation, StandingChange
from certdash.queries.access import access_of
from certdash.queries.formatting import Sentence
from certdash.queries.overview.since import MOST, ChangedApp, RotationEvent, since_then
from tests.certdash import builders
from tests.certdash.fleet import DAY, ISSUING, NOW, Fleet, serve

pytestmark = pytest.mark.django_db

THEN = NOW - 3 * DAY


def words(sentence: Sentence) -> str:
    return "".join(part.text for part in sentence)


def stood(app: App, *history: tuple[int, datetime]) -> None:
    """The app was there long before; what it stands at now is the last entry."""
    for badness, at in history:
        StandingChange.objects.create(app=app, badness=badness, users_at_risk=10, active_users=100, changed_at=at)
    App.objects.filter(pk=app.pk).update(badness=history[-1][0], users_at_risk=10, created_at=NOW - 300 * DAY)


def test_apps_are_told_by_what_they_were_and_what_they_are() -> None:
    acme = builders.customer("Acme")
    worse, better, back = (builders.app(acme, name) for name in ("Worse", "Better", "Back"))
    stood(worse, (5, NOW - 9 * DAY), (2, NOW - 2 * DAY), (1, NOW - DAY))
    stood(better, (1, NOW - 9 * DAY), (5, NOW - DAY))
    stood(back, (5, NOW - 9 * DAY), (1, NOW - 2 * DAY), (5, NOW - DAY))

    since = since_then(access_of(builders.user(Role.MANAGER, acme)), THEN, NOW)

    assert words(since.sentence) == "1 app worse, 1 app better"
    assert since.rows == (
        ChangedApp(worse.pk, "Worse", "Acme", "ready", "will_fail", "10", "23 Nov", 10, NOW - DAY),
        ChangedApp(better.pk, "Better", "Acme", "will_fail", "ready", "10", "23 Nov", 10, NOW - DAY),
    )


def test_an_app_is_new_only_if_it_was_not_there() -> None:
    acme = builders.customer("Acme")
    new, old = builders.app(acme, "New"), builders.app(acme, "Old")
    for app in (new, old):
        stood(app, (5, NOW - DAY))
    App.objects.filter(pk=new.pk).update(created_at=NOW - 2 * DAY)

    since = since_then(access_of(builders.user(Role.MANAGER, acme)), THEN, NOW)

    assert [(row.name, row.before, row.after) for row in since.rows] == [("New", "", "ready")]
    assert words(since.sentence) == "1 app new"


def test_rotations_and_findings_since_then_are_told_too() -> None:
    fleet = Fleet()
    host = fleet.host("api.acme.test")
    serve(host, ISSUING.leaf("api.acme.test"), ISSUING)
    leaf = Certificate.objects.get(common_name="api.acme.test")
    began = Rotation.objects.create(endpoint=host, leaf=leaf, state="under_way", created_at=NOW, first_changed_at=NOW)
    done = Rotation.objects.create(endpoint=host, leaf=leaf, state="done", created_at=NOW, done_at=NOW - DAY)
    Rotation.objects.create(endpoint=host, leaf=leaf, state="done", created_at=NOW, done_at=THEN)
    off = Rotation.objects.create(
        endpoint=host, leaf=leaf, state="cancelled", created_at=NOW, cancelled_at=NOW - 2 * DAY
    )
    for at in (NOW, THEN):
        Finding.objects.create(code="expires_soon", endpoint=host, text="Soon.", first_seen_at=at)

    since = since_then(access_of(builders.user(Role.MANAGER, fleet.customer)), THEN, NOW)

    assert words(since.sentence) == "3 rotations begun or ended, 1 new finding"
    assert since.rotations == (
        RotationEvent("api.acme.test", f"/rotations/{done.pk}/", "done on 23 Nov"),
        RotationEvent("api.acme.test", f"/rotations/{off.pk}/", "called off on 22 Nov"),
        RotationEvent("api.acme.test", f"/rotations/{began.pk}/", "began on 24 Nov"),
    )


def test_another_customer_changed_nothing_for_me() -> None:
    stood(builders.app(), (5, NOW - 9 * DAY), (1, NOW - DAY))

    since = since_then(access_of(builders.user(Role.MANAGER, builders.customer())), THEN, NOW)

    assert (words(since.sentence), since.rows, since.rotations) == ("nothing has changed", (), ())


def test_more_changes_than_anybody_reads_are_told_as_at_least_so_many() -> None:
    acme, then = builders.customer("Acme"), NOW - 9 * DAY
    apps = App.objects.bulk_create(
        App(customer=acme, name=f"App {n}", badness=1, users_at_risk=n) for n in range(MOST + 2)
    )
    App.objects.update(created_at=NOW - 300 * DAY)
    for badness, at in ((5, then), (1, NOW - DAY)):
        StandingChange.objects.bulk_create(StandingChange(app=app, badness=badness, changed_at=at) for app in apps)

    since = since_then(access_of(builders.user(Role.MANAGER, acme)), THEN, NOW)

    assert words(since.sentence) == "at least 501 apps worse"
    assert [row.name for row in since.rows] == [f"App {n}" for n in range(501, 495, -1)]
    assert since.left == "more than 494 more apps"


def test_since_costs_the_same_statements_whatever_changed(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    acme = builders.customer("Acme")
    for _ in range(3):
        stood(builders.app(acme), (5, NOW - 9 * DAY), (1, NOW - DAY))
    access = access_of(builders.user(Role.MANAGER, acme))

    with django_assert_num_queries(6):
        since_then(access, THEN, NOW)
