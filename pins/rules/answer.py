"""The two shapes every client is written in: a configuration made ready, and its answer to one encounter."""

from dataclasses import dataclass
from typing import Protocol

from pins.certificate import ChainCertificate
from pins.decision import Match, Outcome, Reason
from pins.encounter import Encounter
from pins.pinset import Pin

Path = tuple[ChainCertificate, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision without the names of client, host and trust store."""

    outcome: Outcome
    reason: Reason
    match: Match | None = None
    path: Path = ()


class Policy(Protocol):
    """One configuration as one client on one device has loaded it."""

    def answer(self, encounter: Encounter) -> Answer:
        """What happens to one connection."""
        ...

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        """Every pin that the client compares for `host`, dead ones too; empty where nothing is pinned."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A configuration that its client does not load, so that no connection comes about."""

    reason: Reason

    def answer(self, encounter: Encounter) -> Answer:
        return Answer(Outcome.CONFIG_ERROR, self.reason)

    def pins_for(self, host: str) -> tuple[Pin, ...]:
        return ()
