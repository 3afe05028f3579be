"""The values of a decision: which client, what it does on one connection, and why."""

from dataclasses import dataclass
from enum import StrEnum

from pins.certificate import ChainCertificate
from pins.pinset import Pin


class Client(StrEnum):
    """The code in an app that enforces pins; each value is the name of its file in `pins/clients/`."""

    ANDROID_NSC = "android_nsc"
    OKHTTP = "okhttp"
    APPLE_ATS = "apple_ats"
    TRUSTKIT_IOS = "trustkit_ios"
    TRUSTKIT_ANDROID = "trustkit_android"
    OUTSYSTEMS_ANDROID = "outsystems_android"
    OUTSYSTEMS_IOS = "outsystems_ios"


class Outcome(StrEnum):
    """What happens to one connection attempt."""

    CONNECTS = "connects"
    BLOCKED_BY_PIN = "blocked_by_pin"
    BLOCKED_BY_CHAIN = "blocked_by_chain"
    NOT_PINNED = "not_pinned"
    FAILS_OPEN = "fails_open"
    CONFIG_ERROR = "config_error"
    INDETERMINATE = "indeterminate"

    @property
    def is_blocked(self) -> bool:
        return self in BLOCKED


BLOCKED = frozenset({Outcome.BLOCKED_BY_PIN, Outcome.BLOCKED_BY_CHAIN, Outcome.CONFIG_ERROR})


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code for programs and one sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """The pin that fits and the certificate of the path that it fits."""

    pin: Pin
    certificate: ChainCertificate


@dataclass(frozen=True, slots=True)
class Decision:
    """What one client does for one host on one trust store at one instant.

    `path` is the path the client settled on, leaf first; empty where no path validates or none was needed.
    """

    client: Client
    host: str
    trust_store: str
    outcome: Outcome
    reason: Reason
    match: Match | None = None
    path: tuple[ChainCertificate, ...] = ()
