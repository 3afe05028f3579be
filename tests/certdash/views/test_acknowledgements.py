"""Acknowledging a rotation: who may, what is kept, what the rotation page then says."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Acknowledgement, App, AuditEntry, Role, Rotation
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import DAY, ISSUING, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet() -> Fleet:
    """A leaf pin on a platform certificate that leaves in a hundred days."""
    found = Fleet()
    now = timezone.now()
    leaf = ISSUING.leaf("*.cloud.test", not_before=now - 90 * DAY, not_after=now + 100 * DAY)
    endpoint = found.host("a.cloud.test")
    found.app(nsc("a.cloud.test", pin(leaf)), users=1000)
    serve(endpoint, leaf, ISSUING, at=now)
    evaluate_endpoints([endpoint.pk], now=now)
    return found


@pytest.fixture
def owner(fleet: Fleet) -> Client:
    return signed_in(builders.user(Role.APP_OWNER, fleet.customer))


def url(suffix: str = "") -> str:
    return f"/rotations/{Rotation.objects.get().pk}/acknowledge/{App.objects.get().pk}/{suffix}"


def said(client: Client) -> tuple[str, list[tuple[str, str, bool]]]:
    """The end of the page's sentence, and each app's state, plan and lateness."""
    page = client.get(f"/rotations/{Rotation.objects.get().pk}/").context["page"]
    text = "".join(part.text for part in page.sentence)
    return text.rpartition(". ")[2], [(row.state, row.plan, row.is_late) for row in page.answers.rows]


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def in_days(count: int) -> date:
    return (timezone.now() + timedelta(days=count)).date()


def short(day: date) -> str:
    return f"{day.day} {day:%b}"


def test_before_anybody_answers_the_owner_is_missing(owner: Client) -> None:
    assert said(owner) == ("Nobody has acknowledged yet.", [("silent", "", False)])


def test_a_plan_is_kept_and_shown_beside_the_app(owner: Client) -> None:
    day = in_days(5)

    response = owner.post(url(), {"version": "4.3", "ships_on": day.isoformat(), "text": "In review."})

    assert (response.status_code, response["Location"]) == (
        302,
        f"{url().partition('acknowledge')[0]}#acknowledgements",
    )
    assert said(owner) == (
        "The owner has acknowledged.",
        [("planned", f"4.3 ships on {short(day)}. In review.", False)],
    )
    assert list(AuditEntry.objects.filter(verb="acknowledged").values_list("after__plan", flat=True)) == [
        f"ships 4.3 on {day}"
    ]


def test_a_release_that_ships_behind_the_last_safe_day_is_marked(owner: Client) -> None:
    owner.post(url(), {"version": "4.3", "ships_on": in_days(90).isoformat()})

    assert [late for _, _, late in said(owner)[1]] == [True]


def test_the_newest_answer_counts_and_the_old_one_stays_on_record(owner: Client) -> None:
    for version in ("4.3", "4.4"):
        owner.post(url(), {"version": version})

    assert said(owner)[1] == [("planned", "4.4 ships", False)]
    assert list(Acknowledgement.objects.order_by("pk").values_list("version", "withdrawn_at")) == [
        ("4.3", Acknowledgement.objects.get(version="4.3").withdrawn_at),
        ("4.4", None),
    ]


def test_what_is_put_off_is_open_again_on_its_day(owner: Client) -> None:
    owner.post(url(), {"snoozed_until": in_days(3).isoformat(), "text": "Holidays."})
    resting = said(owner)[1]
    Acknowledgement.objects.update(snoozed_until=in_days(0))

    assert [state for state, _, _ in resting] == ["rests"]
    assert [state for state, _, _ in said(owner)[1]] == ["silent"]


def test_an_answer_can_be_taken_back(owner: Client) -> None:
    owner.post(url(), {"version": "4.3"})

    owner.post(url("withdraw/"))

    assert said(owner)[1] == [("silent", "", False)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "__all__"),
        ({"ships_on": "2020-01-01"}, "ships_on"),
        ({"snoozed_until": "2020-01-01", "text": "x"}, "snoozed_until"),
        ({"snoozed_until": "2099-01-01"}, "text"),
        ({"snoozed_until": "2099-01-01", "ships_on": "2098-01-01", "text": "x"}, "snoozed_until"),
        ({"ships_on": "soon"}, "ships_on"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_not_kept(
    owner: Client, given: dict[str, str], field: str
) -> None:
    response = owner.post(url(), given)

    assert (response.status_code, list(errors(response)), Acknowledgement.objects.count()) == (422, [field], 0)


def test_only_those_who_may_edit_the_app_answer_for_it(fleet: Fleet, owner: Client) -> None:
    reader = signed_in(builders.user(Role.MANAGER, fleet.customer))
    admin = signed_in(builders.user(Role.PLATFORM_ADMIN))
    stranger = signed_in(builders.user(Role.CUSTOMER_ADMIN, builders.customer()))

    assert [client.get(url()).status_code for client in (owner, admin, reader, stranger)] == [200, 200, 403, 404]


def test_a_rotation_that_is_over_takes_no_answers(owner: Client) -> None:
    Rotation.objects.update(state="done", done_at=datetime.now(tz=timezone.get_current_timezone()))

    assert owner.get(url()).status_code == 404


def test_taking_back_what_nobody_said_says_so(owner: Client) -> None:
    response = owner.post(url("withdraw/"), follow=True)

    name = App.objects.get().name
    assert [str(message) for message in response.context["messages"]] == [
        f"{name} has no plan, so nothing was taken back."
    ]
