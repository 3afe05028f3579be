"""The environment list and an environment's page: what they say, who sees what, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certdash.actions.chains import store_chain
from certdash.models import Endpoint, Environment, PlatformDomain, ProbeSchedule, Progress, Role, Stake, Verdict
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import WILDCARD

pytestmark = pytest.mark.django_db
# Session, user, access; choices of the filters; number of rows, rows, their hosts; the sentence.
LIST_QUERIES = 7


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def watched(environment: Environment, host: str = "", minutes: int = 4) -> Endpoint:
    endpoint = builders.endpoint(environment, host)
    seen = timezone.now() - timedelta(minutes=minutes)
    ProbeSchedule.objects.create(endpoint=endpoint, next_probe_at=seen, last_seen_at=seen, last_probe_at=seen)
    return endpoint


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["list"].rows]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(admin: Client, count: int) -> None:
    for _ in range(count):
        watched(builders.environment())

    with CaptureQueriesContext(connection) as queries:
        response = admin.get("/environments/")

    assert len(names(response)) == count
    assert len(queries) == LIST_QUERIES


def test_the_worst_come_first_and_the_sentence_counts_them(admin: Client) -> None:
    acme = builders.customer("Acme")
    builders.environment(acme, "fine", badness=5, domain_kinds="custom")
    builders.environment(acme, "bad", badness=1, domain_kinds="default", affected_count=2)
    cloud = PlatformDomain.objects.create(domain="cloud.test")
    Stake.objects.create(app=builders.app(acme, badness=1), platform_domain=cloud, badness=1)

    response = admin.get("/environments/")

    assert names(response) == ["bad", "fine"]
    assert "".join(part.text for part in response.context["list"].sentence) == (
        "1 of 2 environments serves the platform certificate; 1 of them carries the 1 app that stops. "
    )


def test_filters_stand_in_the_address_and_nonsense_shows_all(admin: Client) -> None:
    acme = builders.customer("Acme")
    watched(builders.environment(acme, "prod", stage="production"), "api.acme.example")
    builders.environment(acme, "test", stage="test")

    found = {
        query: names(admin.get(f"/environments/{query}"))
        for query in ("?stage=test", "?q=API.acme", "?status=stops", "?stage=%3Cscript%3E", "?after=x~1&sort=nothing")
    }

    assert found == {
        "?stage=test": ["test"],
        "?q=API.acme": ["prod"],
        "?status=stops": [],
        "?stage=%3Cscript%3E": ["prod", "test"],
        "?after=x~1&sort=nothing": ["prod", "test"],
    }


def test_a_member_sees_the_own_customer_only() -> None:
    acme, globex = builders.customer("Acme"), builders.customer("Globex")
    mine, theirs = builders.environment(acme, "mine"), builders.environment(globex, "theirs")
    client = signed_in(builders.user(Role.MANAGER, acme))

    assert names(client.get("/environments/")) == ["mine"]
    assert client.get(f"/environments/{mine.pk}/").status_code == 200
    assert client.get(f"/environments/{theirs.pk}/").status_code == 404


def test_without_a_log_in_there_is_only_the_log_in(client: Client) -> None:
    response = client.get("/environments/?stage=test")

    assert (response.status_code, response["Location"]) == (302, "/log-in/?next=/environments/%3Fstage%3Dtest")


def test_the_csv_holds_what_the_filters_leave_and_no_formula(admin: Client) -> None:
    acme = builders.customer("Acme")
    builders.environment(acme, "=1+1", stage="test", badness=2)
    builders.environment(acme, "prod")

    response: Any = admin.get("/environments/?stage=test&format=csv")

    assert b"".join(response.streaming_content).decode().splitlines() == [
        "status,environment,customer,stage,hosting,domains,issuer,issued,expires,window start,window end,apps,affected",
        "at risk,'=1+1,Acme,test,cloud,,,,,,,0,0",
    ]


def test_an_environment_without_hosts_says_what_to_do(admin: Client) -> None:
    environment = builders.environment(None, "empty")

    page = admin.get(f"/environments/{environment.pk}/").context["page"]

    assert page.sentence[0].text == "empty has no host yet, so nothing is checked. Add its first endpoint."


def test_an_unreadable_host_is_unknown_and_says_why(admin: Client) -> None:
    environment = builders.environment(None, "dark", badness=5)
    endpoint = watched(environment, "dark.example")
    Endpoint.objects.filter(pk=endpoint.pk).update(failure="no answer within 10 s")

    page = admin.get(f"/environments/{environment.pk}/").context["page"]

    assert page.sentence[0].text == "dark cannot be read: no answer within 10 s. What its apps meet is unknown."
    assert [view.value for view in page.endpoints] == ["unknown"]


def test_old_data_is_never_green(admin: Client) -> None:
    environment = builders.environment(None, "old", badness=5)
    watched(environment, minutes=60 * 24 * 3)

    page = admin.get(f"/environments/{environment.pk}/").context["page"]

    assert [(view.value, view.age.is_stale) for view in page.endpoints] == [("unknown", True)]


def test_check_now_starts_a_progress_that_only_its_starter_sees(admin: Client) -> None:
    endpoint = watched(builders.environment(None, "prod"))

    response = admin.post(f"/environments/{endpoint.environment_id}/probe/")

    progress = Progress.objects.get()
    assert response["Location"] == f"/progress/{progress.pk}/?back=/environments/{endpoint.environment_id}/"
    assert (progress.title, progress.total, progress.done) == ("Checking prod", 1, 0)
    assert admin.get(f"/progress/{progress.pk}/").status_code == 200
    assert signed_in(builders.user(Role.PLATFORM_ADMIN)).get(f"/progress/{progress.pk}/").status_code == 404


def test_check_now_of_the_selected_leaves_out_what_is_not_ones_own() -> None:
    acme = builders.customer()
    mine, theirs = watched(builders.environment(acme)), watched(builders.environment())
    client = signed_in(builders.user(Role.APP_OWNER, acme))

    client.post("/environments/probe/", {"environment": [mine.environment_id, theirs.environment_id, "x"]})

    assert Progress.objects.get().total == 1


def test_a_reader_may_not_start_a_check() -> None:
    acme = builders.customer()
    endpoint = watched(builders.environment(acme))
    client = signed_in(builders.user(Role.MANAGER, acme))

    codes = [
        client.post(f"/environments/{endpoint.environment_id}/probe/").status_code,
        client.post("/environments/probe/", {"environment": endpoint.environment_id}).status_code,
    ]

    assert (codes, Progress.objects.count()) == ([403, 403], 0)


def test_a_progress_never_leads_to_another_site(admin: Client) -> None:
    endpoint = watched(builders.environment())
    admin.post(f"/environments/{endpoint.environment_id}/probe/")

    bar = admin.get(f"/progress/{Progress.objects.get().pk}/?back=//evil.example/").context["progress"]

    assert bar.back_url == "/"


def test_only_who_may_say_what_comes_next_is_led_there() -> None:
    acme = builders.customer()
    environment = builders.environment(acme)
    domain = PlatformDomain.objects.create(domain="cloud.example")
    builders.endpoint(environment, "acme.cloud.example", platform_domain=domain)
    own = builders.endpoint(environment, "api.acme.example")
    readers = (Role.CUSTOMER_ADMIN, acme), (Role.PLATFORM_ADMIN, None), (Role.MANAGER, acme)

    offered = []
    for role, customer in readers:
        page = signed_in(builders.user(role, customer)).get(f"/environments/{environment.pk}/").context["page"]
        offered.append([one.successor_url for one in page.endpoints])

    assert offered == [
        ["", f"/successors/new/?endpoint={own.pk}"],
        [f"/successors/new/?platform_domain={domain.pk}", f"/successors/new/?endpoint={own.pk}"],
        ["", ""],
    ]


def test_a_check_of_some_rows_leads_back_to_the_same_filters(admin: Client) -> None:
    environment = builders.environment(stage="test")
    watched(environment)

    response = admin.post("/environments/probe/", {"environment": environment.pk, "filters": "stage=test&q=a%26b"})

    bar = admin.get(response["Location"]).context["progress"]
    assert bar.back_url == "/environments/?stage=test&q=a%26b"


def test_what_was_never_read_is_called_so_and_not_fine(admin: Client) -> None:
    environment = builders.environment(name="new")
    builders.endpoint(environment)

    page = admin.get(f"/environments/{environment.pk}/")

    text = "".join(part.text for part in page.context["page"].sentence)
    assert text == (
        "new has not been read yet: the first check is on its way, and until then nothing is known about its apps."
    )
    assert (b"Not read yet" in page.content, b"as they should be" in page.content) == (True, False)
    assert [one.value for one in page.context["page"].endpoints] == ["unknown"]


def test_why_an_environment_cannot_be_read_is_a_sentence(admin: Client) -> None:
    environment = builders.environment(name="deaf")
    builders.endpoint(environment, failure="Nothing listens on this port. Check the port.")

    page = admin.get(f"/environments/{environment.pk}/").context["page"]

    assert "".join(part.text for part in page.sentence) == (
        "deaf cannot be read: Nothing listens on this port. Check the port. What its apps meet is unknown."
    )


def test_the_first_sentence_tells_what_fails_today_from_what_stops_with_the_rotation(admin: Client) -> None:
    endpoint = watched(builders.environment(None, "prod"), "api.acme.example")
    chain = store_chain([WILDCARD.facts], now=timezone.now())
    Endpoint.objects.filter(pk=endpoint.pk).update(chain=chain)
    for badness, value in ((0, "failing"), (1, "will_fail"), (5, "ready")):
        Verdict.objects.create(
            release=builders.release(), endpoint=endpoint, host=endpoint.host, value=value, badness=badness, now=value,
            next=value, reason_code="no_pin_matches", reason="Because.", decided_at=timezone.now(),
        )  # fmt: skip

    page = admin.get(f"/environments/{endpoint.environment_id}/").context["page"]

    assert "".join(part.text for part in page.sentence) == (
        "prod serves its own certificate, which has no known rotation. 1 of 3 apps cannot connect today; 1 more stops "
        "with the rotation."
    )


def test_the_releases_that_are_ready_are_folded_away(admin: Client) -> None:
    endpoint = watched(builders.environment(None, "prod"), "api.acme.example")
    for badness, value in ((1, "will_fail"), (5, "ready"), (5, "ready")):
        Verdict.objects.create(
            release=builders.release(), endpoint=endpoint, host=endpoint.host, value=value, badness=badness,
            now="ready", next=value, reason_code="no_pin_matches", reason="Because.", decided_at=timezone.now(),
        )  # fmt: skip

    page = admin.get(f"/environments/{endpoint.environment_id}/").context["page"]

    assert ([one.value for one in page.apps], page.ready_words) == (
        ["will_fail"],
        "2 more rows of 2 apps: ready now and next",
    )
