"""What all lists share: columns to choose, a CSV that equals the page, and any address answered with a page."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certdash.models import AuditEntry, Certificate, Environment, Finding, Prediction, Role, Rotation, Verdict
from certdash.queries.lists import keyset
from certdash.queries.lists.keyset import Order
from certdash.queries.lists.saved_filters import LISTS
from tests.certdash import builders, visitors
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, Fleet, nsc, pin, serve
from tests.pki import Issued

NOW = timezone.now()
DAY = timedelta(days=1)
# Of each list the cell that names a row, in the CSV and on the page.
NAMES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "environments": ("environment", lambda row: row.name),
    "apps": ("app", lambda row: row.name),
    "rotations": ("certificate", lambda row: row.name),
    "certificates": ("certificate", lambda row: row.certificate.name),
    "findings": ("text", lambda row: row.text),
    "activity": ("name", lambda row: row.label),
}
# Filters and orders under which a page and its CSV are compared.
QUERIES = {
    "environments": ("", "stage=test", "sort=-name", "sort=expires_at", "status=stops", "q=env-1"),
    "apps": ("", "status=at_risk", "sort=-active_users", "sort=ship_by", "platform=android"),
    "rotations": ("", "kind=custom", "state=done", "state=planned"),
    "certificates": ("", "kind=leaf", "sort=common_name", "served=now", "sort=-first_seen_at"),
    "findings": ("", "severity=error", "code=expired", "about=endpoint"),
    "activity": ("", "subject=app", "q=Thing+1"),
}  # fmt: skip
PAGES = [(name, query) for name, queries in QUERIES.items() for query in queries]


def leaf(host: str, number: int) -> Issued:
    return ISSUING.leaf(host, not_before=NOW - DAY, not_after=NOW + (40 + number) * DAY)


def world(count: int = 7) -> Fleet:
    """As many rows in every list, of every kind."""
    fleet = Fleet()
    for number in range(count):
        host = fleet.host(f"h{number}.acme.test")
        served = leaf(host.host, number)
        serve(host, served, ISSUING)
        builders.environment(
            fleet.customer, f"env-{number}", stage=("test", "production")[number % 2], badness=number % 6,
            expires_at=NOW + number * DAY if number % 3 else None,
        )  # fmt: skip
        release = fleet.app(nsc(host.host, pin(served)), users=number)
        type(release.app).objects.filter(pk=release.app_id).update(
            badness=number % 6, ship_by=(NOW + number * DAY).date() if number % 2 else None
        )
        Finding.objects.create(
            endpoint=host, code=("expired", "expires_soon")[number % 2], text=f"No. {number}", first_seen_at=NOW
        )
        certificate = Certificate.objects.get(sha256=served.facts.sha256.hex())
        Rotation.objects.create(
            endpoint=host, leaf=certificate, created_at=NOW, window_start=NOW + number * DAY if number % 3 else None,
            state=("planned", "done")[number % 4 == 3], done_at=NOW - number * DAY if number % 4 == 3 else None,
        )  # fmt: skip
        AuditEntry.objects.create(
            at=NOW, customer=fleet.customer, verb="edited", subject="app", label=f"Thing {number}"
        )
    return fleet


def stirred(fleet: Fleet, count: int) -> None:
    """As many rows more in every list, each with what answers a further question: an app that stops, a prediction."""
    for number in range(Rotation.objects.count(), Rotation.objects.count() + 2 * count, 2):
        environment = builders.environment(
            fleet.customer, f"acmeacme-{number}", badness=1, affected_count=2, expires_at=NOW if number % 3 else None
        )
        host = builders.endpoint(environment, f"h{number}.acmeacme.test")
        served = leaf(host.host, number)
        serve(host, served, ISSUING)
        app = builders.app(fleet.customer, f"acmeacme {number}", badness=1)
        release = builders.release(app)
        Verdict.objects.create(
            release=release, endpoint=host, host=host.host, value="will_fail", badness=1, now="ready",
            next="will_fail", reason_code="pin_not_served", reason="It stops.", decided_at=NOW,
        )  # fmt: skip
        certificate = Certificate.objects.get(sha256=served.facts.sha256.hex())
        Rotation.objects.create(endpoint=host, leaf=certificate, created_at=NOW, is_stopping=True)
        over = Rotation.objects.create(
            endpoint=host, leaf=certificate, created_at=NOW, state="done", first_changed_at=NOW, done_at=NOW
        )
        Prediction.objects.create(
            rotation=over, release=release, endpoint=host, predicted="will_fail", actual="failing", decided_at=NOW
        )
        Finding.objects.create(endpoint=host, code="expired", text=f"acmeacme {number}", first_seen_at=NOW)
        AuditEntry.objects.create(
            at=NOW, customer=fleet.customer, verb="edited", subject="app", label=f"acmeacme {number}"
        )


@pytest.fixture
def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


def table(client: Client, address: str) -> list[list[str]]:
    response: Any = client.get(address)
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode())))


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "query"), PAGES)
def test_the_csv_has_the_rows_of_the_page_in_their_order(admin: Client, page: str, query: str) -> None:
    world()
    head, name = NAMES[page]

    listing = admin.get(f"/{page}/?{query}").context["list"]
    heads, *rows = table(admin, f"/{page}/{listing.csv_url}")

    assert [row[heads.index(head)] for row in rows] == [name(row) for row in listing.rows]
    assert len(listing.rows) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("page", LISTS)
def test_columns_that_are_left_out_leave_the_page_and_the_csv(admin: Client, page: str) -> None:
    world(2)

    everything = admin.get(f"/{page}/").context["list"].choice
    listing = admin.get(f"/{page}/?show=none").context["list"]
    bare = table(admin, f"/{page}/{listing.csv_url}")
    whole = table(admin, f"/{page}/?format=csv")

    assert set(everything.shown.values()) == {True}
    assert (everything.is_set, listing.choice.is_set, set(listing.choice.shown.values())) == (False, True, {False})
    assert 0 < len(bare[0]) < len(whole[0])
    assert len(bare) == len(whole)


@pytest.mark.django_db
def test_ticked_boxes_and_a_link_mean_the_same_columns(admin: Client) -> None:
    builders.environment()

    ticked = admin.get("/environments/?show=none&show=stage&show=apps").context["list"]
    linked = admin.get("/environments/?show=stage,apps").context["list"]

    assert ticked.choice == linked.choice
    assert ticked.csv_url == "?show=stage%2Capps&format=csv"


@pytest.mark.django_db
def test_all_boxes_are_as_good_as_none_and_an_unknown_one_is_told(admin: Client) -> None:
    builders.environment()
    names = "customer,stage,domains,issuer,lifetime,rotation,apps,affected,checked"

    whole = admin.get(f"/environments/?show={names}")
    wrong = admin.get("/environments/?show=shoes")

    assert (whole.context["list"].choice.is_set, whole.context["list"].csv_url) == (False, "?format=csv")
    assert (wrong.context["list"].choice.is_set, wrong.context["notices"]) == (
        False,
        ("“shoes” is not a column of this list, so it is left out.",),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("page=-1", "This list has no filter “page”, so that was left out."),
        ("stage[]=test&a=b", "This list has no filter “a” and 1 more, so that was left out."),
        ("after=x", "This page's address is damaged, so the list starts at its beginning."),
        ("stage=moon", "“moon” is not a stage in this list, so the filter shows all."),
        ("sort=password", "The list cannot be sorted by “password”, so it is sorted as usual."),
    ],
)
def test_nonsense_is_left_out_and_told(admin: Client, query: str, notice: str) -> None:
    builders.environment()

    response = admin.get(f"/environments/?{query}")

    assert (response.status_code, response.context["notices"]) == (200, (notice,))
    assert len(response.context["list"].rows) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("page", LISTS)
def test_a_list_costs_eight_statements_at_most_and_the_same_for_fifty_rows(admin: Client, page: str) -> None:
    counts = []
    for count in (1, 3, 52):
        world(count)
        with CaptureQueriesContext(connection) as queries:
            admin.get(f"/{page}/")
        counts.append(len(queries))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 8


@pytest.mark.django_db
@pytest.mark.parametrize("page", [*LISTS, "search"])
def test_a_text_among_apps_that_stop_and_predictions_takes_eight_statements_at_most(admin: Client, page: str) -> None:
    """A first request: tests keep no figures. What is asked is read as a name and as the beginning of a pin."""
    fleet, counts = Fleet(customer=builders.customer("Acmeacme")), []
    for count in (1, 2, 50):
        stirred(fleet, count)
        with CaptureQueriesContext(connection) as queries:
            admin.get(f"/{page}/?q=ACMEacme")
        counts.append(len(queries))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 8


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "query"), [*PAGES, ("environments", "sort=-window_start"), ("apps", "sort=-ship_by")])
def test_no_filter_and_no_order_takes_more_than_eight_statements(admin: Client, page: str, query: str) -> None:
    """Not on the next page either, where the rows without a value begin."""
    stirred(Fleet(), 52)

    with CaptureQueriesContext(connection) as first:
        listing = admin.get(f"/{page}/?{query}").context["list"]
    with CaptureQueriesContext(connection) as second:
        admin.get(f"/{page}/{listing.page.next_url or f'?{query}'}")

    assert (len(first) <= 8, len(second) <= 8) == (True, True)


@pytest.mark.django_db
def test_rows_are_read_in_chunks_in_the_order_of_the_pages() -> None:
    for number in (3, 1, 2):
        builders.environment(None, f"e{number}", expires_at=NOW + number * DAY if number > 1 else None)

    chunks = keyset.chunks(Environment.objects.all(), Order.parse("-expires_at", ("expires_at",)), 2)

    assert [[row.name for row in chunk] for chunk in chunks] == [["e3", "e2"], ["e1"]]


WORDS = st.sampled_from(
    ["", "0", "-1", "1", "9" * 30, "none", "stops", "platform", "~", "-~1", "x~1", "2026-01-01~1", "\x00", "😀",
     "%", "'", '"><script>', "null", "[]", "٣", "name", "-badness", "done", "csv", "sha256/AAAA"]
).filter(lambda text: text.isprintable() or text == "\x00")  # fmt: skip
PARTS = st.sampled_from(
    ["q", "sort", "show", "saved", "after", "before", "n", "from", "format", "customer", "stage", "status", "domain",
     "expires", "issuer", "platform", "kind", "served", "severity", "about", "code", "state", "apps", "subject", "x[]"]
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def asked() -> Client:
    people = visitors.build().people
    return signed_in(people["customer_admin"])


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.sampled_from([*LISTS, "search"]), parts=st.lists(st.tuples(PARTS, WORDS | TEXT), max_size=5))
def test_no_address_of_a_list_is_a_fault(asked: Client, page: str, parts: list[tuple[str, str]]) -> None:
    response: Any = asked.get(f"/{page}/?{urlencode(parts)}")

    assert response.status_code in ({200, 302} if page == "search" else {200})
    if response.streaming:
        assert b"".join(response.streaming_content)
