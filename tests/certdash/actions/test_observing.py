"""Intervals of observation: what opens one, what ends it, and what a silent address means."""

from datetime import timedelta

import pytest

from certdash.actions import probing
from certdash.models import Chain, ChainLink, Endpoint, Observation
from certdash.probes.reading import ServedChain
from tests.certdash.visits import (
    CADENCE,
    GONE,
    HOUR,
    ISSUING,
    MINUTE,
    NEW,
    NOW,
    OLD,
    OTHER,
    SILENT,
    intervals,
    row_of,
    visit,
    watched,
)

pytestmark = pytest.mark.django_db


def test_a_first_visit_opens_an_interval_and_stores_the_chain() -> None:
    [key] = watched()

    changed = visit(NOW, ("192.0.2.1", OLD), second=[])

    chain = Chain.objects.get(sha256=OLD.sha256)
    links = ChainLink.objects.filter(chain=chain).values_list("position", "certificate__sha256")
    assert changed == [key]
    assert intervals() == [("192.0.2.1", "ecdsa_first", "old", NOW, None)]
    assert list(links) == [(0, chain.leaf.sha256), (1, ISSUING.facts.sha256.hex())]
    assert row_of(key).unevaluated_since == NOW


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
