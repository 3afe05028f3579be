"""Many rotations at once cost what one costs; hosts that come back after the end are still compared."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certdash.actions import rotations
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints
from certdash.models import AuditEntry, Endpoint, Notice, Prediction, Rotation, Verdict
from certdash.queries.risk.predictions import Comparison, Tally, compare
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, NOW, SIBLING, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued

pytestmark = pytest.mark.django_db

LATER = NOW + 10 * DAY


def own(host: str, days: int = 0) -> Issued:
    return ISSUING.leaf(host, not_after=EXPIRY + days * DAY)


def renewed(count: int) -> list[int]:
    """Custom hosts, each with an app that pins its key, of which the next look sees another certificate."""
    fleet = Fleet()
    hosts = [fleet.host(f"api{number}.acme.test") for number in range(count)]
    for host in hosts:
        leaf = own(host.host)
        serve(host, leaf, ISSUING)
        fleet.app(nsc(host.host, pin(leaf)))
    evaluate_endpoints([host.pk for host in hosts], now=NOW)
    for host in hosts:
        serve(host, own(host.host, days=90), ISSUING, at=LATER)
    return [host.pk for host in hosts]


@pytest.mark.parametrize("count", [1, 3])
def test_noticing_and_settling_take_as_many_statements_for_three_renewals_as_for_one(count: int) -> None:
    keys = renewed(count)

    with CaptureQueriesContext(connection) as noticing:
        begun = rotations.begin(keys, now=LATER)
    with CaptureQueriesContext(connection) as settling:
        rotations.settle(keys, now=LATER)

    assert (len(begun), Rotation.objects.filter(state="done").count()) == (count, count)
    assert (len(noticing), len(settling)) == (14, 16)


def test_a_whole_evaluation_takes_as_many_statements_for_three_renewals_as_for_one() -> None:
    counts = []
    for keys in (renewed(1), renewed(3)):
        with CaptureQueriesContext(connection) as queries:
            evaluate_endpoints(keys, now=LATER)
        counts.append(len(queries))

    assert Rotation.objects.filter(state="done").count() == 4
    assert counts[0] == counts[1]


def test_each_of_many_renewals_is_frozen_compared_recorded_and_told_by_itself() -> None:
    keys = renewed(3)

    evaluate_endpoints(keys, now=LATER)
    evaluate_endpoints(keys, now=LATER)

    names = [f"api{number}.acme.test" for number in range(3)]
    rows = Prediction.objects.order_by("endpoint__host")
    assert list(rows.values_list("rotation__endpoint__host", "endpoint__host", "predicted", "actual")) == [
        (name, name, "will_fail", "failing") for name in names
    ]
    states = Rotation.objects.order_by("state", "endpoint__host").values_list("state", "endpoint__host")
    assert list(states) == [("done", name) for name in names] + [("planned", name) for name in names]
    done = Notice.objects.filter(event="rotation_done").order_by("subject").values_list("subject", flat=True)
    assert list(done) == [f"{name} has rotated" for name in names]
    chains = Rotation.objects.filter(state="done").order_by("pk").values_list("actual_chain__leaf__sha256", flat=True)
    entries = AuditEntry.objects.filter(verb="began").order_by("subject_id")
    assert [entry.after for entry in entries] == [{"leaf": sha256} for sha256 in chains]


def on_the_wildcard(fleet: Fleet, *names: str) -> list[Endpoint]:
    hosts = [fleet.host(f"{name}.cloud.test") for name in names]
    for host in hosts:
        serve(host, WILDCARD, ISSUING)
        fleet.app(nsc(host.host, pin(WILDCARD)), users=700)
    evaluate_endpoints([host.pk for host in hosts], now=NOW)
    return hosts


def look(endpoint: Endpoint, *chain: Issued, days: int) -> None:
    serve(endpoint, *chain, at=NOW + days * DAY)
    for domain_id in evaluate_endpoints([endpoint.pk], now=NOW + days * DAY):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=NOW + days * DAY)


def test_a_host_that_was_silent_while_the_rotation_ended_is_compared_when_it_comes_back() -> None:
    a, b = on_the_wildcard(Fleet(), "a", "b")
    look(a, NEXT, ISSUING, days=10)
    look(b, days=11)
    rotation = Rotation.objects.get(state="done")
    assert compare(rotation) == Comparison(Tally(2, 1400), Tally(1, 700), 2, 1, ())

    look(b, NEXT, ISSUING, days=12)

    assert compare(rotation) == Comparison(Tally(2, 1400), Tally(2, 1400), 2, 0, ())
    late = Prediction.objects.get(endpoint=b)
    verdict = Verdict.objects.get(endpoint=b)
    assert (late.actual, late.actual_reason, late.actual_at) == (verdict.now, verdict.reason, NOW + 12 * DAY)


def test_what_is_compared_late_is_compared_once_and_told_no_second_time() -> None:
    a, b = on_the_wildcard(Fleet(), "a", "b")
    look(a, NEXT, ISSUING, days=10)
    look(b, days=11)
    look(b, NEXT, ISSUING, days=12)

    look(b, days=13)
    look(b, NEXT, ISSUING, days=14)

    assert Prediction.objects.get(endpoint=b).actual_at == NOW + 12 * DAY
    assert Notice.objects.filter(event="rotation_done", customer=None).count() == 1


@pytest.mark.parametrize("chain", [(WILDCARD, ISSUING), (SIBLING.leaf("*.cloud.test"), SIBLING)], ids=["old", "other"])
def test_a_host_that_comes_back_with_another_chain_says_nothing_about_a_rotation_that_is_done(
    chain: tuple[Issued, ...],
) -> None:
    a, b = on_the_wildcard(Fleet(), "a", "b")
    look(a, NEXT, ISSUING, days=10)
    look(b, days=11)

    look(b, *chain, days=12)

    assert Prediction.objects.get(rotation__state="done", endpoint=b).actual == ""
