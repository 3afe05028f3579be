"""Rotations: opened, announced, noticed at the first change, predicted from stored rows, compared, closed."""

from datetime import timedelta

import pytest

from certdash.actions.customers import archive_customer
from certdash.actions.environments import archive_endpoint, archive_environment
from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints, evaluate_releases
from certdash.actions.successors import Announcement, register, withdraw
from certdash.models import Endpoint, Prediction, Release, Rotation, Verdict
from certdash.queries.judging.candidates import Target, read_candidate
from certdash.queries.risk.predictions import Comparison, Miss, Tally, compare
from tests.certdash.fleet import (
    DAY,
    EXPIRY,
    ISSUING,
    NEXT,
    NOW,
    ROOT,
    SIBLING,
    SURPRISE,
    WILDCARD,
    Fleet,
    nsc,
    pin,
    serve,
    upload,
)
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

LATER = NOW + 10 * DAY
HOUR = timedelta(hours=1)


def announce(fleet: Fleet) -> None:
    target = Target(platform_domain=fleet.domain)
    candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)
    announcement = Announcement(NOW + 21 * DAY, EXPIRY)
    register(candidate, target, announcement, actor=None, now=NOW)


def served(fleet: Fleet, *names: str, chain: tuple[Issued, ...] = (WILDCARD, ISSUING)) -> list[Endpoint]:
    endpoints = [fleet.host(f"{name}.cloud.test") for name in names]
    for endpoint in endpoints:
        serve(endpoint, *chain)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW + HOUR)
    return endpoints


def rotate(endpoint: Endpoint, *chain: Issued) -> None:
    """The next probe sees another chain, and everything that follows is evaluated."""
    serve(endpoint, *chain, at=LATER)
    for domain_id in evaluate_endpoints([endpoint.pk], now=LATER):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=LATER)


def states() -> list[tuple[str, str]]:
    return list(Rotation.objects.order_by("pk").values_list("state", "leaf__sha256"))


def predictions() -> list[tuple[str, str, str]]:
    return list(Prediction.objects.order_by("endpoint__host").values_list("endpoint__host", "predicted", "actual"))


def test_a_domain_has_one_open_rotation_of_the_leaf_that_most_of_its_hosts_serve() -> None:
    fleet = Fleet()
    odd = fleet.host("odd.cloud.test")
    serve(odd, SURPRISE, SIBLING)

    served(fleet, "a", "b")
    evaluate_endpoints([odd.pk], now=NOW + HOUR)

    assert states() == [("planned", WILDCARD.facts.sha256.hex())]


def test_registering_a_successor_announces_the_rotation_and_withdrawing_it_takes_that_back() -> None:
    fleet = Fleet()
    endpoints = served(fleet, "a")
    keys = [endpoint.pk for endpoint in endpoints]

    announce(fleet)
    evaluate_endpoints(keys, now=NOW + 2 * HOUR)
    rotation = Rotation.objects.get()
    assert (rotation.state, rotation.window_start, rotation.window_end) == (
        "announced",
        (NOW + 21 * DAY).replace(hour=0),
        EXPIRY,
    )
    assert rotation.successor is not None

    withdraw(rotation.successor, actor=None, now=NOW + 3 * HOUR)
    evaluate_endpoints(keys, now=NOW + 3 * HOUR)
    rotation.refresh_from_db()
    assert (rotation.state, rotation.successor_id, rotation.window_start) == ("planned", None, EXPIRY - 30 * DAY)


def test_the_apps_that_were_predicted_to_stop_are_those_that_stop() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    fleet.app(nsc("b.cloud.test", pin(WILDCARD), pin(NEXT)))
    fleet.app(nsc("c.cloud.test", pin(NEXT)))
    endpoints = served(fleet, "a", "b", "c")

    for endpoint in endpoints:
        rotate(endpoint, NEXT, ISSUING)

    assert predictions() == [
        ("a.cloud.test", "will_fail", "failing"),
        ("b.cloud.test", "ready", "ready"),
        ("c.cloud.test", "ready", "ready"),
    ]
    assert states() == [("done", WILDCARD.facts.sha256.hex()), ("planned", NEXT.facts.sha256.hex())]
    assert compare(Rotation.objects.get(state="done")) == Comparison(Tally(1, 700), Tally(1, 700), 3, 0, ())


def test_predictions_are_the_rows_from_before_the_first_observation_and_stay_so() -> None:
    fleet = Fleet()
    first = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    second = fleet.app(nsc("b.cloud.test", pin(ISSUING)))
    a, b = served(fleet, "a", "b")
    before = {row.release_id: (row.next, row.reason, row.decided_at) for row in Verdict.objects.all()}

    rotate(a, SURPRISE, SIBLING)

    rows = Prediction.objects.order_by("endpoint__host")
    assert [(row.release_id, row.predicted, row.predicted_reason, row.decided_at) for row in rows] == [
        (first.pk, *before[first.pk]),
        (second.pk, *before[second.pk]),
    ]
    assert predictions() == [("a.cloud.test", "will_fail", "failing"), ("b.cloud.test", "at_risk", "")]
    # The other host is decided anew by what has been seen, while its prediction stays.
    assert Verdict.objects.get(endpoint=b).evidence == "rolling_out"
    assert states() == [("under_way", WILDCARD.facts.sha256.hex())]


def test_an_evaluation_of_releases_freezes_too_before_it_overwrites() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    (endpoint,) = served(fleet, "a")
    serve(endpoint, SURPRISE, SIBLING, at=LATER)

    evaluate_releases([release.pk], now=LATER)

    assert predictions() == [("a.cloud.test", "will_fail", "")]
    evaluate_endpoints([endpoint.pk], now=LATER)
    assert predictions() == [("a.cloud.test", "will_fail", "failing")]


def test_a_wrong_prediction_is_reported_as_wrong() -> None:
    """On purpose: the announced chain keeps the intermediate, the one that comes does not."""
    fleet = Fleet()
    announce(fleet)
    release = fleet.app(nsc("a.cloud.test", pin(ISSUING)), users=5000)
    (endpoint,) = served(fleet, "a")
    foreseen = Verdict.objects.get()

    rotate(endpoint, SURPRISE, SIBLING)

    comparison = compare(Rotation.objects.get(state="done"))
    assert comparison == Comparison(
        Tally(0, 0),
        Tally(1, 5000),
        1,
        0,
        (
            Miss(
                release.app_id,
                release.app.name,
                "1.0 Android",
                "a.cloud.test",
                "ready",
                "failing",
                foreseen.reason,
                Verdict.objects.get().reason,
                5000,
            ),
        ),
    )


def test_a_rotation_is_over_when_no_address_serves_the_old_leaf() -> None:
    fleet = Fleet()
    fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)))
    (endpoint,) = served(fleet, "a")
    serve(endpoint, WILDCARD, ISSUING, address="192.0.2.2")

    serve(endpoint, NEXT, ISSUING, at=LATER)
    evaluate_endpoints([endpoint.pk], now=LATER)
    assert (states(), predictions()) == (
        [("under_way", WILDCARD.facts.sha256.hex())],
        [("a.cloud.test", "at_risk", "")],
    )

    serve(endpoint, NEXT, ISSUING, at=LATER + HOUR, address="192.0.2.2")
    evaluate_endpoints([endpoint.pk], now=LATER + HOUR)
    assert states()[0] == ("done", WILDCARD.facts.sha256.hex())
    assert predictions() == [("a.cloud.test", "at_risk", "ready")]


@pytest.mark.parametrize("what", ["endpoint", "environment", "customer"])
def test_a_rotation_waits_for_no_host_that_was_put_away(what: str) -> None:
    fleet, neighbour = Fleet(), Fleet()
    (here,), (away,) = served(fleet, "a"), served(neighbour, "b")
    archive = {
        "endpoint": lambda: archive_endpoint(away, actor=None, now=NOW + 2 * HOUR),
        "environment": lambda: archive_environment(neighbour.environment, actor=None, now=NOW + 2 * HOUR),
        "customer": lambda: archive_customer(neighbour.customer, actor=None, now=NOW + 2 * HOUR),
    }
    archive[what]()

    rotate(here, NEXT, ISSUING)

    assert states() == [("done", WILDCARD.facts.sha256.hex()), ("planned", NEXT.facts.sha256.hex())]


def test_a_host_that_moves_to_a_certificate_of_its_own_does_not_rotate_the_domain() -> None:
    fleet = Fleet()
    moved, _ = served(fleet, "moved", "b")

    rotate(moved, ISSUING.leaf("moved.cloud.test"), ISSUING)

    assert states() == [("planned", WILDCARD.facts.sha256.hex())]


def test_a_custom_host_rotates_by_itself() -> None:
    fleet = Fleet()
    old, new = (ISSUING.leaf("api.acme.test", not_after=EXPIRY + days * DAY) for days in (0, 90))
    endpoint = fleet.host("api.acme.test")
    fleet.app(nsc("api.acme.test", pin(old)), users=300)
    serve(endpoint, old, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW + HOUR)

    rotate(endpoint, new, ISSUING)

    assert states() == [("done", old.facts.sha256.hex()), ("planned", new.facts.sha256.hex())]
    assert predictions() == [("api.acme.test", "will_fail", "failing")]


@pytest.mark.parametrize(
    "material", [NEXT.public_key_pem, NEXT.facts.sha256.hex().encode()], ids=["key", "fingerprint"]
)
def test_a_successor_known_by_its_key_or_fingerprint_announces_nothing_once_it_is_served(material: bytes) -> None:
    fleet = Fleet()
    [endpoint] = served(fleet, "a")
    target = Target(platform_domain=fleet.domain)
    row = register(read_candidate(material, target, now=NOW), target, Announcement(), actor=None, now=NOW)
    evaluate_endpoints([endpoint.pk], now=NOW)
    announced = list(Rotation.objects.values_list("state", flat=True))

    rotate(endpoint, NEXT, ISSUING)

    rows = Rotation.objects.order_by("pk").values_list("state", "successor")
    assert (announced, list(rows)) == (["announced"], [("done", row.pk), ("planned", None)])


def test_the_lead_of_a_past_rotation_is_learned_for_the_next() -> None:
    fleet = Fleet()
    (endpoint,) = served(fleet, "a")

    rotate(endpoint, NEXT, ISSUING)

    endpoint.refresh_from_db()
    lead = EXPIRY - LATER
    assert endpoint.window_evidence == "history"
    assert endpoint.window_start == (NEXT.facts.not_after - timedelta(days=lead.days)).replace(hour=0)


def test_retired_releases_are_not_predicted() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(ROOT)))
    upload(release, nsc("a.cloud.test", pin(WILDCARD)))
    (endpoint,) = served(fleet, "a")
    Release.objects.update(retired_at=NOW)

    rotate(endpoint, NEXT, ISSUING)

    assert predictions() == []


def test_a_rotation_waits_for_hosts_that_are_read_and_not_evaluated_yet() -> None:
    fleet = Fleet()
    first, second = served(fleet, "a", "b")
    for name in ("a", "b"):
        upload(fleet.app(version=name), nsc(f"{name}.cloud.test", pin(WILDCARD)))
    evaluate_endpoints([first.pk, second.pk], now=NOW + HOUR)
    for endpoint in (first, second):
        serve(endpoint, NEXT, ISSUING, at=NOW + 2 * HOUR)

    evaluate_endpoints([first.pk], now=NOW + 2 * HOUR)
    between = Rotation.objects.get(leaf__sha256=WILDCARD.facts.sha256.hex()).state
    evaluate_endpoints([second.pk], now=NOW + 2 * HOUR)

    assert between == "under_way"
    assert Rotation.objects.get(leaf__sha256=WILDCARD.facts.sha256.hex()).state == "done"
    assert not Prediction.objects.filter(actual="").exists()
