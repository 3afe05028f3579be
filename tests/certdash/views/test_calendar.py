"""The calendar: a secret link, what its reader may see, and entries that move, end and keep their names."""

import io
import logging
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import Settings

from certdash.actions import calendar_entries
from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import App, CalendarEntry, CalendarLink, Role, Rotation, User
from certdash.runtime.logs import WithoutSecrets
from tests.certdash import builders
from tests.certdash.builders import signed_in
from tests.certdash.fleet import ISSUING, NOW, WILDCARD, Fleet, serve

pytestmark = pytest.mark.django_db
PAGE = "/settings/calendar/"


@pytest.fixture(autouse=True)
def _home(settings: Settings) -> None:
    settings.BASE_URL = "https://certdash.example"


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def owner(fleet: Fleet) -> User:
    return builders.user(Role.APP_OWNER, fleet.customer)


def served(fleet: Fleet) -> Rotation:
    """One rotation from 15 Dec to 14 Jan and an app that must ship by 2 Dec."""
    endpoint = fleet.host("a.cloud.test")
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    builders.app(fleet.customer, "Field Service", badness=1, ship_by=date(2026, 12, 2))
    calendar_entries.refresh(now=NOW)
    return Rotation.objects.get()


def make(client: Client) -> str:
    response = client.post(f"{PAGE}make/")
    return str(response.context["url"]).removeprefix("http://testserver")


def entries(path: str) -> dict[str, tuple[str, date, date, int, datetime]]:
    response = Client().get(path)
    assert (response.status_code, response["content-type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    return {
        str(event["uid"]): (
            str(event["summary"]),
            event.decoded("dtstart"),
            event.decoded("dtend"),
            event.decoded("sequence"),
            event.decoded("last-modified"),
        )
        for event in events
    }


def test_a_link_reads_windows_and_ship_by_dates_without_a_log_in(fleet: Fleet, owner: User) -> None:
    rotation = served(fleet)
    app = App.objects.get()

    assert entries(make(signed_in(owner))) == {
        f"app-{app.pk}@certdash.example": (
            "Ship Field Service by today", date(2026, 12, 2), date(2026, 12, 3), 0, NOW
        ),
        f"rotation-{rotation.pk}@certdash.example": (
            "Rotation of *.cloud.test (planned)", date(2026, 12, 15), date(2027, 1, 15), 0, NOW
        ),
    }  # fmt: skip


def test_others_see_in_theirs_what_they_may_see(fleet: Fleet) -> None:
    served(fleet)
    people = (
        builders.user(Role.PLATFORM_MANAGER),
        builders.user(Role.CUSTOMER_ADMIN, builders.customer()),
        builders.user(),
    )

    assert [len(entries(make(signed_in(person)))) for person in people] == [2, 0, 0]


@pytest.mark.parametrize(
    ("opens", "closes", "days"),
    [
        (datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 23, 59, tzinfo=UTC), (b"20270328", b"20270329")),
        (datetime(2027, 10, 30, tzinfo=UTC), datetime(2027, 10, 31, 23, 59, tzinfo=UTC), (b"20271030", b"20271101")),
        (datetime(2028, 2, 28, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC), (b"20280228", b"20280301")),
    ],
)
def test_days_stay_days_across_daylight_saving_and_on_the_leap_day(
    fleet: Fleet, owner: User, opens: datetime, closes: datetime, days: tuple[bytes, bytes]
) -> None:
    rotation = served(fleet)
    path = make(signed_in(owner))
    Rotation.objects.filter(pk=rotation.pk).update(window_start=opens, window_end=closes)

    with timezone.override(ZoneInfo("Europe/Berlin")):
        calendar_entries.refresh(now=NOW + timedelta(days=1))
        body = Client().get(path).content

    assert b"\r\nDTSTART;VALUE=DATE:%b\r\nDTEND;VALUE=DATE:%b\r\n" % days in body
    assert b"TZID" not in body


def test_what_moves_counts_up_what_stays_does_not_and_what_is_called_off_disappears(fleet: Fleet, owner: User) -> None:
    rotation = served(fleet)
    path, uid = make(signed_in(owner)), f"rotation-{rotation.pk}@certdash.example"
    found = []

    for days, fields in ((1, {}), (2, {"window_start": NOW + timedelta(days=30)}), (3, {"state": "cancelled"})):
        Rotation.objects.update(**fields)
        calendar_entries.refresh(now=NOW + timedelta(days=days))
        entry = entries(path).get(uid)
        found.append(entry[1:] if entry else None)

    assert found == [
        (date(2026, 12, 15), date(2027, 1, 15), 0, NOW),
        (date(2026, 12, 24), date(2027, 1, 15), 1, NOW + timedelta(days=2)),
        None,
    ]


def test_a_window_that_is_open_does_not_move_every_day(fleet: Fleet) -> None:
    served(fleet)
    for days in (25, 26):
        now = NOW + timedelta(days=days)
        Rotation.objects.update(window_start=now)
        calendar_entries.refresh(now=now)

    row = CalendarEntry.objects.get(app=None)
    assert (row.starts_on, row.sequence) == (date(2026, 12, 15), 0)


def test_the_secret_is_shown_once_and_kept_as_a_hash(fleet: Fleet, owner: User) -> None:
    client = signed_in(owner)
    path = make(client)
    token = path.removeprefix("/calendar/").removesuffix(".ics")

    link = CalendarLink.objects.get()
    assert token not in client.get(PAGE).content.decode()
    assert (len(token), token in link.token_sha256, link.last_read_at) == (43, False, None)
    Client().get(path)
    link.refresh_from_db()
    assert link.last_read_at is not None


def test_a_new_link_and_a_revocation_end_the_old_one_and_so_does_a_closed_account(fleet: Fleet, owner: User) -> None:
    client = signed_in(owner)
    first = make(client)
    second = make(client)
    found = [Client().get(path).status_code for path in (first, second)]
    client.post(f"{PAGE}revoke/")
    found.append(Client().get(second).status_code)
    third = make(client)
    User.objects.update(is_active=False)
    found.append(Client().get(third).status_code)

    assert found == [404, 200, 404, 404]


def test_guesses_writes_and_strangers_get_nothing(fleet: Fleet) -> None:
    anonymous = Client()

    assert [anonymous.get(f"/calendar/{token}.ics").status_code for token in ("x", "é" * 40, "x" * 3000)] == [404] * 3
    assert anonymous.post("/calendar/x.ics").status_code == 405
    assert [anonymous.post(f"{PAGE}{verb}/").status_code for verb in ("make", "revoke")] == [302, 302]
    assert CalendarLink.objects.count() == 0


def test_no_line_of_the_log_shows_the_secret() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutSecrets("%(message)s"))

    for line in ("Not Found: /calendar/s3cret.ics", "at https://a.test/welcome/Mg/s3cret/ and on"):
        handler.emit(logging.makeLogRecord({"msg": line}))

    assert stream.getvalue() == "Not Found: /calendar/…\nat https://a.test/welcome/…/ and on\n"
