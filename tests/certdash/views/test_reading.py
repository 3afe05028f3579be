"""The other pages to read: overview, certificates, findings, search, activity, log-in and errors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certdash.actions.environments import save_endpoint
from certdash.actions.standing_counts import recount
from certdash.models import (
    AuditEntry,
    Certificate,
    Endpoint,
    Finding,
    Pin,
    PinRule,
    PinSet,
    Role,
    Rotation,
    Stake,
    Verdict,
)
from certdash.queries.overview.words import sentence
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, WILDCARD, Fleet, serve

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAGES = ("/", "/environments/", "/certificates/", "/findings/", "/activity/", "/search/")


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def text(parts: Any) -> str:
    return "".join(part.text for part in parts)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_database(admin: Client, page: str) -> None:
    assert admin.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_strangers_to_log_in(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == f"/log-in/?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_writes(admin: Client, page: str) -> None:
    assert admin.post(page).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_neither_inline_styles_nor_inline_scripts(admin: Client, page: str) -> None:
    html = admin.get(page).content.decode()

    assert [sign for sign in (" style=", "<style", "<script>", " onclick=", "javascript:") if sign in html] == []


def test_the_overview_says_who_stops_when_the_platform_rotates(admin: Client) -> None:
    fleet = Fleet()
    host = fleet.host("acme.cloud.test")
    serve(host, WILDCARD, ISSUING)
    release = fleet.app(users=91_000)
    app = release.app
    end = timezone.now() + timedelta(days=51)
    type(app).objects.filter(pk=app.pk).update(
        badness=1, users_at_risk=55_510, ship_by=(timezone.now() + timedelta(days=8)).date(), window_end=end
    )
    Verdict.objects.create(
        release=release, endpoint=host, host=host.host, value="will_fail", badness=1, now="ready", next="will_fail",
        reason_code="leaf", reason="Only the leaf key is pinned. Add the next key and release by 2 December.",
        decided_at=NOW,
    )  # fmt: skip
    Stake.objects.create(app=app, platform_domain=fleet.domain, badness=1)
    recount()
    leaf = Certificate.objects.get(sha256=WILDCARD.facts.sha256.hex())
    Rotation.objects.create(
        platform_domain=fleet.domain, leaf=leaf, window_start=end - timedelta(days=30), window_end=end, created_at=NOW
    )

    page = admin.get("/").context["page"]

    day = f"{end.day} {end:%b %Y}"
    assert text(page.sentence).split(". ")[0] == (
        f"If the platform certificate rotates on {day}, 1 of 1 app stops connecting: 1 customer, about 56,000 users"
    )
    assert [(row.name, row.users, row.days_left, row.settles) for row in page.rows] == [
        (app.name, "55,510", "in 8 d", "Add the next key and release by 2 December.")
    ]
    assert [count.apps for count in page.counts] == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("badnesses", "expected"),
    [
        ([3], "No platform rotation is known, but 1 of 1 app is unknown: nobody can tell yet what it meets."),
        ([3, 3, 5], "No platform rotation is known, but 2 of 3 apps are unknown: nobody can tell yet."),
        ([5], "No platform rotation is known; 1 of 1 app is ready for every plausible change."),
    ],
)
def test_the_overview_never_counts_the_unknown_as_fine(admin: Client, badnesses: list[int], expected: str) -> None:
    for badness in badnesses:
        builders.app(badness=badness)

    page = admin.get("/").context["page"]

    assert "".join(part.text for part in page.sentence) == expected


def test_who_cannot_rule_a_stop_out_does_not_say_that_none_stops() -> None:
    rotation = Rotation(window_end=datetime(2027, 1, 14, tzinfo=UTC))
    counts = {"total": 2, "stops": 0, "apps_unknown": 1, "apps_ready": 1}

    parts = sentence(counts, {"stops": 0}, rotation, builders.NOW)

    assert "".join(part.text for part in parts) == (
        "If the platform certificate rotates on 14 Jan 2027, no app is known to stop connecting, "
        "but 1 of 2 apps is unknown: nobody can tell yet what it meets."
    )


def test_activity_shows_values_as_people_write_them(admin: Client) -> None:
    endpoint = Endpoint(
        environment=builders.environment(), host="api.example.test", connect_to=["192.0.2.1", "192.0.2.2"]
    )
    save_endpoint(endpoint, actor=None, now=builders.NOW)

    (row,) = admin.get("/activity/").context["list"].rows

    assert [(change.name, change.after) for change in row.changes] == [
        ("host", "api.example.test"),
        ("port", "443"),
        ("connect to", "192.0.2.1, 192.0.2.2"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_costs_the_same_for_one_app_and_for_three(admin: Client, count: int) -> None:
    for _ in range(count):
        builders.app(badness=1)

    with CaptureQueriesContext(connection) as queries:
        admin.get("/")

    assert len(queries) == 18


def test_a_manager_sees_the_numbers_of_the_own_customer_only() -> None:
    acme = builders.customer("Acme")
    builders.app(acme, badness=5)
    builders.app(builders.customer("Globex"), badness=0)
    client = signed_in(builders.user(Role.MANAGER, acme))

    page = client.get("/").context["page"]

    assert (page.scope, [count.apps for count in page.counts], page.rows) == ("Acme", [0, 0, 0, 0, 0, 1], ())


def pin_of(fleet: Fleet) -> Pin:
    pin_set = PinSet.objects.create(release=fleet.app(), format="hash_list", source=b"", uploaded_at=NOW)
    rule = PinRule.objects.create(pin_set=pin_set, position=0, pattern="acme.cloud.test")
    return Pin.objects.create(
        rule=rule, position=0, text="sha256/…", kind="spki_sha256", digest=WILDCARD.facts.spki_sha256.hex()
    )


def test_a_certificate_shows_where_it_is_served_and_who_pins_it(admin: Client) -> None:
    fleet = Fleet()
    serve(fleet.host("acme.cloud.test"), WILDCARD, ISSUING)
    pin = pin_of(fleet)

    page = admin.get(f"/certificates/{WILDCARD.facts.sha256.hex()}/").context["page"]

    assert [(row.host, row.addresses) for row in page.served] == [("acme.cloud.test", "192.0.2.1")]
    assert [(row.app_pk, row.what, row.hosts) for row in page.pinned] == [
        (pin.rule.pin_set.release.app_id, "key of this certificate", "acme.cloud.test")
    ]
    assert [one.label for one in page.identifiers] == [
        "Key (SPKI), SHA-256",
        "Certificate (DER), SHA-256",
        "Key (SPKI), SHA-1",
        "Certificate (DER), SHA-1",
        "Raw key, SHA-256",
        "Raw key, SHA-1",
    ]
    assert page.pem == WILDCARD.pem.decode()


def test_a_certificate_that_another_customer_serves_does_not_exist() -> None:
    serve(Fleet().host("acme.cloud.test"), WILDCARD, ISSUING)
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))
    digest = WILDCARD.facts.sha256.hex()

    assert stranger.get(f"/certificates/{digest}/").status_code == 404
    assert stranger.get("/certificates/").context["list"].rows == ()
    assert stranger.get(f"/search/?q={digest}").context["page"].groups == ()


def test_a_pin_is_found_in_any_notation_and_by_its_first_characters(admin: Client) -> None:
    fleet = Fleet()
    serve(fleet.host("acme.cloud.test"), WILDCARD, ISSUING)
    pin_of(fleet)
    digest = WILDCARD.facts.spki_sha256
    from base64 import b64encode

    base64 = b64encode(digest).decode()
    questions = [base64, f"sha256/{base64}", digest.hex(), digest.hex(":").upper(), f"{base64[:8]}…"]

    titles = [
        [group.title for group in admin.get("/search/", {"q": question}).context["page"].groups]
        for question in questions
    ]

    assert titles == [["Certificates", "Apps that pin it"]] * 5


def test_a_question_with_one_answer_leads_to_it(admin: Client) -> None:
    environment = builders.environment(builders.customer("Acme"), "lonely")

    assert admin.get("/search/?q=lonel")["Location"] == f"/environments/{environment.pk}/"


def test_findings_come_worst_first_and_stay_with_their_customer(admin: Client) -> None:
    endpoint = builders.endpoint()
    Finding.objects.create(code="expires_soon", endpoint=endpoint, text="In 18 days.", first_seen_at=NOW)
    for host in (endpoint, builders.endpoint()):
        Finding.objects.create(code="expired", endpoint=host, text="Since 2 days.", first_seen_at=NOW)
    stranger = signed_in(builders.user(Role.MANAGER, builders.customer()))

    listing = admin.get("/findings/").context["list"]

    assert [(row.code, row.severity, row.more) for row in listing.rows] == [
        ("expired", "error", "and 1 other"),
        ("expires_soon", "warning", ""),
    ]
    assert text(listing.sentence).split(":")[0] == "1 error and 1 warning are in force"
    assert stranger.get("/findings/").context["list"].rows == ()


def test_activity_shows_what_differs_to_those_who_may_see_it(admin: Client) -> None:
    acme = builders.customer("Acme")
    AuditEntry.objects.create(
        at=NOW, customer=acme, verb="edited", subject="app", label="Wallet",
        before={"name": "Purse", "users": 3}, after={"name": "Wallet", "users": 3},
    )  # fmt: skip
    stranger = signed_in(builders.user(Role.MANAGER, builders.customer()))

    rows = admin.get("/activity/").context["list"].rows

    assert [(row.actor, row.verb, row.label) for row in rows] == [("certdash", "edited", "Wallet")]
    assert [(change.name, change.before, change.after) for change in rows[0].changes] == [("name", "Purse", "Wallet")]
    assert stranger.get("/activity/").context["list"].rows == ()


def test_a_wrong_password_gets_a_sentence_that_helps(client: Client) -> None:
    builders.user(Role.MANAGER, builders.customer(), email="mia@example.test")

    response = client.post("/log-in/", {"username": "mia@example.test", "password": "wrong"})

    assert response.context["form"].non_field_errors() == [
        (
            "This e-mail address and password do not belong together. Check both; the password is case-sensitive. "
            "If you have lost it, an admin can set a new one."
        )
    ]


def test_logging_in_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    builders.user(Role.MANAGER, builders.customer(), email="mia@example.test")
    given = {"username": "mia@example.test", "password": builders.PASSWORD, "next": "/findings/"}

    assert client.post("/log-in/", given)["Location"] == "/findings/"


def test_logging_out_ends_the_session(admin: Client) -> None:
    admin.post("/log-out/")

    assert admin.get("/").status_code == 302


def test_what_does_not_exist_has_a_page_of_the_same_hand(admin: Client) -> None:
    response = admin.get("/nowhere/")

    assert (response.status_code, "There is nothing at this address" in response.content.decode()) == (404, True)


def test_the_style_guide_is_closed_in_production(admin: Client) -> None:
    assert admin.get("/styleguide/").status_code == 404
