"""A rotation that is called off: what is withdrawn, planned anew and told, and what cannot be called off any more."""

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from certdash.actions import calendar_entries
from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import AuditEntry, CalendarEntry, Notice, Rotation, Successor
from tests.certdash import builders
from tests.certdash.fleet import Fleet
from tests.certdash.rotating import DAY, NOW, admin, announce, platform_rotation

pytestmark = pytest.mark.django_db


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
    following = Rotation.objects.exclude(pk=rotation.pk).get()
    assert [part.url for part in page.sentence if part.url] == [f"/rotations/{following.pk}/"]
    assert (page.edit_url, page.successor_url) == ("", "")
