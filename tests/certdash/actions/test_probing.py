"""Claiming and recording: a statement each while nothing changes, and one effect for two."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from certdash.actions import probing
from certdash.models import ProbeSchedule
from certdash.probes.reading import Target
from tests.certdash.visits import (
    CADENCE,
    HOUR,
    LEASE,
    MINUTE,
    NEW,
    NOW,
    OLD,
    claim,
    intervals,
    record,
    row_of,
    seen,
    visit,
    watched,
)

pytestmark = pytest.mark.django_db


def test_a_claim_gives_all_that_a_probe_needs_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    [key] = watched(host="www.example.test", port=8443, connect_to=["192.0.2.1", "192.0.2.2:443"])

    with django_assert_num_queries(1):
        batch = claim()

    assert batch.targets == (
        Target(key, "www.example.test", 8443, ("192.0.2.1", "192.0.2.2:443"), fingerprint="", is_full=True, attempts=0),
    )


def test_the_longest_due_are_claimed_first_and_what_is_not_due_is_left() -> None:
    keys = watched(3)
    for key, due in zip(keys, (NOW - MINUTE, NOW - HOUR, NOW + MINUTE), strict=True):
        ProbeSchedule.objects.filter(pk=key).update(next_probe_at=due)

    claimed = [[target.endpoint_id for target in claim(size=1).targets] for _ in range(3)]

    assert claimed == [[keys[1]], [keys[0]], []]


def test_nobody_else_gets_a_leased_endpoint_until_its_lease_runs_out() -> None:
    [key] = watched()
    first = claim()

    during, after = claim(NOW + LEASE - MINUTE), claim(NOW + LEASE)

    assert [target.endpoint_id for target in first.targets] == [key]
    assert during.targets == ()
    assert [target.endpoint_id for target in after.targets] == [key]


def test_named_endpoints_are_claimed_whether_due_or_not_unless_they_are_leased() -> None:
    keys = watched(3)
    ProbeSchedule.objects.filter(pk=keys[1]).update(next_probe_at=NOW + HOUR)
    ProbeSchedule.objects.filter(pk=keys[2]).update(lease="held", leased_until=NOW + MINUTE)

    batch = probing.claim_batch(now=NOW, size=10, lease_for=LEASE, endpoint_ids=keys)

    assert sorted(target.endpoint_id for target in batch.targets) == keys[:2]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_an_unchanged_batch_costs_one_statement_to_claim_and_one_to_record(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    watched(count)
    visit(NOW, ("192.0.2.1", OLD), second=[])

    with django_assert_num_queries(1):
        batch = claim(NOW + HOUR)
    with django_assert_num_queries(1):
        changed = record(batch, NOW + HOUR, ("192.0.2.1", OLD))

    assert (len(batch.targets), changed) == (count, [])


@pytest.mark.parametrize("count", [1, 3, 50])
def test_a_batch_that_changes_as_a_whole_costs_the_same_statements_however_large(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    watched(count)
    visit(NOW, ("192.0.2.1", OLD), second=[])
    batch = claim(NOW + HOUR)

    # PostgreSQL waits for its turn in a statement; SQLite has one writer at a time anyway.
    with django_assert_num_queries(25 + (connection.vendor == "postgresql")):
        changed = record(batch, NOW + HOUR, ("192.0.2.1", NEW), second=[])

    assert len(changed) == count


@pytest.mark.parametrize(
    ("pause", "is_returned"), [(4 * CADENCE.interval, False), (4 * CADENCE.interval + MINUTE, True)]
)
def test_an_endpoint_returns_when_its_data_was_stale_at_the_moment_of_recording(
    pause: timedelta, is_returned: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = watched(3)
    visit(NOW, ("192.0.2.1", OLD), second=[])
    batch = claim(NOW + pause - MINUTE)
    outcomes = [seen(target, ("192.0.2.1", OLD)) for target in batch.targets]

    with django_assert_num_queries(0):
        returned = probing.returned(batch, outcomes, now=NOW + pause)

    assert returned == (keys if is_returned else [])


def test_a_batch_that_succeeds_is_due_again_after_an_interval_of_its_own() -> None:
    keys = watched(3)
    visit(NOW, ("192.0.2.1", OLD), second=[])

    rows = [row_of(key) for key in keys]

    jitter = 0.95 + (keys[0] * 7919 % 1000) / 10000
    assert {(row.lease, row.leased_until, row.attempts, row.last_probe_at, row.last_seen_at) for row in rows} == {
        ("", None, 0, NOW, NOW)
    }
    assert {row.next_probe_at for row in rows} == {NOW + CADENCE.interval * jitter}


def test_batches_that_begin_with_other_endpoints_drift_apart() -> None:
    spans = {CADENCE.due(NOW, [key, key + 1]).next_at - NOW for key in range(1000)}

    assert len(spans) == 1000
    assert min(spans) == CADENCE.interval * 0.95
    assert max(spans) < CADENCE.interval * 1.05


def test_the_second_profile_is_due_a_day_after_it_was_looked_at() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])
    early, late = claim(NOW + HOUR), claim(NOW + 26 * HOUR)

    assert [target.is_full for target in early.targets] == [False]
    assert [target.is_full for target in late.targets] == [True]
    assert row_of(key).next_full_probe_at == NOW + timedelta(days=1) * (0.95 + (key * 7919 % 1000) / 10000)


def test_a_batch_that_lost_its_lease_has_no_effect() -> None:
    [key] = watched()
    late = claim()
    current = claim(NOW + LEASE)

    changed = record(late, NOW + LEASE, ("192.0.2.1", OLD), second=[])

    assert changed == []
    assert intervals() == []
    assert row_of(key).lease == current.lease


def test_a_batch_recorded_twice_has_one_effect() -> None:
    [key] = watched()
    batch = claim()

    changed = [record(batch, NOW + minute * MINUTE, ("192.0.2.1", OLD), second=[]) for minute in range(2)]

    assert changed == [[key], []]
    assert intervals() == [("192.0.2.1", "ecdsa_first", "old", NOW, None)]
    assert row_of(key).last_probe_at == NOW


def test_an_endpoint_asked_for_now_is_due_and_a_probe_under_way_is_overtaken() -> None:
    [key] = watched()
    under_way = claim()

    count = probing.request_now([key, key + 1], now=NOW + MINUTE)
    late = record(under_way, NOW + MINUTE, ("192.0.2.1", OLD), second=[])

    assert (count, late) == (1, [])
    assert [target.endpoint_id for target in claim(NOW + MINUTE).targets] == [key]


def test_a_change_waits_for_its_evaluation_and_a_later_change_is_not_forgotten() -> None:
    keys = watched(2)
    visit(NOW, ("192.0.2.1", OLD), second=[])

    waiting = probing.unevaluated(before=NOW + MINUTE)
    probing.mark_evaluated([keys[0]], now=NOW)
    probing.mark_evaluated([keys[1]], now=NOW - MINUTE)

    assert sorted(waiting) == keys
    assert probing.unevaluated(before=NOW + MINUTE) == [keys[1]]


def test_what_is_due_and_free_is_counted() -> None:
    keys = watched(3)
    ProbeSchedule.objects.filter(pk=keys[0]).update(next_probe_at=NOW + MINUTE)
    ProbeSchedule.objects.filter(pk=keys[1]).update(lease="held", leased_until=NOW + MINUTE)

    assert [probing.due_count(NOW), probing.due_count(NOW + MINUTE)] == [1, 3]
