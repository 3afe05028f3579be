"""A simulated change: who would stop, against what stands now, and nothing stored."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.models import Endpoint, Role, Verdict
from certdash.queries.access import access_of
from certdash.queries.judging.forecasts import Instead, Registered
from certdash.queries.simulation.outcome import Outcome, places_of, simulate
from pins.scenarios import Scenario
from pins.successors import Announced
from pins.verdict import Value
from tests.certdash import builders
from tests.certdash.fleet import ISSUING, NEXT, NOW, ROOT, SIBLING, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet() -> Fleet:
    """A leaf pin, an intermediate pin and a root pin on one host of the platform domain."""
    found = Fleet()
    endpoint = found.host("a.cloud.test")
    for users, pinned in ((100, WILDCARD), (200, ISSUING), (400, ROOT)):
        found.app(nsc("a.cloud.test", pin(pinned)), users=users)
    serve(endpoint, WILDCARD, ISSUING)
    evaluate_endpoints([endpoint.pk], now=NOW)
    return found


def outcome(change: Instead, role: Role = Role.PLATFORM_ADMIN) -> Outcome:
    places = places_of(Endpoint.objects.all())
    return simulate(change, places, access_of(builders.user(role)), now=NOW)


def stopped(found: Outcome) -> list[tuple[int, Value, Value]]:
    return [(one.users, one.before, one.judgement.value) for one in found.struck]


def test_each_scenario_stops_those_whose_pins_it_leaves_behind(fleet: Fleet) -> None:
    will, risk, ready = Value.WILL_FAIL, Value.AT_RISK, Value.READY

    assert stopped(outcome(Scenario.SAME_KEY)) == []
    assert stopped(outcome(Scenario.NEW_KEY_SAME_INTERMEDIATE)) == [(100, will, will)]
    assert stopped(outcome(Scenario.SIBLING_INTERMEDIATE)) == [(200, risk, will), (100, will, will)]
    assert stopped(outcome(Scenario.OTHER_CA)) == [(400, ready, will), (200, risk, will), (100, will, will)]


def test_a_candidate_is_judged_as_if_it_were_registered(fleet: Fleet) -> None:
    same = outcome(Registered(Announced(facts(NEXT, ISSUING))))
    other = outcome(Registered(Announced(facts(SIBLING.leaf("*.cloud.test"), SIBLING))))

    assert ([one.users for one in same.struck], [one.users for one in other.struck]) == ([100], [200, 100])
    assert (same.before[Value.WILL_FAIL], same.after[Value.READY]) == (1, 2)


def test_it_names_the_path_under_which_a_release_stops(fleet: Fleet) -> None:
    example = outcome(Scenario.NEW_KEY_SAME_INTERMEDIATE).struck[0].judgement.counterexample

    assert example is not None
    assert (example.scenario, example.decision.path[1:]) == (
        Scenario.NEW_KEY_SAME_INTERMEDIATE,
        (ISSUING.facts, ROOT.facts),
    )


def test_nothing_is_stored(fleet: Fleet) -> None:
    before = list(Verdict.objects.order_by("pk").values())

    outcome(Scenario.OTHER_CA)

    assert list(Verdict.objects.order_by("pk").values()) == before


def test_a_reader_sees_the_apps_of_their_own_customer_only(fleet: Fleet) -> None:
    stranger = builders.user(Role.MANAGER, builders.customer())
    own = builders.user(Role.MANAGER, fleet.customer)
    places = places_of(Endpoint.objects.all())

    counts = [len(simulate(Scenario.OTHER_CA, places, access_of(one), now=NOW).struck) for one in (own, stranger)]

    assert counts == [3, 0]
