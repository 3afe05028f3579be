"""The app list, an app's matrix, and the explanation of a cell, each read by those who may and those who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from certdash.models import App, Endpoint, ProbeSchedule, Release, Role, Verdict
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import WILDCARD, nsc, pin, upload

pytestmark = pytest.mark.django_db
# Session, user, access; app, releases, verdicts; for the answers what is served and said to come next, and the trust
# stores. Nothing is served here, so that neither chains nor pins are asked for.
APP_QUERIES = 14
# The worst cell opens with the page, so that who comes for the answer need not ask for it: its verdict again, and what
# decided it, as its own address asks for it. Once a page, however large the app.
EXPLAINED_QUERIES = 13


def verdict(of: Release, at: Endpoint, value: str = "ready", **fields: object) -> Verdict:
    badness = ["failing", "will_fail", "at_risk", "unknown", "unprotected", "ready"].index(value)
    given: dict[str, Any] = {
        "release": of,
        "endpoint": at,
        "host": at.host,
        "value": value,
        "badness": badness,
        "now": "ready",
        "next": value,
        "reason_code": "no_pin_matches",
        "reason": "Because.",
        "decided_at": timezone.now(),
    }
    return Verdict.objects.create(**given | fields)


def seen(at: Endpoint, ago: timedelta = timedelta(minutes=1)) -> Endpoint:
    moment = timezone.now() - ago
    ProbeSchedule.objects.create(endpoint=at, next_probe_at=moment, last_probe_at=moment, last_seen_at=moment)
    return at


def story(value: str = "will_fail", ago: timedelta = timedelta(minutes=1)) -> tuple[App, Verdict]:
    """An app with one release on one host that was read some time ago."""
    app = builders.app(name="Field Service", active_users=100_000)
    environment = builders.environment(app.customer)
    app.environments.add(environment)
    endpoint = seen(builders.endpoint(environment, "acme.cloud.example"), ago)
    row = verdict(builders.release(app, "4.2", share="61"), endpoint, value)
    return app, row


def reader_of(app: App, role: Role = Role.MANAGER) -> Client:
    return signed_in(builders.user(role, app.customer))


def cells(response: Any) -> list[tuple[str, str, str]]:
    """Now, next and note of every cell of the page."""
    slots = [slot.cell for row in response.context["page"].releases for slot in row.cells]
    return [(cell.now, cell.next, cell.note) for cell in slots if cell]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_apps_it_shows(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    acme = builders.customer()
    for number in range(count):
        app = builders.app(acme, f"App {number}")
        App.objects.filter(pk=app.pk).update(owner=builders.user())
        builders.release(app)
    client = reader_of(App.objects.all()[0])

    with django_assert_num_queries(6):
        response = client.get("/apps/")

    assert len(response.context["list"].rows) == count


def test_the_list_shows_the_worst_app_first_and_only_the_reader_s() -> None:
    acme = builders.customer()
    builders.app(acme, "Calm", badness=5)
    worst = builders.app(acme, "Struck", badness=1)
    builders.app(name="Foreign", badness=0)

    response = reader_of(worst).get("/apps/")

    assert [row.name for row in response.context["list"].rows] == ["Struck", "Calm"]


def test_nonsense_in_the_address_falls_back_with_a_notice() -> None:
    app = builders.app()

    response = reader_of(app).get("/apps/?status=purple&sort=shoe&after=zzz&platform=palm")

    assert (response.status_code, len(response.context["notices"])) == (200, 4)


def test_an_app_s_page_says_who_stops_and_shows_the_cell() -> None:
    app, _ = story()

    response = reader_of(app).get(f"/apps/{app.pk}/")

    text = "".join(part.text for part in response.context["page"].sentence)
    assert text.startswith("Field Service stops connecting for 61,000 users, 61 % of its users, when")
    assert cells(response) == [("ready", "will_fail", "no pin fits next")]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("failing", "cannot connect today for 61,000 users, 61 % of its users. Ship a fix at once."),
        ("at_risk", "may stop connecting for 61,000 users, 61 % of its users; one fact would settle it."),
        ("unprotected", "keeps connecting, but for 61,000 users, 61 % of its users, no pin is enforced."),
    ],
)
def test_the_first_sentence_of_an_app_reads_well(value: str, sentence: str) -> None:
    app, _ = story(value)

    response = reader_of(app).get(f"/apps/{app.pk}/")

    assert "".join(part.text for part in response.context["page"].sentence) == f"Field Service {sentence}"


@pytest.mark.parametrize("count", [1, 3])
def test_an_app_s_page_costs_the_same_however_many_hosts_and_releases_it_shows(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    app, _ = story()
    for number in range(1, count):
        host = seen(builders.endpoint(app.environments.get(), f"host{number}.cloud.example"))
        verdict(builders.release(app, f"5.{number}"), host, "will_fail")
    client = reader_of(app)

    with django_assert_num_queries(APP_QUERIES + EXPLAINED_QUERIES):
        response = client.get(f"/apps/{app.pk}/")

    assert len(response.context["page"].releases) == count


def test_a_page_opens_with_the_explanation_of_the_worst_cell_of_most_users() -> None:
    app, row = story()
    for version, value in (("4.1", "will_fail"), ("4.3", "at_risk")):
        verdict(builders.release(app, version, share="12"), row.endpoint or seen(builders.endpoint()), value)

    response = reader_of(app).get(f"/apps/{app.pk}/")

    assert response.context["explanation"].url == f"/apps/{app.pk}/verdicts/{row.pk}/"
    assert "<title>Field Service · certdash</title>" in response.content.decode()


def test_a_closed_explanation_stays_closed_and_costs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    app, _ = story()
    client = reader_of(app)

    with django_assert_num_queries(APP_QUERIES):
        response = client.get(f"/apps/{app.pk}/?panel=closed")

    assert "explanation" not in response.context


@pytest.mark.parametrize(("value", "hosts"), [("ready", 1), ("unprotected", 1), ("will_fail", 4)])
def test_nothing_opens_by_itself_without_need_or_without_room(value: str, hosts: int) -> None:
    app, row = story(value)
    for number in range(1, hosts):
        verdict(row.release, seen(builders.endpoint(app.environments.get(), f"host{number}.cloud.example")), value)

    response = reader_of(app).get(f"/apps/{app.pk}/")

    assert "explanation" not in response.context


def test_an_app_without_a_pin_set_says_what_is_missing() -> None:
    app, row = story("unknown")
    Verdict.objects.filter(pk=row.pk).update(reason_code="no_pin_set", now="unknown")

    page = reader_of(app).get(f"/apps/{app.pk}/").context["page"]

    assert "".join(part.text for part in page.sentence) == (
        "Field Service is unknown: there is no pin set of 4.2 Android. Upload the pin file of the build."
    )
    affected, _, change = page.answers[:3]
    assert [line.words[0].text for line in (*affected.lines, *change.lines)] == [
        (
            "Not by the platform: acme.cloud.example serves a certificate of your own. What happens there to 4.2 "
            "Android is not known yet."
        ),
        "Nobody can tell before the pin file of 4.2 Android is on record: ",
    ]


def test_an_app_and_its_environment_show_one_verdict_in_one_way() -> None:
    app, row = story("failing")
    Verdict.objects.filter(pk=row.pk).update(now="failing", next="will_fail")
    client = reader_of(app)

    of_app = cells(client.get(f"/apps/{app.pk}/"))
    of_environment = client.get(f"/environments/{app.environments.get().pk}/").context["page"].apps

    assert [cell[:2] for cell in of_app] == [("failing", "failing")]
    assert [(one.now, one.next) for one in of_environment] == [("failing", "failing")]


def test_what_nobody_has_read_lately_is_not_shown_as_ready() -> None:
    app, _ = story("ready", ago=timedelta(days=3))

    response = reader_of(app).get(f"/apps/{app.pk}/")

    assert [cell[:2] for cell in cells(response)] == [("unknown", "unknown")]


def test_an_old_failure_stays_a_failure_and_says_that_it_is_old() -> None:
    app, _ = story("will_fail", ago=timedelta(days=3))

    response = reader_of(app).get(f"/apps/{app.pk}/")

    assert [cell[1:] for cell in cells(response)] == [("will_fail", "no pin fits next, stale")]


def test_a_cell_opens_alone_for_the_panel_and_with_its_page_at_its_address() -> None:
    app, row = story()
    client, address = reader_of(app), f"/apps/{app.pk}/verdicts/{row.pk}/"

    fragment = client.get(address, headers={"HX-Request": "true"})
    page = client.get(address)

    assert ("<html" in fragment.content.decode(), "<html" in page.content.decode()) == (False, True)
    assert page.context["explanation"].url == address


def test_strangers_find_neither_app_nor_cell() -> None:
    app, row = story()
    other, _ = story_of_another_customer()
    client = reader_of(other)
    addresses = (f"/apps/{app.pk}/", f"/apps/{app.pk}/verdicts/{row.pk}/", f"/apps/{other.pk}/verdicts/{row.pk}/")

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert [Client().get(address).status_code for address in addresses] == [302, 302, 302]


def story_of_another_customer() -> tuple[App, Endpoint]:
    app = builders.app(name="Other")
    return app, builders.endpoint(builders.environment(app.customer))


def test_a_dead_session_reloads_the_page_instead_of_filling_the_panel() -> None:
    app, row = story()

    response = Client().get(f"/apps/{app.pk}/verdicts/{row.pk}/", headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"].startswith("/log-in/")


def test_the_csv_holds_what_the_filter_shows() -> None:
    acme = builders.customer("Acme")
    builders.app(acme, "=HYPERLINK(1)", badness=1)
    calm = builders.app(acme, "Calm", badness=5)

    response = reader_of(calm).get("/apps/?status=stops&format=csv")

    lines = b"".join(response).decode().splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["will fail", "'=HYPERLINK(1)", "Acme"]]


def test_a_release_asks_for_its_pins_until_they_are_uploaded_and_not_until_they_are_judged() -> None:
    app, _ = story()
    uploaded = builders.release(app, "4.3")
    upload(uploaded, nsc("acme.cloud.example", pin(WILDCARD)))

    page = reader_of(app, Role.APP_OWNER).get(f"/apps/{app.pk}/").context["page"]

    assert [(row.version, row.has_pin_set) for row in page.releases] == [("4.3", True), ("4.2", False)]
