"""The tasks of probing, run in place against real servers; what they enqueue is read back from the queue."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from certdash.actions.scheduling import schedule
from certdash.celery import app
from certdash.models import App, Endpoint, Environment, Observation, ProbeSchedule, Progress, TrustStore
from certdash.tasks import evaluating, probing
from pins.verdict import Value
from tests import tls
from tests.certdash import builders
from tests.certdash.fleet import nsc, pin, upload
from tests.pki import Authority
from tests.tls import Keeping, Server, serving

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PROBE, EVALUATE = "certdash.tasks.probing.probe_batch", "certdash.tasks.evaluating.evaluate_endpoints"
DERIVE = "certdash.tasks.evaluating.derive_around"
ROOT = Authority.root()
ISSUING = ROOT.authority("Issuing")
LEAF = ISSUING.leaf("www.example.test")


@pytest.fixture(autouse=True)
def _loopback_and_an_empty_queue(settings: Settings) -> None:
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.PROBE_DEADLINE = timedelta(seconds=1)
    settings.PROBE_BATCH = 2
    settings.PERIODIC = dict.fromkeys(settings.PERIODIC, timedelta())
    enqueued()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(tls.tls(Keeping(LEAF, [ISSUING]))) as running:
        yield running


def enqueued() -> list[tuple[str, list[Any]]]:
    """Takes every message out of the queue: the task's name and its arguments."""
    found = []
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        while queue.qsize():
            message = queue.get()
            message.ack()
            found.append((message.headers["task"], message.payload[0]))
    return found


def watched(count: int, *places: str) -> list[int]:
    environment = builders.environment()
    keys = [builders.endpoint(environment, connect_to=list(places)).pk for _ in range(count)]
    schedule(keys, now=timezone.now())
    return keys


def run(messages: list[tuple[str, list[Any]]]) -> None:
    for name, arguments in messages:
        app.tasks[name](*arguments)


def app_of(environment: Environment, pin_file: bytes) -> None:
    owned = builders.app(environment.customer)
    owned.environments.add(environment)
    upload(builders.release(owned, share=100), pin_file, now=timezone.now())


def standing_now() -> tuple[str, str]:
    """Of the only environment and the only app."""
    order = tuple(Value)
    return order[Environment.objects.get().badness].value, order[App.objects.get().badness].value


def served() -> list[tuple[int, str]]:
    rows = Observation.objects.filter(ended_at=None).select_related("chain__leaf").order_by("endpoint_id")
    return [(row.endpoint_id, row.chain.leaf.sha256 if row.chain else row.failure_code) for row in rows]


@pytest.mark.parametrize(("due", "hints"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 3)])
def test_the_beat_offers_a_hint_for_each_batch_that_is_due(due: int, hints: int) -> None:
    watched(due, "127.0.0.1:1")

    probing.offer_due()

    assert enqueued() == [(PROBE, [])] * hints


def test_an_offer_asked_for_by_two_beats_is_made_once(settings: Settings) -> None:
    settings.PERIODIC = dict.fromkeys(settings.PERIODIC, HOUR)
    watched(3, "127.0.0.1:1")

    probing.offer_due()
    probing.offer_due()

    assert enqueued() == [(PROBE, [])] * 2


def test_a_hint_claims_probes_records_and_asks_for_the_evaluation_of_what_changed(server: Server) -> None:
    keys = watched(3, server.place)

    probing.probe_batch()

    assert served() == [(keys[0], LEAF.facts.sha256.hex()), (keys[1], LEAF.facts.sha256.hex())]
    assert enqueued() == [(EVALUATE, [keys[:2]])]


def test_more_hints_than_batches_and_hints_delivered_twice_find_nothing_to_do(server: Server) -> None:
    keys = watched(3, server.place)

    for _ in range(5):
        probing.probe_batch()

    assert served() == [(key, LEAF.facts.sha256.hex()) for key in keys]
    assert enqueued() == [(EVALUATE, [keys[:2]]), (EVALUATE, [keys[2:]])]


def test_an_unchanged_endpoint_asks_for_no_evaluation(server: Server) -> None:
    watched(1, server.place)
    probing.probe_batch()
    ProbeSchedule.objects.update(next_probe_at=timezone.now())
    enqueued()

    probing.probe_batch()

    assert enqueued() == []


def test_hosts_read_again_after_a_long_pause_have_what_stands_of_them_derived_at_once(server: Server) -> None:
    [key] = watched(1, server.place)
    Endpoint.objects.update(host="www.example.test")
    TrustStore.objects.create(name="test", pem=ROOT.pem.decode())
    app_of(Environment.objects.get(), nsc("www.example.test", pin(ROOT)))
    probing.probe_batch()
    run(enqueued())
    before = standing_now()
    pause = timezone.now() - 5 * HOUR
    ProbeSchedule.objects.update(next_probe_at=pause, last_probe_at=pause, last_seen_at=pause)
    evaluating.refresh_standing()
    during = standing_now()

    probing.probe_batch()
    asked = enqueued()
    run(asked)

    assert (before, during, standing_now()) == (("ready", "ready"), ("unknown", "unknown"), ("ready", "ready"))
    assert asked == [(DERIVE, [[key]])]


def test_only_those_that_were_stale_and_could_be_read_are_derived(server: Server) -> None:
    _fresh, silent, stale = watched(1, server.place), watched(1, "127.0.0.1:1"), watched(1, server.place)
    for _ in range(2):
        probing.probe_batch()
    enqueued()
    ProbeSchedule.objects.update(next_probe_at=timezone.now())
    pause = timezone.now() - 5 * HOUR
    ProbeSchedule.objects.filter(pk__in=silent + stale).update(last_seen_at=pause)

    for _ in range(2):
        probing.probe_batch()

    assert enqueued() == [(DERIVE, [stale])]


def test_an_endpoint_whose_worker_died_is_offered_again_when_its_lease_has_run_out(server: Server) -> None:
    [key] = watched(1, server.place)
    ProbeSchedule.objects.update(lease="of the dead", leased_until=timezone.now() + HOUR)
    probing.offer_due()
    during = enqueued()

    ProbeSchedule.objects.update(leased_until=timezone.now())
    probing.offer_due()
    after = enqueued()
    probing.probe_batch()

    assert (during, after) == ([], [(PROBE, [])])
    assert served() == [(key, LEAF.facts.sha256.hex())]


def test_probing_now_visits_endpoints_that_are_not_due_and_counts_them_to_the_end(server: Server) -> None:
    good, bad = watched(2, server.place), watched(1, "127.0.0.1:1")
    ProbeSchedule.objects.update(next_probe_at=timezone.now() + HOUR)
    progress = Progress.objects.create(user=builders.user(), title="Check", total=3, started_at=timezone.now())

    probing.probe_now(progress.pk, good + bad)

    progress.refresh_from_db()
    assert served() == [*((key, LEAF.facts.sha256.hex()) for key in good), (bad[0], "connection_refused")]
    assert (progress.done, progress.failed, progress.result, progress.ended_at is not None) == (
        3,
        1,
        "Checked 3: 2 could be read, 1 could not. Their pages say why.",
        True,
    )


def test_probing_now_for_work_that_is_over_or_gone_does_nothing(server: Server) -> None:
    [key] = watched(1, server.place)
    over = Progress.objects.create(
        user=builders.user(), title="Check", total=1, started_at=timezone.now(), ended_at=timezone.now()
    )

    probing.probe_now(over.pk, [key])
    probing.probe_now(over.pk + 1, [key])

    assert (served(), enqueued()) == ([], [])


def test_a_change_whose_evaluation_got_lost_is_offered_again_after_a_while() -> None:
    keys = watched(2)
    ProbeSchedule.objects.filter(pk=keys[0]).update(unevaluated_since=timezone.now() - HOUR)
    ProbeSchedule.objects.filter(pk=keys[1]).update(unevaluated_since=timezone.now())

    probing.offer_unevaluated()

    assert enqueued() == [(EVALUATE, [[keys[0]]])]


def test_an_address_that_was_missing_for_a_day_ends_and_its_endpoint_is_evaluated() -> None:
    [key] = watched(1)
    Observation.objects.create(
        endpoint_id=key,
        address="192.0.2.1",
        failure_code="timed_out",
        first_seen_at=timezone.now() - 50 * HOUR,
        missing_since=timezone.now() - 25 * HOUR,
    )

    probing.end_missing()

    assert served() == []
    assert enqueued() == [(EVALUATE, [[key]])]
