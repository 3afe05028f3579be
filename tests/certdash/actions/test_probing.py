"""Claiming and recording: a statement each while nothing changes, intervals when something does, one effect for two."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from certdash.actions import probing
from certdash.actions.probing import Batch, Cadence
from certdash.actions.scheduling import schedule
from certdash.models import Chain, ChainLink, Endpoint, Observation, ProbeSchedule
from certdash.probes.fingerprint import outcome as told
from certdash.probes.reading import AddressReading, Outcome, Profile, ReadFailure, Reading, ServedChain, Target
from tests.certdash import builders
from tests.pki import Authority

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LEASE = 2 * MINUTE
CADENCE = Cadence(timedelta(minutes=15), timedelta(days=1))
ISSUING = Authority.root().authority("Issuing")
OLD, NEW, OTHER = (ServedChain.of((ISSUING.leaf(f"{name}.test").der, ISSUING.der)) for name in ("old", "new", "other"))
SILENT = ReadFailure("timed_out", "No answer.", is_passing=True)
GONE = ReadFailure("resolution_failed", "There is no such host.")


def watched(count: int = 1, host: str = "", **fields: object) -> list[int]:
    environment = builders.environment()
    keys = [builders.endpoint(environment, host, **fields).pk for _ in range(count)]
    schedule(keys, now=NOW)
    return keys


def claim(now: datetime = NOW, size: int = 100) -> Batch:
    return probing.claim_batch(now=now, size=size, lease_for=LEASE)


def seen(target: Target, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None) -> Outcome:
    """What the engine tells of addresses that answered like this; `second` is for the other profile."""
    return told(target, _readings("ecdsa_first", found), None if second is None else _readings("rsa_only", second))


def _readings(
    profile: Profile, found: list[tuple[str, Reading]] | tuple[tuple[str, Reading], ...]
) -> tuple[AddressReading, ...]:
    return tuple(AddressReading(address, profile, reading) for address, reading in found)


def visit(now: datetime, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None) -> list[int]:
    """Claim everything, let every endpoint answer the same, record."""
    batch = probing.claim_batch(now=now, size=100, lease_for=LEASE, endpoint_ids=_all())
    return record(batch, now, *found, second=second)


def record(
    batch: Batch, now: datetime, *found: tuple[str, Reading], second: list[tuple[str, Reading]] | None = None
) -> list[int]:
    outcomes = [seen(target, *found, second=second) for target in batch.targets]
    return probing.record_batch(batch, outcomes, now=now, cadence=CADENCE)


def _all() -> list[int]:
    return list(ProbeSchedule.objects.values_list("pk", flat=True))


def intervals() -> list[tuple[str, str, str, datetime, datetime | None]]:
    """Address, profile, chain or failure, start and end of every interval."""
    return [
        (
            row.address,
            row.profile,
            _name(row),
            row.first_seen_at,
            row.ended_at,
        )
        for row in Observation.objects.select_related("chain").order_by("first_seen_at", "address", "profile")
    ]


def _name(row: Observation) -> str:
    names = {OLD.sha256: "old", NEW.sha256: "new", OTHER.sha256: "other"}
    return names[row.chain.sha256] if row.chain else row.failure_code


def row_of(endpoint_id: int) -> ProbeSchedule:
    return ProbeSchedule.objects.get(pk=endpoint_id)


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

    with django_assert_num_queries(17):
        changed = record(batch, NOW + HOUR, ("192.0.2.1", NEW), second=[])

    assert len(changed) == count


def test_a_first_visit_opens_an_interval_and_stores_the_chain() -> None:
    [key] = watched()

    changed = visit(NOW, ("192.0.2.1", OLD), second=[])

    chain = Chain.objects.get(sha256=OLD.sha256)
    links = ChainLink.objects.filter(chain=chain).values_list("position", "certificate__sha256")
    assert changed == [key]
    assert intervals() == [("192.0.2.1", "ecdsa_first", "old", NOW, None)]
    assert list(links) == [(0, chain.leaf.sha256), (1, ISSUING.facts.sha256.hex())]
    assert row_of(key).unevaluated_since == NOW


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


def test_a_new_chain_ends_the_old_interval_and_opens_the_next() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])

    changed = visit(NOW + HOUR, ("192.0.2.1", NEW), second=[])

    assert changed == [key]
    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, NOW + HOUR),
        ("192.0.2.1", "ecdsa_first", "new", NOW + HOUR, None),
    ]


def test_a_failure_is_an_observation_too_and_is_looked_at_again_soon_then_less_often() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])
    jitter = 0.95 + (key * 7919 % 1000) / 10000

    spans = []
    for hour in range(1, 7):
        visit(NOW + hour * HOUR, ("192.0.2.1", SILENT))
        spans.append((row_of(key).next_probe_at - NOW - hour * HOUR) / (CADENCE.interval * jitter))

    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, NOW + HOUR),
        ("192.0.2.1", "ecdsa_first", "timed_out", NOW + HOUR, None),
    ]
    assert [round(span, 2) for span in spans] == [0.25, 0.5, 1, 2, 3, 3]
    assert (row_of(key).last_seen_at, row_of(key).last_probe_at) == (NOW, NOW + 6 * HOUR)


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


def test_an_address_that_an_answer_lacks_stays_a_day_and_then_ends_when_it_was_last_named() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), ("192.0.2.2", OLD), second=[])
    gone_at = NOW + HOUR

    changed = visit(gone_at, ("192.0.2.1", OLD), second=[])
    early = probing.end_missing(now=gone_at + timedelta(hours=24) - MINUTE)
    late = probing.end_missing(now=gone_at + timedelta(hours=24))

    assert (changed, early, late) == ([], [], [key])
    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, None),
        ("192.0.2.2", "ecdsa_first", "old", NOW, gone_at),
    ]


def test_an_address_that_comes_back_within_a_day_was_never_gone() -> None:
    watched()
    visit(NOW, ("192.0.2.1", OLD), ("192.0.2.2", OLD), second=[])
    visit(NOW + HOUR, ("192.0.2.1", OLD), second=[])
    visit(NOW + 2 * HOUR, ("192.0.2.1", OLD), ("192.0.2.2", OLD), second=[])

    ended = probing.end_missing(now=NOW + timedelta(days=3))

    assert ended == []
    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, None),
        ("192.0.2.2", "ecdsa_first", "old", NOW, None),
    ]


def test_a_host_without_addresses_keeps_its_intervals_as_missing_and_shows_the_failure_until_it_is_back() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])

    lost = visit(NOW + HOUR, ("", GONE))
    back = visit(NOW + 2 * HOUR, ("192.0.2.1", OLD), second=[])

    assert (lost, back) == ([key], [key])
    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, None),
        ("", "ecdsa_first", "resolution_failed", NOW + HOUR, NOW + 2 * HOUR),
    ]
    assert list(Observation.objects.values_list("missing_since", flat=True)) == [None, None]


def test_an_override_that_is_taken_out_ends_its_interval_at_once() -> None:
    [key] = watched(connect_to=["192.0.2.1", "192.0.2.2"])
    visit(NOW, ("192.0.2.1", OLD), ("192.0.2.2", NEW), second=[])
    Endpoint.objects.filter(pk=key).update(connect_to=["192.0.2.1"])

    visit(NOW + HOUR, ("192.0.2.1", OLD), second=[])

    assert intervals() == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, None),
        ("192.0.2.2", "ecdsa_first", "new", NOW, NOW + HOUR),
    ]


def test_the_second_profiles_interval_lasts_while_nobody_looks_and_ends_when_both_get_one_chain() -> None:
    watched()
    visit(NOW, ("192.0.2.1", OLD), second=[("192.0.2.1", OTHER)])
    visit(NOW + HOUR, ("192.0.2.1", NEW))
    visit(NOW + 2 * HOUR, ("192.0.2.1", NEW), second=[("192.0.2.1", SILENT)])
    before = intervals()

    visit(NOW + 3 * HOUR, ("192.0.2.1", NEW), second=[])

    assert before == [
        ("192.0.2.1", "ecdsa_first", "old", NOW, NOW + HOUR),
        ("192.0.2.1", "rsa_only", "other", NOW, None),
        ("192.0.2.1", "ecdsa_first", "new", NOW + HOUR, None),
    ]
    assert intervals()[1] == ("192.0.2.1", "rsa_only", "other", NOW, NOW + 3 * HOUR)


def test_another_address_with_the_same_chain_is_no_change_for_verdicts_but_with_another_chain_is() -> None:
    [key] = watched()
    visit(NOW, ("192.0.2.1", OLD), second=[])

    same = visit(NOW + HOUR, ("192.0.2.1", OLD), ("192.0.2.2", OLD), second=[])
    other = visit(NOW + 2 * HOUR, ("192.0.2.1", OLD), ("192.0.2.2", OLD), ("192.0.2.3", NEW), second=[])

    assert (same, other) == ([], [key])


def test_a_chain_that_cannot_be_parsed_is_a_failure_with_the_reason() -> None:
    watched()

    visit(NOW, ("192.0.2.1", ServedChain.of((b"\x30\x03\x02\x01\x01",))), second=[])

    assert intervals() == [("192.0.2.1", "ecdsa_first", "unreadable_certificate", NOW, None)]


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
