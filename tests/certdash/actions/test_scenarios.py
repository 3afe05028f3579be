"""What an owner says about scenarios, and what it does to verdicts."""

import pytest

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.scenarios import set_scenario, withdraw_scenario
from certdash.models import AuditEntry, Release, ScenarioOverride, Verdict
from certdash.queries.judging.candidates import Target
from pins.scenarios import Likelihood, Scenario
from tests.certdash.fleet import ISSUING, NOW, ROOT, WILDCARD, Fleet, nsc, pin, serve

pytestmark = pytest.mark.django_db
EXPECTED, PLAUSIBLE, REMOTE = Likelihood.EXPECTED, Likelihood.PLAUSIBLE, Likelihood.REMOTE


def say(target: Target, scenario: Scenario, likelihood: Likelihood, reason: str = "Told by its owner.") -> None:
    set_scenario(target, scenario, likelihood, reason=reason, actor=None, now=NOW)


def in_force() -> list[tuple[str, str]]:
    return list(ScenarioOverride.objects.filter(withdrawn_at=None).order_by("pk").values_list("scenario", "likelihood"))


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def judged(fleet: Fleet, *pins: str) -> tuple[Release, int]:
    endpoint = fleet.host("a.cloud.test")
    release = fleet.app(nsc("a.cloud.test", *pins))
    serve(endpoint, WILDCARD, ISSUING)
    return release, endpoint.pk


def value(endpoint_id: int) -> str:
    evaluate_endpoints([endpoint_id], now=NOW)
    return Verdict.objects.get().value


def test_an_expected_scenario_decides_the_verdict(fleet: Fleet) -> None:
    _, endpoint_id = judged(fleet, pin(ISSUING))
    before = value(endpoint_id)

    say(Target(fleet.domain), Scenario.SIBLING_INTERMEDIATE, EXPECTED)

    assert (before, value(endpoint_id)) == ("at_risk", "will_fail")


def test_a_plausible_scenario_puts_at_risk_and_a_remote_one_is_not_counted(fleet: Fleet) -> None:
    _, endpoint_id = judged(fleet, pin(ROOT))
    values = [value(endpoint_id)]

    for likelihood in (PLAUSIBLE, REMOTE):
        say(Target(fleet.domain), Scenario.OTHER_CA, likelihood)
        values.append(value(endpoint_id))

    assert values == ["ready", "at_risk", "ready"]


def test_the_word_about_an_endpoint_comes_before_that_about_its_domain(fleet: Fleet) -> None:
    _, endpoint_id = judged(fleet, pin(WILDCARD))
    endpoint = fleet.environment.endpoints.get()
    say(Target(fleet.domain), Scenario.OTHER_CA, EXPECTED)

    say(Target(endpoint=endpoint), Scenario.SAME_KEY, EXPECTED)

    assert value(endpoint_id) == "at_risk"


def test_one_scenario_at_most_is_expected_and_the_newest_word_counts(fleet: Fleet) -> None:
    target = Target(fleet.domain)
    say(target, Scenario.OTHER_CA, EXPECTED)
    say(target, Scenario.NEW_ROOT, PLAUSIBLE)

    say(target, Scenario.SAME_KEY, EXPECTED)
    say(target, Scenario.NEW_ROOT, REMOTE)

    assert in_force() == [("same_key", "expected"), ("new_root", "remote")]


def test_what_was_withdrawn_counts_no_more_and_stays_on_record(fleet: Fleet) -> None:
    _, endpoint_id = judged(fleet, pin(ROOT))
    say(Target(fleet.domain), Scenario.OTHER_CA, EXPECTED, "The platform moves to another CA.")

    withdrawn = withdraw_scenario(ScenarioOverride.objects.get(), actor=None, now=NOW)

    assert (withdrawn, value(endpoint_id)) == (True, "ready")
    assert list(
        AuditEntry.objects.filter(subject__icontains="scenario").order_by("pk").values_list("verb", flat=True)
    ) == [
        "set",
        "withdrew",
    ]
