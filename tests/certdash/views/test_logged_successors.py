"""Certificates that were found in a public log: expected, not announced, and what no log can tell."""

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Notice, Rotation, Successor
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, SIBLING, SURPRISE, WILDCARD, Fleet, serve
from tests.certdash.views.test_successors import HASH, admin, errors, fleet, register, url
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

__all__ = ("admin", "fleet")


def test_what_was_found_in_a_log_is_expected_from_that_day_on(fleet: Fleet, admin: Client) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)

    register(admin, url(fleet), material=pem(NEXT, ISSUING).decode(), is_logged="on")
    evaluate_endpoints([endpoint.pk], now=timezone.now())

    row = Successor.objects.get()
    endpoint.refresh_from_db()
    assert row.is_logged
    assert list(Rotation.objects.values_list("state", "successor")) == [("planned", row.pk)]
    assert endpoint.window_start is not None
    assert (endpoint.window_evidence, endpoint.window_start.date()) == ("logged", row.registered_at.date())
    assert list(Notice.objects.filter(event="successor_announced", customer=fleet.customer).values_list("subject")) == [
        ("Next certificate of *.cloud.test seen in a public log",)
    ]


def test_an_announcement_takes_the_place_of_a_sighting(fleet: Fleet, admin: Client) -> None:
    serve(fleet.host("a.cloud.test"), WILDCARD, ISSUING)
    register(admin, url(fleet), material=pem(SURPRISE, SIBLING).decode(), is_logged="on")

    register(admin, url(fleet), material=pem(NEXT, ISSUING).decode())

    rows = Successor.objects.order_by("pk").values_list("is_logged", "withdrawn_at")
    assert [(logged, withdrawn is None) for logged, withdrawn in rows] == [(True, False), (False, True)]


OLDER = ISSUING.leaf("*.cloud.test", not_before=EXPIRY - 300 * DAY, not_after=EXPIRY + 90 * DAY)
ANNOUNCED = (
    "The next certificate of *.cloud.test is announced, which counts more than a log. Withdraw that first if it no "
    "longer holds."
)
SERVED_IS_NEWER = (
    "*.cloud.test serves a certificate that was issued on 29 Jun 2026, after this one. Give a newer one, or clear this "
    "box if its owner announced it."
)


def test_a_sighting_beside_an_announcement_is_refused(fleet: Fleet, admin: Client) -> None:
    serve(fleet.host("a.cloud.test"), WILDCARD, ISSUING)
    register(admin, url(fleet), material=HASH)

    response = admin.post(url(fleet), {"do": "preview", "material": pem(SURPRISE, SIBLING).decode(), "is_logged": "on"})

    assert errors(response) == {"is_logged": [ANNOUNCED]}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"material": HASH}, "A log holds certificates. Give the one that you found, or clear this box."),
        (
            {"material": pem(NEXT, ISSUING).decode(), "window_start": "2126-12-01"},
            "A log does not tell when. Clear the days, or this box if somebody named them.",
        ),
        ({"material": pem(OLDER, ISSUING).decode()}, SERVED_IS_NEWER),
    ],
    ids=["hash", "window", "older"],
)
def test_what_no_log_can_tell_is_refused_at_the_box(
    fleet: Fleet, admin: Client, given: dict[str, str], sentence: str
) -> None:
    serve(fleet.host("a.cloud.test"), WILDCARD, ISSUING)

    response = admin.post(url(fleet), {"do": "preview", "is_logged": "on"} | given)

    assert (response.status_code, errors(response)) == (422, {"is_logged": [sentence]})


@pytest.mark.parametrize(
    ("chain", "unexpected"), [((NEXT, ISSUING), ""), ((SURPRISE, SIBLING), "unannounced")], ids=["logged", "other"]
)
def test_another_certificate_than_the_logged_one_is_unannounced_and_contradicts_nobody(
    fleet: Fleet, admin: Client, chain: tuple[Issued, ...], unexpected: str
) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    register(admin, url(fleet), material=pem(NEXT, ISSUING).decode(), is_logged="on")
    evaluate_endpoints([endpoint.pk], now=timezone.now())

    serve(endpoint, *chain, at=timezone.now() + DAY)
    evaluate_endpoints([endpoint.pk], now=timezone.now() + DAY)

    told = Notice.objects.get(event="rotation_began", customer=fleet.customer)
    assert told.payload["facts"]["unexpected"] == unexpected


def test_setting_a_sighting_aside_never_speaks_of_an_announcement(fleet: Fleet, admin: Client) -> None:
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    register(admin, url(fleet), material=pem(NEXT, ISSUING).decode(), is_logged="on")
    evaluate_endpoints([endpoint.pk], now=timezone.now())
    row = Successor.objects.get()

    calling_off = admin.get(f"/rotations/{Rotation.objects.get().pk}/call-off/").context["consequences"]
    asked = admin.get(f"/successors/{row.pk}/withdraw/").content.decode()
    admin.post(f"/successors/{row.pk}/withdraw/")

    assert calling_off[0] == "The successor found in a public log is withdrawn: verdicts rest on assumptions again."
    assert "Withdraw the successor found in a log for *.cloud.test" in asked
    assert list(Notice.objects.filter(event="successor_withdrawn", customer=None).values_list("subject")) == [
        ("Logged certificate of *.cloud.test set aside",)
    ]
