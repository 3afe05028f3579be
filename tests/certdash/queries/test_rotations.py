"""Rotation pages as queries: who sees what, what is counted, and what is said of predictions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certdash.actions.evaluating import endpoints_of_domain, evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import App, Endpoint, Role
from certdash.queries.access import Access
from certdash.queries.judging.candidates import Target, read_candidate
from certdash.queries.rotations.list import RotationList, rotation_list
from certdash.queries.rotations.page import RotationPage, rotation_page
from certdash.queries.rotations.scope import visible
from certdash.queries.simulation.successor_preview import successor_preview
from tests.certdash import builders
from tests.certdash.fleet import DAY, EXPIRY, ISSUING, NEXT, NOW, SIBLING, SURPRISE, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued, pem

pytestmark = pytest.mark.django_db

LATER = NOW + 10 * DAY
PLATFORM = Access(0, Role.PLATFORM_MANAGER, {})


def member(fleet: Fleet) -> Access:
    return Access(0, None, {fleet.customer.pk: Role.MANAGER})


def announce(fleet: Fleet) -> None:
    target = Target(platform_domain=fleet.domain)
    candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)
    register(candidate, target, Announcement(NOW + 21 * DAY, EXPIRY), actor=None, now=NOW)


def read(*endpoints: Endpoint, chain: tuple[Issued, ...] = (WILDCARD, ISSUING)) -> None:
    for endpoint in endpoints:
        serve(endpoint, *chain)
    evaluate_endpoints([endpoint.pk for endpoint in endpoints], now=NOW)


def rotate(endpoint: Endpoint, *chain: Issued) -> None:
    serve(endpoint, *chain, at=LATER)
    for domain_id in evaluate_endpoints([endpoint.pk], now=LATER):
        evaluate_endpoints(endpoints_of_domain(domain_id), now=LATER)


def page(access: Access = PLATFORM, **key: object) -> RotationPage:
    rotation = visible(access).select_related("leaf").get(**key)
    return rotation_page(rotation, access, LATER if rotation.first_changed_at else NOW)


def words(found: RotationPage | RotationList) -> str:
    return "".join(part.text for part in found.sentence)


def test_a_planned_rotation_tells_when_and_who_stops() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    fleet.app(nsc("a.cloud.test", pin(ISSUING)))
    App.objects.update(review_days=1, adoption_days=5, buffer_days=2)
    read(fleet.host("a.cloud.test"))

    found = page()

    assert words(found) == (
        "It can rotate in 21 days. By 14 Jan 1 app and about 700 users stop; it can still ship safely until 7 Dec. "
        "Nobody has acknowledged yet."
    )
    assert [(row.role, row.word) for row in found.chains.changes] == [
        ("Leaf", "new key"),
        ("Intermediate", "same key"),
        ("Root", "same key"),
    ]
    assert [one.title for one in found.evidence] == ["registered"]
    assert (found.heads.environments, found.heads.apps, found.heads.apps_of) == ("1 environment", "1 app", "of 2")
    assert not found.outcome.is_frozen


def test_without_time_left_the_page_says_so() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    read(fleet.host("a.cloud.test"))

    assert words(page()) == (
        "It can rotate in 21 days. By 14 Jan 1 app and about 700 users stop; it has no time left to ship. "
        "Nobody has acknowledged yet."
    )


def test_without_a_successor_the_next_keys_are_not_known() -> None:
    fleet = Fleet()
    read(fleet.host("a.cloud.test"))

    found = page()

    assert [(row.value, row.word, row.next) for row in found.chains.changes] == [("unknown", "not known", None)] * 3
    assert [one.title for one in found.evidence] == ["window", "assumed"]


def test_a_reader_of_one_customer_sees_the_platform_rotation_with_own_apps_and_hosts_only() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=700)
    own = fleet.host("a.cloud.test")
    other = Fleet(fleet.domain, fleet.store)
    foreign = other.app(nsc("b.cloud.test", pin(WILDCARD)), users=5000)
    read(own, other.host("b.cloud.test"))

    mine, all_of_it = page(member(fleet)), page()

    assert [row.users for row in mine.affected] == ["700"]
    assert (mine.heads.endpoints, mine.heads.users) == ("1 endpoint", "700 users")
    assert {row.app for row in all_of_it.affected} - {row.app for row in mine.affected} == {foreign.app.name}
    assert (all_of_it.heads.endpoints, all_of_it.heads.users) == ("2 endpoints", "5,700 users")


def test_rotations_of_another_customers_custom_hosts_do_not_exist() -> None:
    fleet, other = Fleet(), builders.customer()
    read(fleet.host("api.acme.test"), chain=(ISSUING.leaf("api.acme.test", not_after=EXPIRY), ISSUING))
    stranger = Access(0, None, {other.pk: Role.CUSTOMER_ADMIN})

    assert [row.name for row in rotation_list(member(fleet), {}, NOW).rows] == ["api.acme.test"]
    assert rotation_list(stranger, {}, NOW).rows == ()
    assert not visible(stranger).exists()


def test_a_wrong_prediction_is_said_plainly_and_stands_first() -> None:
    """On purpose: the announced chain keeps the intermediate, the one that comes does not."""
    fleet = Fleet()
    announce(fleet)
    wrong = fleet.app(nsc("a.cloud.test", pin(ISSUING)), users=5000)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=300)
    endpoint = fleet.host("a.cloud.test")
    read(endpoint)

    rotate(endpoint, SURPRISE, SIBLING)

    found = page(state="done")
    name = f"{wrong.app.name} 1.0 Android on a.cloud.test"
    assert found.outcome.text == f"1 of 2 predictions was wrong: {name} was to keep connecting and stopped."
    assert words(found) == "It took place on 4 Dec 2026. 1 of 2 predictions was wrong."
    assert [(row.predicted, row.actual, row.word) for row in found.outcome.misses] == [("ready", "failing", "wrong")]
    assert [(row.predicted, row.actual, row.word) for row in found.outcome.rest] == [("will_fail", "failing", "right")]
    assert [(one.label, one.predicted, one.actual, one.difference) for one in found.outcome.totals[:3]] == [
        ("Apps that stop", "1", "2", "+1"),
        ("Users concerned", "300", "5,300", "+5,000"),
        ("Endpoints that apps use", "1", "1", "0"),
    ]


def test_predictions_of_other_customers_are_not_counted() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=300)
    own, other = fleet.host("a.cloud.test"), Fleet(fleet.domain, fleet.store)
    other.app(nsc("b.cloud.test", pin(ISSUING)), users=5000)
    foreign = other.host("b.cloud.test")
    read(own, foreign)
    rotate(own, SURPRISE, SIBLING)
    rotate(foreign, SURPRISE, SIBLING)

    assert page(member(fleet), state="done").outcome.text == "The only prediction that could be told came true."
    assert (page(member(fleet), state="done").outcome.wrong, page(state="done").outcome.wrong) == (0, 1)


def test_while_it_is_under_way_the_page_counts_what_has_changed() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)))
    fleet.app(nsc("b.cloud.test", pin(WILDCARD)), users=90)
    first, second = fleet.host("a.cloud.test"), fleet.host("b.cloud.test")
    read(first, second)

    rotate(first, NEXT, ISSUING)

    found = page(state="under_way")
    assert words(found).startswith("It is rotating now: 1 of 2 endpoints changed since 4 Dec. ")
    assert (found.outcome.settled, len(found.outcome.rest)) == (1, 2)
    assert [(one.title, one.text) for one in found.evidence[:1]] == [("rolling out", "4 Dec · 1 of 2 endpoints")]


def test_the_list_tells_done_rotations_with_their_accuracy() -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)), users=300)
    endpoint = fleet.host("a.cloud.test")
    read(endpoint)
    rotate(endpoint, NEXT, ISSUING)

    found = rotation_list(PLATFORM, {}, LATER)

    assert [(row.state, row.name) for row in found.rows] == [("planned", "*.cloud.test")]
    assert [(row.accuracy.word, row.accuracy.predicted_apps) for row in found.done if row.accuracy] == [
        ("the one was right", 1)
    ]
    assert [row.state for row in rotation_list(PLATFORM, {"state": "done"}, LATER).rows] == ["done"]


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["*.cloud.test", "api.acme.test"]),
    ({"kind": "platform"}, ["*.cloud.test"]),
    ({"kind": "custom"}, ["api.acme.test"]),
    ({"apps": "stops"}, ["*.cloud.test"]),
    ({"apps": "calm"}, ["api.acme.test"]),
    ({"state": "announced"}, ["*.cloud.test"]),
    ({"q": "acme"}, ["api.acme.test"]),
    ({"kind": "nonsense"}, ["*.cloud.test", "api.acme.test"]),
]


@pytest.mark.parametrize(("given", "names"), FILTERS)
def test_the_list_is_filtered(given: dict[str, str], names: list[str]) -> None:
    fleet = Fleet()
    announce(fleet)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    read(fleet.host("a.cloud.test"))
    late = ISSUING.leaf("api.acme.test", not_before=NOW - DAY, not_after=NOW + 190 * DAY)
    read(fleet.host("api.acme.test"), chain=(late, ISSUING))

    assert [row.name for row in rotation_list(PLATFORM, given, NOW).rows] == names


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_five_statements_however_long_it_is(rows: int) -> None:
    fleet = Fleet()
    announce(fleet)
    endpoint = fleet.host("a.cloud.test")
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    read(endpoint)
    rotate(endpoint, NEXT, ISSUING)
    fleet.app(nsc("a.cloud.test", pin(WILDCARD)))
    evaluate_endpoints([endpoint.pk], now=LATER)
    for at in range(rows - 1):
        host = f"host{at}.acme.test"
        read(fleet.host(host), chain=(ISSUING.leaf(host, not_after=EXPIRY), ISSUING))

    with CaptureQueriesContext(connection) as asked:
        found = rotation_list(PLATFORM, {}, LATER)

    assert (len(found.rows), len(asked)) == (rows, 5)
    assert found.age.text == "0 min"


def test_the_preview_counts_releases_before_and_after_and_names_those_that_change() -> None:
    fleet = Fleet()
    release = fleet.app(nsc("a.cloud.test", pin(WILDCARD), pin(NEXT)), users=400)
    read(fleet.host("a.cloud.test"))
    target = Target(platform_domain=fleet.domain)
    candidate = read_candidate(pem(NEXT, ISSUING), target, now=NOW)

    found = successor_preview(candidate, target, (None, None), NOW)

    assert (found.understood.kind, found.understood.word, found.understood.issuers) == (
        "full chain",
        "new key",
        ("Fleet CA 1",),
    )
    assert [(row.app, row.before, row.after, row.users) for row in found.changed] == [
        (release.app.name, "at_risk", "ready", "400")
    ]
    assert [(one.value, one.before, one.after, one.change) for one in found.counts if one.change] == [
        ("at_risk", 1, 0, "−1"),
        ("ready", 0, 1, "+1"),
    ]


def test_a_key_that_is_served_already_is_told_to_be_the_same() -> None:
    fleet = Fleet()
    read(fleet.host("a.cloud.test"))
    target = Target(platform_domain=fleet.domain)
    candidate = read_candidate(f"sha256/{pin(WILDCARD)}".encode(), target, now=NOW)

    understood = successor_preview(candidate, target, (None, None), NOW).understood

    assert (understood.kind, understood.value, understood.word) == ("key hash", "ready", "same key as now")


def test_the_sentence_is_calm_where_nobody_stops() -> None:
    fleet = Fleet()
    read(fleet.host("a.cloud.test"))

    assert words(rotation_list(PLATFORM, {}, NOW)) == "1 rotation is ahead; it is not known to stop an app."
