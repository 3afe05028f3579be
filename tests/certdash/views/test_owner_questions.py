"""Asking the owners of an app: who is reached, what they get, how often, and what the page tells afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from certdash.actions.acknowledgements import Plan, acknowledge
from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.routing import route
from certdash.models import (
    App,
    AuditEntry,
    Channel,
    Delivery,
    Event,
    Notice,
    NoticePreference,
    Role,
    Rotation,
    User,
)
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NOW, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.SMTP_HOST = "mail.example.test"


@pytest.fixture
def app() -> App:
    """At risk on one host of the platform, and owned by Omar."""
    fleet = Fleet()
    endpoint = fleet.host("a.cloud.test")
    found = fleet.app(nsc("a.cloud.test", pin(WILDCARD))).app
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    found.owner = builders.user(Role.APP_OWNER, found.customer, email="omar@example.test")
    found.save(update_fields=["owner"])
    return App.objects.get(pk=found.pk)


@pytest.fixture
def ada() -> User:
    return builders.user(Role.PLATFORM_ADMIN, email="ada@example.test")


def ask(client: Client, app: App, seen: int = 0, **given: str) -> Any:
    return client.post(f"/apps/{app.pk}/ask/", {"seen": seen, "note": "When does it ship?"} | given)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def reached() -> set[str]:
    route(now=NOW, has_mail=True)
    return {row.channel.user.name for row in Delivery.objects.select_related("channel__user") if row.channel.user}


def test_a_question_is_one_notice_on_record_with_the_sentence_of_the_asker(app: App, ada: User) -> None:
    client = signed_in(ada)

    response = ask(client, app)

    notice, entry = Notice.objects.get(event=Event.OWNER_ASKED), AuditEntry.objects.get(verb="asked about")
    assert (response.status_code, response.headers["Location"]) == (302, f"/apps/{app.pk}/")
    assert (notice.customer_id, notice.app_id, notice.is_urgent) == (app.customer_id, app.pk, True)
    assert notice.payload["path"] == f"/apps/{app.pk}/"
    assert notice.payload["what"].endswith("ada asks: When does it ship?")
    assert notice.payload["facts"]["asked"] == ["omar"]
    assert (entry.actor, entry.label, entry.after and entry.after["note"]) == (ada, app.name, "When does it ship?")


def test_it_reaches_who_can_ship_a_fix_whatever_else_they_chose_and_nobody_else(app: App, ada: User) -> None:
    acme = app.customer
    clara = builders.user(Role.CUSTOMER_ADMIN, acme, email="clara@example.test")
    for role, owner in ((Role.APP_OWNER, acme), (Role.MANAGER, acme), (Role.APP_OWNER, builders.customer())):
        builders.user(role, owner)
    Channel.objects.create(user=clara, name="hook", kind="webhook", target="https://a.test/", events=["rotation_done"])
    NoticePreference.objects.create(customer=acme, role="app_owner", events=[])

    ask(signed_in(ada), app)

    assert reached() == {"omar", "clara"}
    assert Notice.objects.get(event=Event.OWNER_ASKED).payload["facts"]["asked"] == ["omar", "clara"]


def test_who_asks_gets_no_notice_of_it(app: App) -> None:
    clara = builders.user(Role.CUSTOMER_ADMIN, app.customer, email="clara@example.test")

    ask(signed_in(clara), app)

    assert reached() == {"omar"}


def test_the_app_s_page_tells_who_was_asked_and_how_far_it_got(app: App, ada: User) -> None:
    client = signed_in(ada)
    ask(client, app)
    reached()

    page = client.get(f"/apps/{app.pk}/").context["page"]

    assert (page.asked.by, page.asked.to, page.asked.at.text, page.asked.note) == (
        "ada", "omar", "0 min", "When does it ship?",
    )  # fmt: skip
    assert (page.asked.state, page.asked.is_stuck, page.asked.answer) == ("on its way", False, "")


@pytest.mark.parametrize(
    ("delivery", "state", "is_stuck"),
    [
        ({"state": "sent"}, "delivered to 1 channel", False),
        ({"last_error": "Nothing listens there."}, "not delivered yet: Nothing listens there", True),
        (None, "reached nobody: they have no channel any more", True),
    ],
    ids=["sent", "refused", "nobody"],
)
def test_how_far_a_question_got_is_told(
    app: App, ada: User, delivery: dict[str, str] | None, state: str, is_stuck: bool
) -> None:
    client = signed_in(ada)
    ask(client, app)
    reached()
    if delivery is None:
        Delivery.objects.all().delete()
    else:
        Delivery.objects.update(**delivery)

    asked = client.get(f"/apps/{app.pk}/").context["page"].asked

    assert (asked.state, asked.is_stuck) == (state, is_stuck)


def test_the_owner_answers_with_the_acknowledgement_of_the_rotation(app: App, ada: User) -> None:
    ask(signed_in(ada), app)
    rotation = Rotation.objects.get()
    owner = signed_in(User.objects.get(email="omar@example.test"))

    before = owner.get(f"/apps/{app.pk}/").context["page"].asked
    acknowledge(rotation, app, Plan("4.3", text="In review."), actor=app.owner, now=datetime.now(tz=NOW.tzinfo))
    after = owner.get(f"/apps/{app.pk}/").context["page"].asked

    assert before.answer_url == f"/rotations/{rotation.pk}/acknowledge/{app.pk}/"
    assert (after.answer, after.answer_url) == ("omar answered: 4.3 ships. In review.", "")


def test_a_second_click_sends_nothing_and_says_so(app: App, ada: User) -> None:
    client = signed_in(ada)
    ask(client, app)

    response = ask(client, app)

    assert (response.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (422, 1)
    assert list(response.context["form"].non_field_errors()) == [
        "Somebody asked in the meantime, so nothing was sent again. Look at what they asked, then decide."
    ]
    assert response.context["form"]["note"].value() == "When does it ship?"


def test_the_same_situation_is_asked_again_within_a_day_only_on_purpose(app: App, ada: User) -> None:
    client = signed_in(ada)
    ask(client, app)
    page = client.get(f"/apps/{app.pk}/ask/")
    seen = page.context["ask"].seen

    by_accident = ask(client, app, seen)
    on_purpose = ask(client, app, seen, again="yes")

    assert "omar was asked 0 min ago by ada, in the same situation." in " ".join(page.text.split())
    assert list(by_accident.context["form"].non_field_errors()) == [
        "The same was asked within a day, so nothing was sent. Ask again only if it is meant."
    ]
    assert (on_purpose.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (302, 2)


def test_a_day_later_the_same_may_be_asked_without_more_ado(app: App, ada: User) -> None:
    client = signed_in(ada)
    ask(client, app)
    Notice.objects.update(created_at=datetime.now(tz=NOW.tzinfo) - timedelta(hours=25))
    seen = client.get(f"/apps/{app.pk}/ask/").context["ask"].seen

    response = ask(client, app, seen)

    assert (response.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (302, 2)


def test_after_three_questions_within_a_day_it_says_to_call(app: App, ada: User) -> None:
    client = signed_in(ada)
    for _ in range(3):
        ask(client, app, client.get(f"/apps/{app.pk}/ask/").context["ask"].seen, again="yes")

    response = ask(client, app, client.get(f"/apps/{app.pk}/ask/").context["ask"].seen, again="yes")

    assert (response.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (422, 3)
    assert "The owners of" in response.text
    assert "call them instead" in response.text


def test_where_nobody_is_a_member_nothing_is_sent_and_the_page_says_what_to_do(app: App, ada: User) -> None:
    User.objects.filter(email="omar@example.test").update(is_active=False)
    client = signed_in(ada)

    page, response = client.get(f"/apps/{app.pk}/ask/"), ask(client, app)

    assert (response.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (422, 0)
    assert f"Nobody who could ship a fix of {app.name} can be reached from here." in page.text
    assert "/settings/members/new/" in page.text


def test_where_no_mail_leaves_and_nobody_has_a_channel_the_message_is_there_to_send(
    app: App, ada: User, settings: Settings
) -> None:
    settings.SMTP_HOST = ""
    client = signed_in(ada)

    page, response = client.get(f"/apps/{app.pk}/ask/"), ask(client, app)

    (omar,) = page.context["ask"].people
    assert (omar.name, omar.how, omar.why) == ("omar", "", "has no channel, and no mail server is set")
    assert page.context["ask"].mail_url.startswith("mailto:omar%40example.test?subject=")
    assert (response.status_code, Notice.objects.filter(event=Event.OWNER_ASKED).count()) == (422, 0)


def test_a_broken_channel_reaches_nobody(app: App, ada: User) -> None:
    Channel.objects.create(
        user=app.owner, name="hook", kind="webhook", target="https://a.test/", broken_since=NOW, last_error="No."
    )

    page = signed_in(ada).get(f"/apps/{app.pk}/ask/")

    (omar,) = page.context["ask"].people
    assert (omar.how, omar.why) == ("", "their channel is broken")


def test_a_channel_of_the_customer_is_asked_and_one_of_the_platform_is_no_owner(app: App, ada: User) -> None:
    User.objects.filter(email="omar@example.test").update(is_active=False)
    Channel.objects.create(name="ops", kind="webhook", target="https://a.test/", events=[Event.OWNER_ASKED.value])
    client = signed_in(ada)

    by_platform = client.get(f"/apps/{app.pk}/ask/").context["ask"]
    Channel.objects.create(customer=app.customer, name="team", kind="webhook", target="https://b.test/")
    by_team = client.get(f"/apps/{app.pk}/ask/").context["ask"]

    assert (by_platform.reached, by_team.reached) == ([], [f"webhook “team” of {app.customer.name}"])


def test_nobody_asks_about_an_app_of_their_own(app: App) -> None:
    clara = builders.user(Role.CUSTOMER_ADMIN, app.customer)
    App.objects.filter(pk=app.pk).update(owner=clara)
    client = signed_in(clara)

    answers = (client.get(f"/apps/{app.pk}/ask/").status_code, client.get(f"/apps/{app.pk}/").context["page"].may_ask)

    assert answers == (403, False)


def test_a_note_is_shown_as_text_and_a_private_key_in_it_is_refused(app: App, ada: User) -> None:
    client = signed_in(ada)
    key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGVyeXNlY3JldA==\n-----END PRIVATE KEY-----"

    refused = ask(client, app, note=key)
    ask(client, app, note="<script>alert(1)</script>")
    page = client.get(f"/apps/{app.pk}/")

    assert (refused.status_code, b"MC4CAQAw" in refused.content) == (422, False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_a_note_that_is_too_long_comes_back_with_what_to_do(app: App, ada: User) -> None:
    response = ask(signed_in(ada), app, note="x" * 301)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["note"])
    assert response.context["form"]["note"].value() == "x" * 301
