"""Scenarios in the words of the simulation, and what was said about those of one certificate."""

from dataclasses import dataclass

from certdash.models import ScenarioOverride
from certdash.queries.judging.candidates import Target
from pins.scenarios import Scenario

# Completes "If *.cloud.example …".
WHAT = {
    Scenario.SAME_KEY: "renews with the same key",
    Scenario.NEW_KEY_SAME_INTERMEDIATE: "renews with a new key under the same intermediate",
    Scenario.SIBLING_INTERMEDIATE: "renews under a sibling intermediate",
    Scenario.REISSUED_INTERMEDIATE: "renews under the same intermediate, issued anew with its key",
    Scenario.OTHER_KEY_TYPE: "changes from RSA to ECDSA, or back",
    Scenario.NEW_ROOT: "moves to a new root of its CA",
    Scenario.CROSS_SIGNED_ROOT: "is served under a new root that the old one cross-signed",
    Scenario.OTHER_CA: "moves to another CA",
}
SCENARIO_CHOICES = [
    (Scenario.SAME_KEY.value, "Same key, new certificate"),
    (Scenario.NEW_KEY_SAME_INTERMEDIATE.value, "New key, same intermediate"),
    (Scenario.SIBLING_INTERMEDIATE.value, "New key, sibling intermediate"),
    (Scenario.REISSUED_INTERMEDIATE.value, "Intermediate issued anew with its key"),
    (Scenario.OTHER_KEY_TYPE.value, "Other key type, other intermediate, same root"),
    (Scenario.NEW_ROOT.value, "New root of the same CA"),
    (Scenario.CROSS_SIGNED_ROOT.value, "New root, cross-signed by the old one"),
    (Scenario.OTHER_CA.value, "Another CA"),
]


@dataclass(frozen=True, slots=True)
class Said:
    pk: int
    scenario: str
    likelihood: str
    reason: str
    by: str


def said_about(target: Target) -> tuple[Said, ...]:
    """What is in force; nothing can be said about every host at once."""
    if target.platform_domain is None and target.endpoint is None:
        return ()
    rows = ScenarioOverride.objects.filter(
        platform_domain=target.platform_domain, endpoint=target.endpoint, withdrawn_at=None
    )
    words = dict(SCENARIO_CHOICES)
    return tuple(
        Said(row.pk, words.get(row.scenario, row.scenario), row.likelihood, row.reason, str(row.set_by or ""))
        for row in rows.select_related("set_by")
    )
