"""Rotations by hand over HTTP: what is said of one is edited, one is called off, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from certdash.actions import calendar_entries
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import AuditEntry, CalendarEntry, Endpoint, Notice, Role, Rotation, Successor
from certdash.queries.candidates import Target, read_candidate
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, Fleet, nsc, pin, serve
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0)


def leaves() -> tuple[Issued, Issued]:
    """Served now, for eighty days more, and what follows."""
    served = ISSUING.leaf("*.cloud.test", not_before=NOW - 20 * DAY, not_after=NOW + 80 * DAY)
    return served, ISSUING.leaf("*.cloud.test", not_before=NOW - DAY, not_after=NOW + 180 * DAY)


def platform_rotation(fleet: Fleet) -> tuple[Rotation, Endpoint, Issued]:
    served, following = leaves()
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(served)), users=700)
    serve(endpoint, served, ISSUING, at=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return Rotation.objects.get(), endpoint, following


def announce(fleet: Fleet, following: Issued, endpoint: Endpoint) -> Successor:
    target = Target(platform_domain=fleet.domain)
    words = Announcement(MIDNIGHT + 30 * DAY, None, "https://status.cloud.test/1", "Yearly")
    row = register(read_candidate(pem(following, ISSUING), target, now=NOW), target, words, actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return row


def admin() -> Client:
    return signed_in(builders.user(Role.PLATFORM_ADMIN))


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


def test_calling_off_withdraws_what_was_announced_and_plans_the_next_one_by_expiry() -> None:
    fleet = Fleet()
    rotation, endpoint, following = platform_rotation(fleet)
    successor = announce(fleet, following, endpoint)
    client = admin()

    response = client.post(f"/rotations/{rotation.pk}/call-off/", {"reason": "Postponed to spring"})
    evaluate_endpoints([endpoint.pk], now=NOW + DAY)

    assert response["Location"] == f"/rotations/{rotation.pk}/"
    rotation.refresh_from_db()
    assert (rotation.state, rotation.cancel_reason) == ("cancelled", "Postponed to spring.")
    assert not Successor.objects.filter(pk=successor.pk, withdrawn_at=None).exists()
    after = Rotation.objects.get(state="planned")
    forecast = (after.leaf_id, after.successor, after.window_evidence, after.window_end)
    assert forecast == (rotation.leaf_id, None, "platform_rule", NOW + 80 * DAY)
    entry = AuditEntry.objects.get(verb="called off")
    assert (entry.before, entry.after) == (
        {"state": "announced"},
        {"state": "cancelled", "reason": "Postponed to spring.", "withdrawn": f"[{successor.pk}]"},
    )


def test_whoever_has_a_host_concerned_is_told_once_and_not_twice_about_the_successor() -> None:
    fleet = Fleet()
    rotation, endpoint, following = platform_rotation(fleet)
    announce(fleet, following, endpoint)
    builders.endpoint(builders.environment(), "elsewhere.example.test")

    admin().post(f"/rotations/{rotation.pk}/call-off/", {"reason": "Postponed."})

    told = Notice.objects.filter(event__in=("rotation_cancelled", "successor_withdrawn"))
    assert set(told.values_list("event", "customer", "subject")) == {
        ("rotation_cancelled", None, "Rotation of *.cloud.test called off"),
        ("rotation_cancelled", fleet.customer.pk, "Rotation of *.cloud.test called off"),
    }
    assert told[0].payload["what"] == "The planned rotation of *.cloud.test was called off: Postponed."


def test_calendars_show_the_entry_as_called_off_under_a_higher_sequence_and_later_no_more() -> None:
    fleet = Fleet()
    rotation, _, _ = platform_rotation(fleet)
    calendar_entries.refresh(now=NOW)
    client = admin()
    url = client.post("/settings/calendar/make/").context["url"]

    client.post(f"/rotations/{rotation.pk}/call-off/", {"reason": "Postponed."})
    calendar_entries.refresh(now=timezone.now() + DAY)

    events = Calendar.from_ical(Client().get(url).content).walk("VEVENT")
    (event,) = [one for one in events if str(one["uid"]).startswith(f"rotation-{rotation.pk}@")]
    told = (str(event["status"]), event.decoded("sequence"), str(event["summary"]))
    assert told == ("CANCELLED", 1, "Called off: rotation of *.cloud.test")
    calendar_entries.refresh(now=timezone.now() + 61 * DAY)
    assert not CalendarEntry.objects.filter(rotation=rotation).exists()


def test_without_a_reason_nothing_is_called_off() -> None:
    rotation, _, _ = platform_rotation(Fleet())

    response = admin().post(f"/rotations/{rotation.pk}/call-off/", {"reason": " "})

    assert response.status_code == 422
    assert response.context["form"].errors == {"reason": ["Say why: this is what everybody concerned is told."]}
    rotation.refresh_from_db()
    assert rotation.state == "planned"


UNDER_WAY = (
    "This rotation is under way: the next certificate is served already, so it cannot be called off or edited. "
    "What was predicted is frozen, and its page follows what happens."
)
DONE = "This rotation is done, so it cannot be called off or edited. The next one has its own page."
CANCELLED = "This rotation was called off before. The next one has its own page."


@pytest.mark.parametrize("path", ["edit", "call-off"])
@pytest.mark.parametrize(("state", "sentence"), [("under_way", UNDER_WAY), ("done", DONE), ("cancelled", CANCELLED)])
def test_what_has_begun_or_is_over_stays_and_a_sentence_says_why(path: str, state: str, sentence: str) -> None:
    rotation, _, _ = platform_rotation(Fleet())
    Rotation.objects.update(state=state)

    response = admin().post(f"/rotations/{rotation.pk}/{path}/", {"reason": "Too late."}, follow=True)

    assert response.redirect_chain == [(f"/rotations/{rotation.pk}/", 302)]
    assert [str(message) for message in response.context["messages"]] == [sentence]
    rotation.refresh_from_db()
    assert (rotation.state, rotation.cancelled_at) == (state, None)


def test_the_page_of_one_that_was_called_off_says_why_and_offers_nothing() -> None:
    rotation, _, _ = platform_rotation(Fleet())
    client = admin()
    client.post(f"/rotations/{rotation.pk}/call-off/", {"reason": "Postponed."})

    page = client.get(f"/rotations/{rotation.pk}/").context["page"]

    today, expiry = timezone.now(), NOW + 80 * DAY
    assert "".join(part.text for part in page.sentence) == (
        f"This rotation was called off on {today:%-d %b %Y}: Postponed. "
        f"Its certificate expires on {expiry:%-d %b %Y}, and another rotation comes by then."
    )
    assert (page.edit_url, page.successor_url) == ("", "")


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
