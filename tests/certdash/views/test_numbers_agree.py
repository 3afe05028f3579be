"""One fact has one number, on whatever page it is told: in a sentence, in the rows it leads to, in the report."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Endpoint, Finding, PlatformDomain, Role, Rotation, Stake, Verdict
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import DAY, ISSUING, SIBLING, WILDCARD, Fleet, nsc, pin, serve, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def words(parts: Any) -> str:
    return "".join(part.text for part in parts)


def test_an_environment_tells_apart_the_apps_that_stop_and_those_at_risk(admin: Client) -> None:
    acme = builders.customer("Acme")
    mixed = builders.environment(acme, "mixed", badness=1, app_count=3, affected_count=3)
    host = builders.endpoint(mixed)
    for badness, value in ((1, "will_fail"), (1, "will_fail"), (2, "at_risk")):
        release = builders.release(builders.app(acme))
        beside = {"host": host.host, "value": value, "decided_at": timezone.now()}
        Verdict.objects.create(release=release, endpoint=host, badness=badness, **beside)

    (row,) = admin.get("/environments/").context["list"].rows

    assert row.affected == "2 stop, 1 at risk"


def test_an_app_that_stops_beside_the_platforms_certificate_is_told_apart(admin: Client) -> None:
    acme, cloud = builders.customer("Acme"), PlatformDomain.objects.create(domain="cloud.test")
    both = builders.environment(acme, "both", badness=1, domain_kinds="default+custom", expires_at=timezone.now())
    own = builders.endpoint(both, "api.acme.example")
    Stake.objects.create(app=builders.app(acme, badness=1), platform_domain=cloud, badness=1)
    Stake.objects.create(app=builders.app(acme, badness=1), endpoint=own, badness=1)

    assert words(admin.get("/environments/").context["list"].sentence) == (
        "1 of 1 environment serves the platform certificate; 1 of them carries the 2 apps that stop, 1 of them on an "
        "own domain. "
    )


def test_the_overview_leads_to_the_environments_that_it_calls_unreadable(admin: Client) -> None:
    acme = builders.customer("Acme")
    builders.endpoint(builders.environment(acme, "dark"), failure="No answer.")
    builders.endpoint(builders.environment(acme, "unknown for its app"))

    counted = admin.get("/").context["page"].unreadable
    rows = admin.get("/environments/?status=unreadable").context["list"].rows

    assert (counted, [row.name for row in rows]) == (1, ["dark"])
    assert b"/environments/?status=unreadable" in admin.get("/").content


def test_the_report_counts_findings_as_their_list_has_them_in_rows(admin: Client) -> None:
    acme = builders.customer("Acme")
    hosts = [builders.endpoint(builders.environment(acme)) for _ in range(3)]
    for host, text in zip(hosts, ("Soon.", "Soon.", "Very soon."), strict=True):
        Finding.objects.create(code="expires_soon", endpoint=host, text=text, first_seen_at=timezone.now())

    listed = admin.get("/findings/").context["list"]
    (row,) = admin.get("/reports/pinning-risk/").context["page"].findings

    assert (len(listed.rows), listed.sentence[0].text, row.count, row.recent) == (2, "2 warnings", "2", "2")


def test_later_rotations_fall_on_the_same_days_on_the_page_of_app_and_environment(admin: Client) -> None:
    now = timezone.now()
    fleet, end = Fleet(), now + 100 * DAY
    host = fleet.host("a.cloud.test")
    served = ISSUING.leaf("*.cloud.test", not_before=end - 200 * DAY, not_after=end.replace(hour=23, minute=59))
    serve(host, served, ISSUING, at=now)
    release = fleet.app(nsc("a.cloud.test", pin(served)))
    evaluate_endpoints([host.pk], now=now)

    app = admin.get(f"/apps/{release.app_id}/").context["page"].answers[-1].lines[0].words[0].text
    environment = admin.get(f"/environments/{fleet.environment.pk}/").context["page"].endpoints[0].forecast
    later = next(fact.text for fact in environment if fact.label == "After that")

    assert app.partition(" for ")[0] == later.partition(";")[0]
    assert Endpoint.objects.get(pk=host.pk).window_start is not None


def test_what_fails_already_is_not_counted_as_still_in_time() -> None:
    now, fleet = timezone.now(), Fleet()
    host = fleet.host("a.cloud.test")
    served = ISSUING.leaf("*.cloud.test", not_before=now - 100 * DAY, not_after=now + 100 * DAY)
    serve(host, served, ISSUING, at=now)
    release = fleet.app(nsc("a.cloud.test", pin(SIBLING.leaf("other.test"))), share=60)
    upload(builders.release(release.app, "1.1", share=40), nsc("a.cloud.test", pin(served)), now=now)
    fleet.app(nsc("a.cloud.test", pin(served)))
    evaluate_endpoints([host.pk], now=now)
    admin = signed_in(builders.user(Role.PLATFORM_ADMIN))

    listed = admin.get("/apps/").context["list"]
    rotation = admin.get(f"/rotations/{Rotation.objects.get().pk}/").context["page"].sentence
    overview = admin.get("/").context["page"].sentence

    last = listed.rows[1].ship_by
    assert [(row.value, row.ship_by, row.days_left == "") for row in listed.rows] == [
        ("failing", "at once", True),
        ("will_fail", last, False),
    ]
    assert words(listed.sentence).endswith(". 1 of them can still ship a fix in time.")
    assert f"; 1 app can still ship safely until {last}." in words(rotation)
    assert words(overview).endswith(f". 1 of them can still ship safely until {last}.")


def test_more_apps_than_are_shown_for_a_pin_are_not_said_to_be_all(admin: Client) -> None:
    fleet = Fleet()
    source = f'CertificatePinner.Builder().add("a.cloud.test", "sha256/{pin(WILDCARD)}").build()'
    for _ in range(13):
        fleet.app(source.encode())

    page = admin.get("/search/", {"q": pin(WILDCARD)}).context["page"]

    (apps,) = page.groups
    assert (words(page.sentence).partition(" match")[0], apps.count) == ("More than 12 entries", "the first 12")
    assert apps.hits[0].detail.endswith(f"pins {pin(WILDCARD)[:8]}… for a.cloud.test")
