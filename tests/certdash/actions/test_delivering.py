"""Leases and marks: one gets a parcel, a repetition is known by its identifier, and failures wait ever longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from certdash.actions.delivering import (
    BACK_OFF,
    LONGEST,
    MOST_FAILURES,
    Parcel,
    claim,
    due_channels,
    mark_failed,
    mark_sent,
    revive,
    tidy,
)
from certdash.actions.outbox import put
from certdash.actions.routing import route
from certdash.models import Channel, Delivery, Event, Membership, Notice, Role
from certdash.queries.notices.drafts import Draft, Words
from tests.certdash import builders
from tests.certdash.builders import NOW

pytestmark = pytest.mark.django_db
LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


def notices(count: int, now: datetime = NOW) -> None:
    start = Notice.objects.count()
    for number in range(start, start + count):
        words = Words(f"subject {number}", "what", "so what", "to do")
        put([Draft(Event.ROTATION_BEGAN, str(number), None, words, "/")], now=now)
    route(now=now, has_mail=False)


def channel(kind: str = "email", **fields: object) -> Channel:
    given = {"name": "ops", "kind": kind, "target": "ops@example.test", "pace": "at_once"} | fields
    return Channel.objects.create(**given)


def claimed(row: Channel, now: datetime = NOW) -> Parcel:
    parcel = claim(row.pk, now=now, lease_for=LEASE)
    assert parcel is not None
    return parcel


def subjects(parcel: Parcel) -> list[str]:
    return [notice.subject for notice in parcel.notices]


def states() -> list[tuple[str, int, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "attempts", "last_error"))


def standing(row: Channel) -> tuple[int, datetime | None, datetime | None, str]:
    row.refresh_from_db()
    return row.failures, row.retry_at, row.broken_since, row.last_error


def fail(row: Channel, now: datetime, *, is_passing: bool = True) -> None:
    mark_failed(claimed(row, now), "No.", is_passing=is_passing, now=now)


def test_of_two_workers_one_gets_the_parcel_and_its_mark_ends_it() -> None:
    row = channel()
    notices(2)

    first = claimed(row)
    second = claim(row.pk, now=NOW + SECOND, lease_for=LEASE)
    mark_sent(first, now=NOW + SECOND)

    assert (subjects(first), second, due_channels(now=NOW + timedelta(days=1))) == (
        ["subject 0", "subject 1"],
        None,
        [],
    )
    assert states() == [("sent", 1, ""), ("sent", 1, "")]


def test_a_crash_between_send_and_mark_sends_the_same_parcel_again_and_loses_none() -> None:
    row = channel()
    notices(2)
    crashed = claimed(row)
    notices(1, NOW + SECOND)

    fresh = claimed(row, NOW + SECOND)
    again = claimed(row, NOW + LEASE)

    assert (again.id, subjects(again)) == (crashed.id, ["subject 0", "subject 1"])
    assert again.lease != crashed.lease
    assert (subjects(fresh), fresh.id != crashed.id) == (["subject 2"], True)


def test_a_mark_that_comes_after_the_lease_changes_nothing() -> None:
    row = channel()
    notices(1)
    late = claimed(row)
    again = claimed(row, NOW + LEASE)

    mark_failed(late, "No.", is_passing=False, now=NOW + LEASE)
    mark_sent(again, now=NOW + LEASE)
    mark_sent(late, now=NOW + 2 * LEASE)

    assert states() == [("sent", 1, "")]
    assert standing(row) == (0, None, None, "")


def test_a_program_gets_each_notice_by_itself() -> None:
    row = channel("webhook")
    notices(2)

    assert [subjects(claimed(row)), subjects(claimed(row))] == [["subject 0"], ["subject 1"]]
    assert claim(row.pk, now=NOW, lease_for=LEASE) is None


def test_attempts_wait_ever_longer_and_after_the_limit_the_owner_must_look() -> None:
    row = channel()
    notices(1)
    now, found = NOW, []

    for _ in range(MOST_FAILURES + 1):
        fail(row, now)
        failures, retry_at, broken_since, _ = standing(row)
        assert retry_at is not None
        assert claim(row.pk, now=retry_at - SECOND, lease_for=LEASE) is None
        found.append((failures, retry_at - now, broken_since is not None))
        now = retry_at

    waits = (*BACK_OFF, BACK_OFF[-1])
    assert found == [(number, wait, number >= MOST_FAILURES) for number, wait in enumerate(waits, 1)]
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 180, 360, 360]


def test_what_does_not_pass_by_itself_is_shown_at_once_and_tried_on() -> None:
    row = channel()
    notices(1)

    fail(row, NOW, is_passing=False)

    assert standing(row) == (1, NOW + BACK_OFF[0], NOW, "No.")
    mark_sent(claimed(row, NOW + BACK_OFF[0]), now=NOW + BACK_OFF[0])
    assert (standing(row), states()) == ((0, None, None, ""), [("sent", 2, "")])


def test_new_notices_wait_with_a_channel_that_fails() -> None:
    row = channel("webhook")
    notices(1)
    fail(row, NOW)
    notices(1, NOW + SECOND)

    assert due_channels(now=NOW + SECOND) == []
    revive(row.pk, now=NOW + 2 * SECOND)
    assert [subjects(claimed(row, NOW + 2 * SECOND)) for _ in range(2)] == [["subject 0"], ["subject 1"]]


def test_an_archived_channel_gets_nothing_and_keeps_what_waits() -> None:
    row = channel()
    notices(1)
    Channel.objects.update(archived_at=NOW)

    assert (due_channels(now=NOW), claim(row.pk, now=NOW, lease_for=LEASE)) == ([], None)
    assert states() == [("waiting", 0, "")]


def test_who_has_lost_their_role_gets_nothing_that_was_on_its_way() -> None:
    user = builders.user(Role.PLATFORM_ADMIN)
    row = channel(user=user)
    notices(1)
    Membership.objects.all().delete()

    assert claimed(row).notices == ()
    assert states() == [("dropped", 0, "Its reader is no longer told of such things.")]


def test_after_a_month_it_is_no_news_and_after_a_year_it_is_forgotten() -> None:
    channel()
    notices(1)
    found: list[Sequence[object]] = []

    for days in (29, 30, 399, 400):
        tidy(now=NOW + timedelta(days=days))
        found.append([state for state, _, _ in states()])

    assert (LONGEST.days, found) == (30, [["waiting"], ["dropped"], ["dropped"], []])
