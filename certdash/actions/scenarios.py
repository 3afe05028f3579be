"""Scenarios: say which renewal is expected, or how likely another is, and take that back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from certdash.actions.audit import record
from certdash.models import Customer, ScenarioOverride, User
from certdash.queries.judging.candidates import Target
from pins.scenarios import Likelihood, Scenario


@transaction.atomic
def set_scenario(
    target: Target,
    scenario: Scenario,
    likelihood: Likelihood,
    *,
    reason: str,
    actor: User | None,
    now: datetime,
) -> ScenarioOverride:
    """It takes the place of what was said about this scenario; one scenario at most is expected.

    The caller has the endpoints concerned evaluated.
    """
    before = _in_force(target).filter(scenario=scenario)
    if likelihood is Likelihood.EXPECTED:
        before = before | _in_force(target).filter(likelihood=Likelihood.EXPECTED)
    was = [str(row) for row in before]
    before.update(withdrawn_at=now)
    row = ScenarioOverride.objects.create(
        platform_domain=target.platform_domain,
        endpoint=target.endpoint,
        scenario=scenario,
        likelihood=likelihood,
        reason=reason,
        set_by=actor,
        set_at=now,
    )
    after = {"target": target.name, "scenario": scenario, "likelihood": likelihood, "reason": reason}
    record(actor, "set", row, at=now, before={"scenarios": was} if was else None, after=after, customer=_customer(row))
    return row


@transaction.atomic
def withdraw_scenario(override: ScenarioOverride, *, actor: User | None, now: datetime) -> bool:
    """False when it was withdrawn before."""
    if not ScenarioOverride.objects.filter(pk=override.pk, withdrawn_at=None).update(withdrawn_at=now):
        return False
    record(actor, "withdrew", override, at=now, customer=_customer(override))
    return True


def _in_force(target: Target) -> QuerySet[ScenarioOverride]:
    return ScenarioOverride.objects.filter(
        platform_domain=target.platform_domain, endpoint=target.endpoint, withdrawn_at=None
    )


def _customer(override: ScenarioOverride) -> Customer | None:
    return override.endpoint.environment.customer if override.endpoint else None
