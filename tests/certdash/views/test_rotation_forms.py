"""Rotations by hand over HTTP: what is said of one is edited, and what comes of it."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.forms.rotations import RotationForm
from certdash.models import AuditEntry, Role, Rotation
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, Fleet, serve
from tests.certdash.rotating import DAY, MIDNIGHT, NOW, admin, announce, platform_rotation

pytestmark = pytest.mark.django_db


def shown(client: Client, rotation: Rotation) -> dict[str, Any]:
    """The form as a browser would send it back unchanged."""
    form = client.get(f"/rotations/{rotation.pk}/edit/").context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_owner_source_note_and_window_of_a_planned_rotation_are_kept_and_move_its_forecast() -> None:
    fleet = Fleet()
    rotation, endpoint, _ = platform_rotation(fleet)
    client, start = admin(), MIDNIGHT + 10 * DAY
    wanted = {
        "owner": "Dana Ortiz",
        "window_start": start.date(),
        "window_end": (start + 5 * DAY).date(),
        "source_url": "https://status.cloud.test/7",
        "note": "At night.",
    }

    response = client.post(f"/rotations/{rotation.pk}/edit/", shown(client, rotation) | wanted)
    evaluate_endpoints([endpoint.pk], now=NOW)

    assert response["Location"] == f"/rotations/{rotation.pk}/"
    rotation.refresh_from_db()
    said = (rotation.state, rotation.owner, rotation.source_url, rotation.note)
    assert said == ("planned", "Dana Ortiz", "https://status.cloud.test/7", "At night.")
    assert (rotation.window_start, rotation.window_evidence) == (start, "announced")
    page = client.get(f"/rotations/{rotation.pk}/").context["page"]
    assert page.run_by == "Dana Ortiz"
    assert [(one.title, one.url, one.note) for one in page.evidence if one.title == "announced"] == [
        ("announced", "https://status.cloud.test/7", "At night.")
    ]
    entry = AuditEntry.objects.get(verb="edited", subject="rotation")
    assert entry.after == {
        "owner": "Dana Ortiz",
        "source_url": "https://status.cloud.test/7",
        "note": "At night.",
        "start": start.isoformat(),
        "end": (start + 5 * DAY).replace(hour=23, minute=59).isoformat(),
    }


def test_the_window_of_an_announced_rotation_is_that_of_its_successor() -> None:
    fleet = Fleet()
    rotation, endpoint, following = platform_rotation(fleet)
    successor = announce(fleet, following, endpoint)
    client, start = admin(), MIDNIGHT + 40 * DAY

    client.post(f"/rotations/{rotation.pk}/edit/", shown(client, rotation) | {"window_start": start.date()})
    evaluate_endpoints([endpoint.pk], now=NOW)

    successor.refresh_from_db()
    said = (successor.window_start, successor.source_url, successor.note)
    assert said == (start, "https://status.cloud.test/1", "Yearly")
    rotation.refresh_from_db()
    assert (rotation.state, rotation.window_start, rotation.announced_start) == ("announced", start, None)


PASSED = "This day has passed. Give today or a later day, or clear it."
OVER = "This day has passed, so it says nothing about what comes. Give a later one."
SWAPPED = f"The latest day is before the earliest, {(NOW + 9 * DAY).date()}. Swap them, or clear one."
BEHIND = f"Today's certificate expires on {(NOW + 80 * DAY).date()}, so the change comes before this day. "


@pytest.mark.parametrize(
    ("start", "end", "field", "sentence"),
    [
        (-2, None, "window_start", PASSED),
        (None, -1, "window_end", OVER),
        (9, 8, "window_end", SWAPPED),
        (81, None, "window_start", f"{BEHIND}Give an earlier one."),
    ],
)
def test_a_window_that_cannot_be_is_refused_with_a_sentence_and_what_was_typed_stays(
    start: int | None, end: int | None, field: str, sentence: str
) -> None:
    rotation, _, _ = platform_rotation(Fleet())
    client = admin()
    days = {"window_start": start, "window_end": end}
    wanted = {name: (NOW + count * DAY).date() for name, count in days.items() if count is not None}

    response = client.post(f"/rotations/{rotation.pk}/edit/", shown(client, rotation) | {"note": "Soon"} | wanted)

    assert response.status_code == 422
    form = response.context["form"]
    assert (form.errors, form["note"].value()) == ({field: [sentence]}, "Soon")
    assert not AuditEntry.objects.filter(verb="edited").exists()


def test_a_window_that_is_open_stays_when_only_the_note_is_changed() -> None:
    rotation, _, _ = platform_rotation(Fleet())
    Rotation.objects.update(announced_start=MIDNIGHT - 3 * DAY)
    client = admin()

    response = client.post(f"/rotations/{rotation.pk}/edit/", shown(client, rotation) | {"note": "Any day"})

    assert response.status_code == 302
    rotation.refresh_from_db()
    assert (rotation.announced_start, rotation.note) == (MIDNIGHT - 3 * DAY, "Any day")


def test_days_of_a_window_are_those_of_utc_whatever_the_zone_of_the_night() -> None:
    form = RotationForm(
        {"window_start": "2027-03-28", "window_end": "2027-10-31", "seen": "as it was"},
        expires=date(2027, 12, 1),
        today=date(2027, 3, 1),
    )

    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert form.is_valid()
        assert form.window == (
            datetime(2027, 3, 28, tzinfo=UTC),
            datetime(2027, 10, 31, 23, 59, tzinfo=UTC),
        )


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_nothing() -> None:
    rotation, _, _ = platform_rotation(Fleet())
    client = admin()
    opened = shown(client, rotation)
    client.post(f"/rotations/{rotation.pk}/edit/", opened | {"owner": "First"})

    response = client.post(f"/rotations/{rotation.pk}/edit/", opened | {"owner": "Second"})

    form = response.context["form"]
    assert (response.status_code, form["owner"].value()) == (422, "Second")
    assert form.non_field_errors() == [
        (
            "Somebody has changed this rotation since you opened the form, so nothing was stored. What you typed is "
            "below: compare it with the rotation's page, then save it again."
        )
    ]
    rotation.refresh_from_db()
    assert rotation.owner == "First"
    again = {name: form[name].value() or "" for name in form.fields}
    assert client.post(f"/rotations/{rotation.pk}/edit/", again).status_code == 302


def test_a_form_that_was_sent_twice_is_stored_once_and_told_as_stored() -> None:
    rotation, _, _ = platform_rotation(Fleet())
    client = admin()
    wanted = shown(client, rotation) | {"owner": "Ops", "window_end": (NOW + 9 * DAY).date()}
    client.post(f"/rotations/{rotation.pk}/edit/", wanted)

    again = client.post(f"/rotations/{rotation.pk}/edit/", wanted)

    assert (again.status_code, again.headers.get("Location")) == (302, f"/rotations/{rotation.pk}/")
    told = [str(one) for one in client.get(f"/rotations/{rotation.pk}/").context["messages"]]
    assert told[-1] == "The rotation of *.cloud.test is stored as you gave it."
    assert AuditEntry.objects.filter(verb="edited").count() == 1


def test_a_customers_admin_edits_and_calls_off_the_rotation_of_the_own_domain_alone() -> None:
    fleet = Fleet()
    platform, _, _ = platform_rotation(fleet)
    host = fleet.host("api.acme.test")
    serve(host, ISSUING.leaf(host.host, not_after=NOW + 80 * DAY), ISSUING, at=NOW)
    evaluate_endpoints([host.pk], now=NOW)
    custom = Rotation.objects.get(endpoint=host)
    client = signed_in(builders.user(Role.CUSTOMER_ADMIN, fleet.customer))

    edited = client.post(f"/rotations/{custom.pk}/edit/", shown(client, custom) | {"owner": "Ops"})
    called_off = client.post(f"/rotations/{custom.pk}/call-off/", {"reason": "Not needed."})

    assert (edited.status_code, called_off.status_code) == (302, 302)
    assert client.get(f"/rotations/{platform.pk}/edit/").status_code == 403
    assert list(Rotation.objects.filter(endpoint=host).order_by("pk").values_list("state", "owner")) == [
        ("cancelled", "Ops"),
        ("planned", ""),
    ]
