"""The values of what may be served next: how well it is known, what kind of change it is, how likely."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pins.certificate import ChainCertificate


class Evidence(StrEnum):
    """How well the next chain is known, strongest first; the first three come from facts, the last is an assumption."""

    ROLLING_OUT = "rolling_out"
    REGISTERED = "registered"
    LOGGED = "logged"
    ASSUMED = "assumed"

    @property
    def is_known(self) -> bool:
        return self is not Evidence.ASSUMED


class Scenario(StrEnum):
    """What kind of change a successor is."""

    SERVED = "served"
    ROLLING_OUT = "rolling_out"
    REGISTERED = "registered"
    LOGGED = "logged"
    SAME_KEY = "same_key"
    NEW_KEY_SAME_INTERMEDIATE = "new_key_same_intermediate"
    SIBLING_INTERMEDIATE = "sibling_intermediate"
    REISSUED_INTERMEDIATE = "reissued_intermediate"
    OTHER_KEY_TYPE = "other_key_type"
    NEW_ROOT = "new_root"
    CROSS_SIGNED_ROOT = "cross_signed_root"
    OTHER_CA = "other_ca"


ASSUMED = (
    Scenario.SAME_KEY,
    Scenario.NEW_KEY_SAME_INTERMEDIATE,
    Scenario.SIBLING_INTERMEDIATE,
    Scenario.REISSUED_INTERMEDIATE,
    Scenario.OTHER_KEY_TYPE,
    Scenario.NEW_ROOT,
    Scenario.CROSS_SIGNED_ROOT,
    Scenario.OTHER_CA,
)
"""What is assumed where nothing is known, from the least change to the greatest."""


class Likelihood(StrEnum):
    """Expected decides `will_fail`, plausible decides `at_risk`, remote is shown and not counted."""

    EXPECTED = "expected"
    PLAUSIBLE = "plausible"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Successor:
    """One chain that may be served next, leaf first, with placeholders where nothing is known.

    A placeholder is issued by the certificate behind it; a chain that ends in a placeholder is taken as trusted.
    `not_before` is the first instant at which the chain can be served, None where any will do. `stores` names the
    trust stores for which this chain stands, None for all: stores that end the served chain in different roots get
    successors of their own in one scenario.
    """

    scenario: Scenario
    evidence: Evidence
    likelihood: Likelihood
    chain: tuple[ChainCertificate, ...]
    not_before: datetime | None = None
    stores: frozenset[str] | None = None

    def stands_for(self, store: str) -> bool:
        return self.stores is None or store in self.stores
